package dev.weft.engine.operator;

import static dev.weft.engine.operator.Event.row;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.OutputTag;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.graph.WindowOperation;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.windowing.assigners.DynamicEventTimeSessionWindows;
import dev.weft.api.windowing.assigners.EventTimeSessionWindows;
import dev.weft.api.windowing.assigners.SlidingEventTimeWindows;
import dev.weft.api.windowing.assigners.TumblingEventTimeWindows;
import dev.weft.api.windowing.assigners.WindowAssigner;
import dev.weft.api.windowing.evictors.CountEvictor;
import dev.weft.api.windowing.evictors.Evictor;
import dev.weft.api.windowing.triggers.EventTimeTrigger;
import dev.weft.api.windowing.triggers.Trigger;
import dev.weft.api.windowing.triggers.TriggerResult;
import dev.weft.api.windowing.windows.TimeWindow;
import dev.weft.engine.protocol.ChainSpec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnyWindowOperatorTest {
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

  private static ChainSpec.OperatorSpec sums(
      WindowAssigner<?, ?> assigner, Trigger<?, ?> trigger, Evictor<?, ?> evictor) {
    return spec(
        new WindowOperation<>(
            assigner,
            trigger,
            evictor,
            new Sum(),
            TypeInformation.of(Long.class),
            null,
            0,
            new OutputTag<>("late", Reading.class)));
  }

  private static ChainSpec.OperatorSpec spec(WindowOperation<?, ?, ?> operation) {
    return Specs.keyed(operation, Reading.class, Reading::sensor, String.class);
  }

  private static Event.Row at(String sensor, long value, long timestamp) {
    return row(new Reading(sensor, value), timestamp);
  }

  private static Duration ms(long millis) {
    return Duration.ofMillis(millis);
  }

  /** A trigger as a user might write it. */
  private static final class Broken extends Trigger<Reading, TimeWindow> {
    @Override
    public TriggerResult onElement(
        Reading element, long timestamp, TimeWindow window, TriggerContext ctx) {
      throw new IllegalStateException("no luck");
    }

    @Override
    public TriggerResult onProcessingTime(long time, TimeWindow window, TriggerContext ctx) {
      return TriggerResult.CONTINUE;
    }

    @Override
    public TriggerResult onEventTime(long time, TimeWindow window, TriggerContext ctx) {
      return TriggerResult.CONTINUE;
    }

    @Override
    public void clear(TimeWindow window, TriggerContext ctx) {}
  }

  @Test
  void failuresNameTheOperatorAndTheRecord() throws Exception {
    assertFails(sums(TumblingEventTimeWindows.of(ms(10)), new Broken(), null), "no luck");
    assertFails(
        sums(DynamicEventTimeSessionWindows.<Reading>withDynamicGap(each -> -5), null, null), "-5");
  }

  private static void assertFails(ChainSpec.OperatorSpec spec, String part) throws Exception {
    try (Instance instance = Instance.fresh(spec, new ManualClock(0))) {
      WeftException failure =
          assertThrows(
              WeftException.class,
              () -> instance.feed(List.of(at("k", 77, 3)), true, new Event.Recorder()));
      assertEquals(ErrorCode.USER, failure.code());
      for (String wanted : List.of(part, "'Step' (Program.java:7)", "value=77")) {
        assertTrue(failure.getMessage().contains(wanted), failure.getMessage());
      }
    }
  }

  @Test
  void forgottenWindowsLeaveNoState() throws Exception {
    for (WindowAssigner<?, ?> assigner :
        List.of(
            EventTimeSessionWindows.withGap(ms(3)),
            SlidingEventTimeWindows.of(ms(10), ms(5)),
            TumblingEventTimeWindows.of(ms(10)))) {
      try (Instance instance =
          Instance.fresh(
              sums(assigner, EventTimeTrigger.create(), CountEvictor.of(5)), new ManualClock(0))) {
        Event.Recorder out = new Event.Recorder();
        for (int i = 0; i < 200; i++) {
          instance.feed(List.of(at("k" + i % 10, 1, i * 2)), true, out);
          instance.operator.onWatermark(i - 2L, out);
        }
        instance.operator.onWatermark(Long.MAX_VALUE, out);
        assertTrue(out.events.size() >= 200, out.events.size() + " results");
        assertEquals(0, instance.context.store.keyCount(), assigner.toString());
      }
    }
  }
}
