package dev.weft.testing.operators;

import dev.weft.api.DataStream;
import dev.weft.api.OutputTag;
import dev.weft.api.SingleOutputStreamOperator;
import dev.weft.api.WindowedStream;
import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.windowing.ProcessWindowFunction;
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
import dev.weft.api.windowing.windows.TimeWindow;
import dev.weft.api.windowing.windows.Window;
import dev.weft.testing.TestRecord;
import dev.weft.testing.TestScript;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Windows of all kinds, in rows and in panes, in all variations of a script. */
class WindowsTest {
  private static final long GLOBAL_END = Long.MAX_VALUE;
  private static final OutputTag<Reading> LATE = new OutputTag<>("late", Reading.class);

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

  private static final class DescribeSum
      extends ProcessWindowFunction<Long, String, String, TimeWindow> {
    @Override
    public void process(
        String key, Context context, Iterable<Long> elements, Collector<String> out) {
      TimeWindow window = context.window();
      long sum = elements.iterator().next();
      out.collect(key + "[" + window.getStart() + "," + window.getEnd() + ")=" + sum);
    }
  }

  /** A windowed step. */
  private interface Step extends Function<DataStream<Reading>, SingleOutputStreamOperator<?>> {}

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static WindowedStream<Reading, String, Window> windows(
      DataStream<Reading> in,
      WindowAssigner<?, ?> assigner,
      Trigger<?, ?> trigger,
      Evictor<?, ?> evictor) {
    WindowedStream windows = in.keyBy(Reading::sensor).window((WindowAssigner) assigner);
    windows = trigger == null ? windows : windows.trigger((Trigger) trigger);
    return evictor == null ? windows : windows.evictor((Evictor) evictor);
  }

  private static Step sums(
      WindowAssigner<?, ?> assigner, Trigger<?, ?> trigger, Evictor<?, ?> evictor) {
    return in ->
        windows(in, assigner, trigger, evictor).sideOutputLateData(LATE).aggregate(new Sum());
  }

  private static Step lists(
      WindowAssigner<?, ?> assigner,
      Trigger<?, ?> trigger,
      Evictor<?, ?> evictor,
      boolean perWindow,
      long lateness) {
    return in ->
        windows(in, assigner, trigger, evictor)
            .allowedLateness(ms(lateness))
            .process(new Describe(perWindow));
  }

  /** Sums over windows of 10 ms, which the engine puts together from panes. */
  private static Step panes(DescribeSum process, long lateness, OutputTag<Reading> late) {
    return in -> {
      WindowedStream<Reading, String, TimeWindow> windows =
          in.keyBy(Reading::sensor)
              .window(TumblingEventTimeWindows.of(ms(10)))
              .allowedLateness(ms(lateness));
      windows = late == null ? windows : windows.sideOutputLateData(late);
      return process == null ? windows.aggregate(new Sum()) : windows.aggregate(new Sum(), process);
    };
  }

  @SuppressWarnings("unchecked")
  private static TestScript<Reading, Object> script(Step step) {
    return TestScript.of(
            Reading.class, in -> (SingleOutputStreamOperator<Object>) step.apply(in), LATE)
        .processingTime(1_000);
  }

  private static <T> TestRecord<T> row(T value) {
    return TestRecord.of(value);
  }

  private static <T> TestRecord<T> row(T value, long timestamp) {
    return TestRecord.at(value, timestamp);
  }

  private static TestRecord<Reading> at(String sensor, long value, long timestamp) {
    return row(new Reading(sensor, value), timestamp);
  }

  private static Duration ms(long millis) {
    return Duration.ofMillis(millis);
  }

  @Test
  void sessionsGrowTogetherAndFireAtTheirEnds() {
    script(sums(EventTimeSessionWindows.withGap(ms(10)), null, null))
        .pushBatch(at("a", 1, 0), at("a", 2, 18), at("a", 4, 9), at("b", 8, 40))
        .watermark(26)
        .pushBatch(at("a", 16, 18), at("a", 32, 60))
        .watermark(27)
        .pushBatch(at("a", 64, 18))
        .watermark(100)
        .expectRecords(row(23L, 27), row(8L, 49), row(32L, 69))
        .expectRecords(LATE, row(new Reading("a", 64), 18))
        .inEveryStateBackend()
        .run();
  }

  @Test
  void theGapOfSessionsMayFollowFromTheRecords() {
    script(sums(DynamicEventTimeSessionWindows.withDynamicGap(Reading::value), null, null))
        .pushBatch(at("a", 5, 0), at("a", 20, 3), at("a", 1, 30))
        .watermark(100)
        .expectRecords(row(25L, 22), row(1L, 30))
        .run();
  }

  @Test
  void sessionsKeepTheirRecordsInOrderOfMerging() {
    script(lists(EventTimeSessionWindows.withGap(ms(10)), null, null, false, 5))
        .pushBatch(at("a", 1, 0), at("a", 2, 5))
        .watermark(14)
        .pushBatch(at("a", 3, 12))
        .watermark(30)
        .expectRecords(row("a[1, 2]", 14), row("a[1, 2, 3]", 21))
        .run();
  }

  @Test
  void sessionsByTheWallClockFireWhenItPasses() {
    script(sums(ProcessingTimeSessionWindows.withGap(ms(10)), null, null))
        .pushBatch(at("a", 1, 0))
        .processingTime(1_005)
        .pushBatch(at("a", 2, 0))
        .processingTime(1_012)
        .processingTime(1_015)
        .pushBatch(at("a", 4, 0))
        .processingTime(1_030)
        .expectRecords(row(3L, 1_014), row(4L, 1_024))
        .inEveryStateBackend()
        .run();
  }

  @Test
  void windowsByTheWallClockFireWhenItPasses() {
    script(lists(TumblingProcessingTimeWindows.of(ms(10)), null, null, false, 0))
        .pushBatch(row(new Reading("a", 1)))
        .processingTime(1_008)
        .pushBatch(row(new Reading("a", 2)))
        .processingTime(1_009)
        .pushBatch(row(new Reading("a", 8)))
        .processingTime(1_010)
        .pushBatch(row(new Reading("a", 4)))
        .processingTime(1_020)
        .expectRecords(row("a[1, 2, 8]", 1_009), row("a[4]", 1_019))
        .run();
  }

  @Test
  void aRecordBelongsToAllWindowsThatCoverIt() {
    script(lists(SlidingEventTimeWindows.of(ms(10), ms(5)), null, null, false, 0))
        .pushBatch(at("a", 1, 0), at("a", 2, 7))
        .watermark(30)
        .expectRecords(row("a[1]", 4), row("a[1, 2]", 9), row("a[2]", 14))
        .run();
  }

  @Test
  void windowsOfTenWithTheirOwnStateForgetIt() {
    script(lists(TumblingEventTimeWindows.of(ms(10)), null, null, true, 5))
        .pushBatch(at("a", 1, 0))
        .watermark(9)
        .pushBatch(at("a", 2, 1))
        .watermark(20)
        .pushBatch(at("a", 3, 21))
        .watermark(50)
        .expectRecords(row("a[1] #1/1", 9), row("a[1, 2] #2/2", 9), row("a[3] #1/3", 29))
        .inEveryStateBackend()
        .run();
  }

  @Test
  void countedWindowsFireAndPurge() {
    script(sums(GlobalWindows.create(), PurgingTrigger.of(CountTrigger.of(2)), null))
        .pushBatch(at("a", 1, 0), at("b", 2, 0), at("a", 4, 0), at("a", 8, 0), at("b", 16, 0))
        .expectRecords(row(5L, GLOBAL_END), row(18L, GLOBAL_END))
        .inEveryStateBackend()
        .run();
  }

  @Test
  void evictorsLeaveRecordsOut() {
    script(lists(GlobalWindows.create(), CountTrigger.of(2), CountEvictor.of(3), false, 0))
        .pushBatch(at("a", 1, 0), at("a", 2, 1), at("a", 3, 2), at("a", 4, 3))
        .expectRecords(row("a[1, 2]", GLOBAL_END), row("a[2, 3, 4]", GLOBAL_END))
        .run();
    script(sums(GlobalWindows.create(), CountTrigger.of(3), TimeEvictor.of(ms(5))))
        .pushBatch(at("a", 1, 0), at("a", 2, 6), at("a", 4, 10))
        .expectRecords(row(6L, GLOBAL_END))
        .run();
    script(
            lists(
                GlobalWindows.create(),
                CountTrigger.of(2),
                DeltaEvictor.<Reading, Window>of(
                    3, (old, last) -> last.value() - old.value(), true),
                false,
                0))
        .pushBatch(at("a", 1, 0), at("a", 5, 6), at("a", 6, 10), at("a", 7, 11))
        .expectRecords(row("a[1, 5]", GLOBAL_END), row("a[5, 6, 7]", GLOBAL_END))
        .run();
  }

  @Test
  void continuousTriggersFireInBetween() {
    script(sums(TumblingEventTimeWindows.of(ms(100)), ContinuousEventTimeTrigger.of(ms(30)), null))
        .pushBatch(at("a", 1, 5))
        .watermark(30)
        .pushBatch(at("a", 2, 40))
        .watermark(70)
        .watermark(99)
        .expectRecords(row(1L, 99), row(3L, 99), row(3L, 99), row(3L, 99))
        .run();
    script(sums(GlobalWindows.create(), ContinuousProcessingTimeTrigger.of(ms(10)), null))
        .pushBatch(at("a", 1, 5))
        .processingTime(1_011)
        .pushBatch(at("a", 2, 40))
        .processingTime(1_021)
        .expectRecords(row(1L, GLOBAL_END), row(3L, GLOBAL_END))
        .run();
  }

  @Test
  void deltaAndTimeoutTriggersFire() {
    script(
            sums(
                GlobalWindows.create(),
                DeltaTrigger.<Reading, Window>of(
                    3,
                    (old, last) -> last.value() - old.value(),
                    TypeInformation.of(Reading.class)),
                null))
        .pushBatch(at("a", 1, 0), at("a", 3, 0), at("a", 6, 0), at("a", 8, 0))
        .expectRecords(row(10L, GLOBAL_END))
        .run();
    script(
            sums(
                GlobalWindows.create(),
                ProcessingTimeoutTrigger.of(PurgingTrigger.of(CountTrigger.of(3)), ms(10)),
                null))
        .pushBatch(at("a", 1, 0))
        .processingTime(1_011)
        .pushBatch(at("a", 2, 0), at("a", 4, 0))
        .processingTime(1_015)
        .expectRecords(row(1L, GLOBAL_END))
        .run();
  }

  private static Step timingOut(Trigger<?, ?> nested, boolean reset, boolean clear, long lateness) {
    Trigger<?, ?> trigger = ProcessingTimeoutTrigger.of(nested, ms(10), reset, clear);
    return in ->
        windows(in, TumblingEventTimeWindows.of(ms(100)), trigger, null)
            .allowedLateness(ms(lateness))
            .aggregate(new Sum());
  }

  @Test
  void aTimeoutThatClearsMovesTheFiringAtTheEndToTheEndOfLateness() {
    script(timingOut(EventTimeTrigger.create(), false, true, 20))
        .pushBatch(at("a", 1, 5))
        .processingTime(1_011)
        .pushBatch(at("b", 8, 5))
        .watermark(99)
        .watermark(119)
        .inAnyOrder()
        .expectRecords(row(1L, 99), row(8L, 99), row(1L, 99), row(8L, 99))
        .run();
    script(timingOut(EventTimeTrigger.create(), false, true, 20))
        .pushBatch(at("a", 1, 5))
        .processingTime(1_011)
        .pushBatch(at("a", 2, 5))
        .watermark(99)
        .watermark(119)
        .expectRecords(row(1L, 99), row(3L, 99), row(3L, 99))
        .run();
    script(timingOut(EventTimeTrigger.create(), false, true, 0))
        .pushBatch(at("a", 1, 5))
        .processingTime(1_011)
        .watermark(99)
        .expectRecords(row(1L, 99), row(1L, 99))
        .run();
  }

  @Test
  void aTimeoutTriggerFiresAtTheEndOfAWindowThatTheNestedOneLeavesOut() {
    script(timingOut(CountTrigger.of(9), false, true, 0))
        .pushBatch(at("a", 1, 5))
        .watermark(99)
        .expectRecords(row(1L, 99))
        .run();
  }

  @Test
  void aTimeoutThatDoesNotClearComesOnceUnlessRecordsResetIt() {
    script(timingOut(CountTrigger.of(3), false, false, 0))
        .pushBatch(at("a", 1, 5))
        .processingTime(1_011)
        .pushBatch(at("a", 2, 5))
        .processingTime(1_031)
        .pushBatch(at("a", 4, 5))
        .expectRecords(row(1L, 99), row(7L, 99))
        .run();
    script(timingOut(CountTrigger.of(3), true, false, 0))
        .pushBatch(at("a", 1, 5))
        .processingTime(1_005)
        .pushBatch(at("a", 2, 5))
        .processingTime(1_012)
        .processingTime(1_016)
        .expectRecords(row(3L, 99))
        .run();
  }

  @Test
  void sessionsUnderOtherTriggersMergeTheirState() {
    script(sums(EventTimeSessionWindows.withGap(ms(10)), CountTrigger.of(3), null))
        .pushBatch(at("a", 1, 0), at("a", 2, 18), at("a", 4, 9))
        .pushBatch(at("a", 8, 10), at("a", 16, 11), at("a", 32, 12))
        .watermark(100)
        .expectRecords(row(7L, 27), row(63L, 27))
        .inEveryStateBackend()
        .run();
  }

  @Test
  void aWindowFiresOnceWithTheTimestampOfItsLastMillisecond() {
    script(panes(null, 0, null))
        .pushBatch(at("a", 1, 0), at("a", 2, 9), at("a", 4, 10), at("b", 8, 3))
        .watermark(8)
        .pushBatch(at("a", 16, 5))
        .watermark(18)
        .pushBatch(at("b", 32, 19))
        .watermark(19)
        .inAnyOrder()
        .expectRecords(row(19L, 9), row(8L, 9), row(4L, 19), row(32L, 19))
        .inEveryStateBackend()
        .run();
  }

  @Test
  void theEndOfTimeFiresAllWindowsInOrderOfTime() {
    script(panes(new DescribeSum(), 0, null))
        .pushBatch(at("a", 1, 25), at("a", 2, -1), at("a", 4, 1_000))
        .watermark(Long.MAX_VALUE)
        .endOfInput()
        .inAnyOrder()
        .expectRecords(row("a[-10,0)=2", -1), row("a[20,30)=1", 29), row("a[1000,1010)=4", 1_009))
        .run();
  }

  @Test
  void lateRecordsAreCountedAndDropped() {
    script(panes(null, 0, null))
        .pushBatch(at("a", 1, 5))
        .watermark(9)
        .pushBatch(at("a", 2, 9), at("b", 2, 0), at("a", 4, 10))
        .watermark(30)
        .expectLate(2)
        .inAnyOrder()
        .expectRecords(row(1L, 9), row(4L, 19))
        .inEveryStateBackend()
        .run();
  }

  @Test
  void lateRecordsGoToTheSideOutput() {
    script(panes(null, 0, LATE))
        .pushBatch(at("a", 1, 5))
        .watermark(12)
        .pushBatch(at("a", 2, 9), at("a", 4, 11))
        .watermark(30)
        .inAnyOrder()
        .expectRecords(row(1L, 9), row(4L, 19))
        .expectRecords(LATE, row(new Reading("a", 2), 9))
        .run();
  }

  @Test
  void withinTheAllowedLatenessAWindowFiresAgainForEveryRecord() {
    script(panes(new DescribeSum(), 5, LATE))
        .pushBatch(at("a", 1, 5))
        .watermark(9)
        .pushBatch(at("a", 2, 6), at("b", 7, 6))
        .watermark(13)
        .pushBatch(at("a", 4, 7))
        .watermark(14)
        .pushBatch(at("a", 8, 8), at("a", 16, 10))
        .watermark(40)
        .inAnyOrder()
        .expectRecords(
            row("a[0,10)=1", 9),
            row("a[0,10)=3", 9),
            row("b[0,10)=7", 9),
            row("a[0,10)=7", 9),
            row("a[10,20)=16", 19))
        .expectRecords(LATE, row(new Reading("a", 8), 8))
        .inEveryStateBackend()
        .run();
  }

  private static final class DescribeNumber
      extends ProcessWindowFunction<Long, String, Integer, TimeWindow> {
    @Override
    public void process(
        Integer key, Context context, Iterable<Long> elements, Collector<String> out) {
      out.collect(key + "=" + elements.iterator().next());
    }
  }

  @Test
  void keysThatAreNumbersReachTheFunctionAsTheyWere() {
    script(
            in ->
                in.keyBy(reading -> Integer.valueOf(reading.sensor()))
                    .window(TumblingEventTimeWindows.of(ms(10)))
                    .aggregate(new Sum(), new DescribeNumber()))
        .pushBatch(at("-7", 1, 5), at("2147483647", 2, 6), at("0", 4, 7), at("-7", 8, 9))
        .watermark(9)
        .pushBatch(at("0", 16, 11), at("5", 32, 12))
        .watermark(30)
        .inAnyOrder()
        .expectRecords(
            row("-7=9", 9), row("2147483647=2", 9), row("0=4", 9), row("0=16", 19), row("5=32", 19))
        .inEveryStateBackend()
        .run();
  }

  @Test
  void keysThatDifferInTheirUpperHalvesDiffer() {
    script(
            in ->
                in.keyBy(reading -> Long.parseLong(reading.sensor()) << 32)
                    .window(TumblingEventTimeWindows.of(ms(10)))
                    .sideOutputLateData(LATE)
                    .aggregate(new Sum()))
        .pushBatch(at("1", 1, 5), at("2", 2, 6), at("1", 4, 7), at("-3", 8, 12))
        .watermark(9)
        .pushBatch(at("9", 16, 3), at("2", 32, 13))
        .watermark(30)
        .inAnyOrder()
        .expectRecords(row(5L, 9), row(2L, 9), row(8L, 19), row(32L, 19))
        .expectRecords(LATE, row(new Reading("9", 16), 3))
        .inEveryStateBackend()
        .run();
  }
}
