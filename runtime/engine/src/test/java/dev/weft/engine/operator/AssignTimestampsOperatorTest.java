package dev.weft.engine.operator;

import static dev.weft.engine.operator.Event.row;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.WeftException;
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
  void recordsGetTheAssignersTimestamps() throws Exception {
    OperatorCase.of(spec(fromValue(3)))
        .rows(row(10L, 1), row(5L))
        .values(20L)
        .withoutWatermarks()
        .expect(row(10L, 10), row(5L, 5), row(20L, 20));
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
}
