package dev.weft.engine.operator;

import static dev.weft.engine.operator.Event.row;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.functions.KeySelector;
import dev.weft.api.graph.WindowOperation;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.windowing.assigners.TumblingEventTimeWindows;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.state.FrozenState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaneWindowOperatorTest {
  /** Rows, event-time timers, processing-time timers: none. */
  private static final int EMPTY_GROUP_BYTES = 3;

  private static final class Sum implements AggregateFunction<Reading, Long, Long> {
    @Override
    public Long createAccumulator() {
      return 0L;
    }

    @Override
    public Long add(Reading value, Long accumulator) {
      return accumulator + value.value();
    }

    @Override
    public Long getResult(Long accumulator) {
      return accumulator;
    }

    @Override
    public Long merge(Long left, Long right) {
      return left + right;
    }
  }

  private static <K> ChainSpec.OperatorSpec window(
      KeySelector<Reading, K> key, Class<K> keyType, long lateness) {
    return Specs.keyed(
        new WindowOperation<>(
            TumblingEventTimeWindows.of(Duration.ofMillis(10)),
            null,
            null,
            new Sum(),
            TypeInformation.of(Long.class),
            null,
            lateness,
            null),
        Reading.class,
        key,
        keyType);
  }

  private static ChainSpec.OperatorSpec bySensor(long lateness) {
    return window(Reading::sensor, String.class, lateness);
  }

  private static Event.Row at(String sensor, long value, long timestamp) {
    return row(new Reading(sensor, value), timestamp);
  }

  private static ChainSpec.OperatorSpec byNumber() {
    return window(
        reading -> reading.sensor().isEmpty() ? null : Integer.valueOf(reading.sensor()),
        Integer.class,
        0);
  }

  @Test
  void aKeyThatIsNullOrNoNumberIsRefusedWithTheRecord() throws Exception {
    try (Instance instance = Instance.fresh(byNumber(), new ManualClock(0))) {
      for (String key : List.of("", "x")) {
        Exception refused =
            assertThrows(
                Exception.class,
                () ->
                    instance.operator.process(
                        0,
                        new ObjectBatch(
                            new Object[] {new Reading("1", 1), new Reading(key, 2)},
                            new long[] {5, 6},
                            null,
                            2),
                        new Event.Recorder()));
        assertTrue(
            refused.getMessage().contains(key.isEmpty() ? "null key" : "NumberFormatException"),
            refused.getMessage());
        assertTrue(refused.getMessage().contains("value=2"), refused.getMessage());
      }
    }
  }

  @Test
  void firedWindowsLeaveNoState() throws Exception {
    try (Instance instance = Instance.fresh(bySensor(3), new ManualClock(0))) {
      Event.Recorder out = new Event.Recorder();
      for (int i = 0; i < 1_000; i++) {
        instance.feed(List.of(at("k" + i % 10, 1, i)), true, out);
        instance.operator.onWatermark(i - 2L, out);
      }
      instance.operator.onWatermark(Long.MAX_VALUE, out);
      assertEquals(1_000, out.events.size());
      ByteSink bytes = new ByteSink(64);
      FrozenState frozen = instance.operator.snapshot(1).keyed();
      long[] offsets = frozen.write(bytes);
      frozen.release();
      int groups = FakeContext.MAX_PARALLELISM;
      assertEquals(EMPTY_GROUP_BYTES * groups, offsets[groups] - offsets[0]);
    }
  }

  @Test
  void recordsWithoutTimestampsAreRefused() throws Exception {
    assertMessage(row(new Reading("a", 1)), "WatermarkStrategy");
    assertMessage(at("a", 1, Long.MAX_VALUE), "out of range");
  }

  private static void assertMessage(Event.Row bad, String part) throws Exception {
    try (Instance instance = Instance.fresh(bySensor(0), new ManualClock(0))) {
      WeftException failure =
          assertThrows(
              WeftException.class, () -> instance.feed(List.of(bad), true, new Event.Recorder()));
      assertEquals(ErrorCode.USER, failure.code());
      assertTrue(failure.getMessage().contains(part), failure.getMessage());
      assertTrue(failure.getMessage().contains("'Step' (Program.java:7)"), failure.getMessage());
    }
  }
}
