package dev.weft.engine.operator;

import static dev.weft.engine.operator.Event.row;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.OutputTag;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.windowing.ProcessWindowFunction;
import dev.weft.api.graph.WindowOperation;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.windowing.assigners.DynamicEventTimeSessionWindows;
import dev.weft.api.windowing.assigners.EventTimeSessionWindows;
import dev.weft.api.windowing.assigners.GlobalWindows;
import dev.weft.api.windowing.assigners.ProcessingTimeSessionWindows;
import dev.weft.api.windowing.assigners.SlidingEventTimeWindows;
import dev.weft.api.windowing.assigners.TumblingEventTimeWindows;
import dev.weft.api.windowing.assigners.TumblingProcessingTimeWindows;
import dev.weft.api.windowing.assigners.WindowAssigner;
import dev.weft.api.windowing.evictors.CountEvictor;
import dev.weft.api.windowing.evictors.DeltaEvictor;
import dev.weft.api.windowing.evictors.Evictor;
import dev.weft.api.windowing.evictors.TimeEvictor;
import dev.weft.api.windowing.triggers.ContinuousEventTimeTrigger;
import dev.weft.api.windowing.triggers.ContinuousProcessingTimeTrigger;
import dev.weft.api.windowing.triggers.CountTrigger;
import dev.weft.api.windowing.triggers.DeltaTrigger;
import dev.weft.api.windowing.triggers.EventTimeTrigger;
import dev.weft.api.windowing.triggers.ProcessingTimeoutTrigger;
import dev.weft.api.windowing.triggers.PurgingTrigger;
import dev.weft.api.windowing.triggers.Trigger;
import dev.weft.api.windowing.triggers.TriggerResult;
import dev.weft.api.windowing.windows.TimeWindow;
import dev.weft.api.windowing.windows.Window;
import dev.weft.engine.protocol.ChainSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnyWindowOperatorTest {
  private static final long GLOBAL_END = Long.MAX_VALUE;

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

  /** Writes down the records of a window and how often it and its key have fired. */
  private static final class Describe
      extends ProcessWindowFunction<Reading, String, String, Window> {
    private final boolean perWindow;

    Describe(boolean perWindow) {
      this.perWindow = perWindow;
    }

    private static ValueStateDescriptor<Long> firings() {
      return new ValueStateDescriptor<>("firings", Long.class);
    }

    @Override
    public void process(
        String key, Context context, Iterable<Reading> elements, Collector<String> out)
        throws Exception {
      List<Long> values = new ArrayList<>();
      elements.forEach(each -> values.add(each.value()));
      String counted = "";
      if (perWindow) {
        counted =
            " #"
                + next(context.windowState().getState(firings()))
                + "/"
                + next(context.globalState().getState(firings()));
      }
      out.collect(key + values + counted);
    }

    private static long next(ValueState<Long> state) throws Exception {
      long count = state.value() == null ? 1 : state.value() + 1;
      state.update(count);
      return count;
    }

    @Override
    public void clear(Context context) {
      if (perWindow) {
        context.windowState().getState(firings()).clear();
      }
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

  private static ChainSpec.OperatorSpec lists(
      WindowAssigner<?, ?> assigner,
      Trigger<?, ?> trigger,
      Evictor<?, ?> evictor,
      boolean perWindow,
      long lateness) {
    return spec(
        new WindowOperation<Reading, Object, Reading>(
            assigner, trigger, evictor, null, null, new Describe(perWindow), lateness, null));
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

  @Test
  void sessionsGrowTogetherAndFireAtTheirEnds() throws Exception {
    OperatorCase.of(sums(EventTimeSessionWindows.withGap(ms(10)), null, null))
        .rows(at("a", 1, 0), at("a", 2, 18), at("a", 4, 9), at("b", 8, 40))
        .watermark(26)
        .rows(at("a", 16, 18), at("a", 32, 60))
        .watermark(27)
        .rows(at("a", 64, 18))
        .watermark(100)
        .expect(
            row(23L, 27),
            new Event.Side("late", new Reading("a", 64), 18),
            row(8L, 49),
            row(32L, 69));
  }

  @Test
  void theGapOfSessionsMayFollowFromTheRecords() throws Exception {
    OperatorCase.of(sums(DynamicEventTimeSessionWindows.withDynamicGap(Reading::value), null, null))
        .rows(at("a", 5, 0), at("a", 20, 3), at("a", 1, 30))
        .watermark(100)
        .expect(row(25L, 22), row(1L, 30));
  }

  @Test
  void sessionsKeepTheirRecordsInOrderOfMerging() throws Exception {
    OperatorCase.of(lists(EventTimeSessionWindows.withGap(ms(10)), null, null, false, 5))
        .rows(at("a", 1, 0), at("a", 2, 5))
        .watermark(14)
        .rows(at("a", 3, 12))
        .watermark(30)
        .expect(row("a[1, 2]", 14), row("a[1, 2, 3]", 21));
  }

  @Test
  void sessionsByTheWallClockFireWhenItPasses() throws Exception {
    OperatorCase.of(sums(ProcessingTimeSessionWindows.withGap(ms(10)), null, null))
        .rows(at("a", 1, 0))
        .time(1_005)
        .rows(at("a", 2, 0))
        .time(1_012)
        .time(1_015)
        .rows(at("a", 4, 0))
        .time(1_030)
        .expect(row(3L, 1_014), row(4L, 1_024));
  }

  @Test
  void windowsByTheWallClockFireWhenItPasses() throws Exception {
    OperatorCase.of(lists(TumblingProcessingTimeWindows.of(ms(10)), null, null, false, 0))
        .rows(row(new Reading("a", 1)))
        .time(1_008)
        .rows(row(new Reading("a", 2)))
        .time(1_009)
        .rows(row(new Reading("a", 8)))
        .time(1_010)
        .rows(row(new Reading("a", 4)))
        .time(1_020)
        .expect(row("a[1, 2, 8]", 1_009), row("a[4]", 1_019));
  }

  @Test
  void aRecordBelongsToAllWindowsThatCoverIt() throws Exception {
    OperatorCase.of(lists(SlidingEventTimeWindows.of(ms(10), ms(5)), null, null, false, 0))
        .rows(at("a", 1, 0), at("a", 2, 7))
        .watermark(30)
        .expect(row("a[1]", 4), row("a[1, 2]", 9), row("a[2]", 14));
  }

  @Test
  void windowsOfTenWithTheirOwnStateForgetIt() throws Exception {
    OperatorCase.of(lists(TumblingEventTimeWindows.of(ms(10)), null, null, true, 5))
        .rows(at("a", 1, 0))
        .watermark(9)
        .rows(at("a", 2, 1))
        .watermark(20)
        .rows(at("a", 3, 21))
        .watermark(50)
        .expect(row("a[1] #1/1", 9), row("a[1, 2] #2/2", 9), row("a[3] #1/3", 29));
  }

  @Test
  void countedWindowsFireAndPurge() throws Exception {
    OperatorCase.of(sums(GlobalWindows.create(), PurgingTrigger.of(CountTrigger.of(2)), null))
        .rows(at("a", 1, 0), at("b", 2, 0), at("a", 4, 0), at("a", 8, 0), at("b", 16, 0))
        .expect(row(5L, GLOBAL_END), row(18L, GLOBAL_END));
  }

  @Test
  void evictorsLeaveRecordsOut() throws Exception {
    OperatorCase.of(lists(GlobalWindows.create(), CountTrigger.of(2), CountEvictor.of(3), false, 0))
        .rows(at("a", 1, 0), at("a", 2, 1), at("a", 3, 2), at("a", 4, 3))
        .expect(row("a[1, 2]", GLOBAL_END), row("a[2, 3, 4]", GLOBAL_END));
    OperatorCase.of(sums(GlobalWindows.create(), CountTrigger.of(3), TimeEvictor.of(ms(5))))
        .rows(at("a", 1, 0), at("a", 2, 6), at("a", 4, 10))
        .expect(row(6L, GLOBAL_END));
    OperatorCase.of(
            lists(
                GlobalWindows.create(),
                CountTrigger.of(2),
                DeltaEvictor.<Reading, Window>of(
                    3, (old, last) -> last.value() - old.value(), true),
                false,
                0))
        .rows(at("a", 1, 0), at("a", 5, 6), at("a", 6, 10), at("a", 7, 11))
        .expect(row("a[1, 5]", GLOBAL_END), row("a[5, 6, 7]", GLOBAL_END));
  }

  @Test
  void continuousTriggersFireInBetween() throws Exception {
    OperatorCase.of(
            sums(TumblingEventTimeWindows.of(ms(100)), ContinuousEventTimeTrigger.of(ms(30)), null))
        .rows(at("a", 1, 5))
        .watermark(30)
        .rows(at("a", 2, 40))
        .watermark(70)
        .watermark(99)
        .expect(row(1L, 99), row(3L, 99), row(3L, 99), row(3L, 99));
    OperatorCase.of(sums(GlobalWindows.create(), ContinuousProcessingTimeTrigger.of(ms(10)), null))
        .rows(at("a", 1, 5))
        .time(1_011)
        .rows(at("a", 2, 40))
        .time(1_021)
        .expect(row(1L, GLOBAL_END), row(3L, GLOBAL_END));
  }

  @Test
  void deltaAndTimeoutTriggersFire() throws Exception {
    OperatorCase.of(
            sums(
                GlobalWindows.create(),
                DeltaTrigger.<Reading, Window>of(
                    3,
                    (old, last) -> last.value() - old.value(),
                    TypeInformation.of(Reading.class)),
                null))
        .rows(at("a", 1, 0), at("a", 3, 0), at("a", 6, 0), at("a", 8, 0))
        .expect(row(10L, GLOBAL_END));
    OperatorCase.of(
            sums(
                GlobalWindows.create(),
                ProcessingTimeoutTrigger.of(PurgingTrigger.of(CountTrigger.of(3)), ms(10)),
                null))
        .rows(at("a", 1, 0))
        .time(1_011)
        .rows(at("a", 2, 0), at("a", 4, 0))
        .time(1_015)
        .expect(row(1L, GLOBAL_END));
  }

  @Test
  void sessionsUnderOtherTriggersMergeTheirState() throws Exception {
    OperatorCase.of(sums(EventTimeSessionWindows.withGap(ms(10)), CountTrigger.of(3), null))
        .rows(at("a", 1, 0), at("a", 2, 18), at("a", 4, 9))
        .rows(at("a", 8, 10), at("a", 16, 11), at("a", 32, 12))
        .watermark(100)
        .expect(row(7L, 27), row(63L, 27));
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
