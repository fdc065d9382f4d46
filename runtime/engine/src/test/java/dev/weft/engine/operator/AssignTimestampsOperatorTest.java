package dev.weft.engine.operator;

import static dev.weft.engine.operator.Event.row;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.WeftException;
import dev.weft.api.eventtime.BoundedOutOfOrdernessWatermarks;
import dev.weft.api.eventtime.Watermark;
import dev.weft.api.eventtime.WatermarkGenerator;
import dev.weft.api.eventtime.WatermarkOutput;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.graph.Operation;
import dev.weft.engine.protocol.ChainSpec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AssignTimestampsOperatorTest {
  private static ChainSpec.OperatorSpec spec(WatermarkStrategy<Long> strategy) {
    return Specs.plain(new Operation.AssignTimestamps<>(strategy));
  }

  private static WatermarkStrategy<Long> fromValue(long outOfOrderness) {
    return WatermarkStrategy.<Long>forBoundedOutOfOrderness(Duration.ofMillis(outOfOrderness))
        .withTimestampAssigner((value, before) -> value);
  }

  @Test
  void theWatermarkFollowsTheLargestTimestampOncePerBatch() throws Exception {
    try (Instance instance = Instance.fresh(spec(fromValue(3)), new ManualClock(0))) {
      Event.Recorder out = new Event.Recorder();
      instance.feed(List.of(row(10L), row(30L), row(20L)), false, out);
      instance.feed(List.of(row(25L)), false, out);
      instance.feed(List.of(row(31L)), false, out);
      instance.operator.onWatermark(1_000, out);
      assertEquals(
          List.of(
              row(10L, 10),
              row(30L, 30),
              row(20L, 20),
              new Event.Mark(26),
              row(25L, 25),
              row(31L, 31),
              new Event.Mark(27)),
          out.take());
      assertTrue(instance.operator.ownsWatermarks());
      instance.operator.onWatermark(Long.MAX_VALUE, out);
      assertEquals(List.of(new Event.Mark(Long.MAX_VALUE)), out.take());
    }
  }

  @Test
  void withoutWatermarksOnlyTheEndOfTimePasses() throws Exception {
    try (Instance instance =
        Instance.fresh(spec(WatermarkStrategy.noWatermarks()), new ManualClock(0))) {
      Event.Recorder out = new Event.Recorder();
      instance.feed(List.of(row(1L, 5), row(2L)), false, out);
      instance.operator.onWatermark(3, out);
      instance.operator.onWatermark(Long.MAX_VALUE, out);
      assertEquals(List.of(row(1L, 5), row(2L), new Event.Mark(Long.MAX_VALUE)), out.take());
    }
  }

  @Test
  void silenceMakesTheOutputIdleUntilTheNextRecord() throws Exception {
    ManualClock clock = new ManualClock(1_000);
    try (Instance instance =
        Instance.fresh(spec(fromValue(0).withIdleness(Duration.ofMillis(100))), clock)) {
      Event.Recorder out = new Event.Recorder();
      instance.feed(List.of(row(1L)), false, out);
      clock.moveTo(1_050);
      instance.feed(List.of(row(2L)), false, out);
      out.take();
      clock.moveTo(1_101);
      instance.operator.onProcessingTime(1_101, out);
      assertEquals(List.of(), out.take());
      assertTrue(instance.operator.nextProcessingTime() > 1_149);
      clock.moveTo(instance.operator.nextProcessingTime());
      instance.operator.onProcessingTime(clock.currentTimeMillis(), out);
      assertEquals(List.of(new Event.Idle(true)), out.take());
      assertEquals(Long.MAX_VALUE, instance.operator.nextProcessingTime());
      instance.feed(List.of(row(3L)), false, out);
      assertEquals(List.of(new Event.Idle(false), row(3L, 3), new Event.Mark(2)), out.take());
    }
  }

  @Test
  void timestampsOutOfRangeNameTheRecord() throws Exception {
    for (long bad : new long[] {Long.MIN_VALUE, Long.MAX_VALUE}) {
      try (Instance instance = Instance.fresh(spec(fromValue(0)), new ManualClock(0))) {
        WeftException failure =
            assertThrows(
                WeftException.class,
                () -> instance.feed(List.of(row(bad)), false, new Event.Recorder()));
        assertTrue(failure.getMessage().contains("out of range"), failure.getMessage());
        assertTrue(failure.getMessage().contains("record " + bad), failure.getMessage());
      }
    }
  }

  /** Emits the watermark that a record names at the record, and one for every period. */
  private static final class Punctuated implements WatermarkGenerator<Long> {
    private long largest = Long.MIN_VALUE + 1;

    @Override
    public void onEvent(Long event, long eventTimestamp, WatermarkOutput output) {
      largest = Math.max(largest, eventTimestamp);
      if (event < 0) {
        output.emitWatermark(new Watermark(-event));
      } else if (event == 77) {
        output.markIdle();
      }
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
      output.emitWatermark(new Watermark(largest - 1));
    }
  }

  private static WatermarkStrategy<Long> punctuated() {
    return WatermarkStrategy.forGenerator(context -> new Punctuated());
  }

  @Test
  void aGeneratorsWatermarksComeBehindTheirRecords() throws Exception {
    ManualClock clock = new ManualClock(1_000);
    try (Instance instance = Instance.fresh(spec(punctuated()), clock)) {
      Event.Recorder out = new Event.Recorder();
      instance.feed(List.of(row(1L, 1), row(-3L, 5), row(2L, 6), row(-3L, 7)), false, out);
      assertEquals(
          List.of(row(1L, 1), row(-3L, 5), new Event.Mark(3), row(2L, 6), row(-3L, 7)), out.take());
      assertEquals(1_200, instance.operator.nextProcessingTime());
      clock.moveTo(1_200);
      instance.operator.onProcessingTime(1_200, out);
      assertEquals(List.of(new Event.Mark(6)), out.take());
      clock.moveTo(1_400);
      instance.feed(List.of(row(4L, 9)), false, out);
      assertEquals(List.of(row(4L, 9), new Event.Mark(8)), out.take());
    }
  }

  @Test
  void aGeneratorMayMarkItsOutputIdleUntilItsNextWatermark() throws Exception {
    try (Instance instance = Instance.fresh(spec(punctuated()), new ManualClock(0))) {
      Event.Recorder out = new Event.Recorder();
      instance.feed(List.of(row(77L, 1)), false, out);
      assertEquals(List.of(row(77L, 1), new Event.Idle(true)), out.take());
      instance.feed(List.of(row(5L, 2), row(-1L, 3)), false, out);
      assertEquals(
          List.of(row(5L, 2), row(-1L, 3), new Event.Idle(false), new Event.Mark(1)), out.take());
    }
  }

  @Test
  void aWatermarkThatGoesBackFailsAtItsRecord() throws Exception {
    try (Instance instance = Instance.fresh(spec(punctuated()), new ManualClock(0))) {
      Event.Recorder out = new Event.Recorder();
      WeftException failure =
          assertThrows(
              WeftException.class,
              () -> instance.feed(List.of(row(-9L, 1), row(-8L, 2)), false, out));
      assertTrue(
          failure.getMessage().contains("emits the watermark 8 after 9"), failure.getMessage());
    }
  }

  @Test
  void anAssignerMayBeMadeWhereItRuns() throws Exception {
    WatermarkStrategy<Long> strategy =
        WatermarkStrategy.<Long>forGenerator(
                context -> new BoundedOutOfOrdernessWatermarks<>(Duration.ofMillis(2)))
            .withTimestampAssigner(context -> (value, before) -> value * 10);
    ManualClock clock = new ManualClock(0);
    try (Instance instance = Instance.fresh(spec(strategy), clock)) {
      Event.Recorder out = new Event.Recorder();
      clock.moveTo(500);
      instance.feed(List.of(row(4L)), false, out);
      assertEquals(List.of(row(4L, 40), new Event.Mark(37)), out.take());
    }
  }
}
