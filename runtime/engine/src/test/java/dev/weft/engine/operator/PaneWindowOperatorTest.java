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
import dev.weft.api.types.TypeInformation;
import dev.weft.api.windowing.assigners.TumblingEventTimeWindows;
import dev.weft.api.windowing.windows.TimeWindow;
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

  private static final class Describe
      extends ProcessWindowFunction<Long, String, String, TimeWindow> {
    @Override
    public void process(
        String key, Context context, Iterable<Long> elements, Collector<String> out) {
      TimeWindow window = context.window();
      long sum = elements.iterator().next();
      out.collect(key + "[" + window.getStart() + "," + window.getEnd() + ")=" + sum);
    }
  }

  private static ChainSpec.OperatorSpec window(
      ProcessWindowFunction<Long, ?, ?, ?> process, long lateness, OutputTag<Reading> late) {
    return Specs.keyed(
        new WindowOperation<>(
            TumblingEventTimeWindows.of(Duration.ofMillis(10)),
            null,
            null,
            new Sum(),
            TypeInformation.of(Long.class),
            process,
            lateness,
            late),
        Reading.class,
        Reading::sensor,
        String.class);
  }

  private static OperatorCase paned(ChainSpec.OperatorSpec spec) {
    return OperatorCase.of(spec).alsoInDatabase();
  }

  private static Event.Row at(String sensor, long value, long timestamp) {
    return row(new Reading(sensor, value), timestamp);
  }

  @Test
  void aWindowFiresOnceWithTheTimestampOfItsLastMillisecond() throws Exception {
    paned(window(null, 0, null))
        .rows(at("a", 1, 0), at("a", 2, 9), at("a", 4, 10), at("b", 8, 3))
        .watermark(8)
        .rows(at("a", 16, 5))
        .watermark(18)
        .rows(at("b", 32, 19))
        .watermark(19)
        .inAnyOrder()
        .expect(row(19L, 9), row(8L, 9), row(4L, 19), row(32L, 19));
  }

  @Test
  void theEndOfTimeFiresAllWindowsInOrderOfTime() throws Exception {
    paned(window(new Describe(), 0, null))
        .rows(at("a", 1, 25), at("a", 2, -1), at("a", 4, 1_000))
        .watermark(Long.MAX_VALUE)
        .finish()
        .inAnyOrder()
        .expect(row("a[-10,0)=2", -1), row("a[20,30)=1", 29), row("a[1000,1010)=4", 1_009));
  }

  private static final class DescribeNumber
      extends ProcessWindowFunction<Long, String, Integer, TimeWindow> {
    @Override
    public void process(
        Integer key, Context context, Iterable<Long> elements, Collector<String> out) {
      out.collect(key + "=" + elements.iterator().next());
    }
  }

  private static ChainSpec.OperatorSpec byNumber() {
    return Specs.keyed(
        new WindowOperation<>(
            TumblingEventTimeWindows.of(Duration.ofMillis(10)),
            null,
            null,
            new Sum(),
            TypeInformation.of(Long.class),
            new DescribeNumber(),
            0,
            null),
        Reading.class,
        reading -> reading.sensor().isEmpty() ? null : Integer.valueOf(reading.sensor()),
        Integer.class);
  }

  @Test
  void keysThatAreNumbersReachTheFunctionAsTheyWere() throws Exception {
    OperatorCase.of(byNumber())
        .rows(at("-7", 1, 5), at("2147483647", 2, 6), at("0", 4, 7), at("-7", 8, 9))
        .watermark(9)
        .rows(at("0", 16, 11), at("5", 32, 12))
        .watermark(30)
        .inAnyOrder()
        .expect(
            row("-7=9", 9),
            row("2147483647=2", 9),
            row("0=4", 9),
            row("0=16", 19),
            row("5=32", 19));
  }

  @Test
  void keysThatDifferInTheirUpperHalvesDiffer() throws Exception {
    ChainSpec.OperatorSpec spec =
        Specs.keyed(
            new WindowOperation<>(
                TumblingEventTimeWindows.of(Duration.ofMillis(10)),
                null,
                null,
                new Sum(),
                TypeInformation.of(Long.class),
                null,
                0,
                LATE),
            Reading.class,
            reading -> Long.parseLong(reading.sensor()) << 32,
            Long.class);

    OperatorCase.of(spec)
        .rows(at("1", 1, 5), at("2", 2, 6), at("1", 4, 7), at("-3", 8, 12))
        .watermark(9)
        .rows(at("9", 16, 3), at("2", 32, 13))
        .watermark(30)
        .inAnyOrder()
        .expect(
            row(5L, 9),
            row(2L, 9),
            new Event.Side("late", new Reading("9", 16), 3),
            row(8L, 19),
            row(32L, 19));
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
  void lateRecordsAreCountedAndDropped() throws Exception {
    paned(window(null, 0, null))
        .rows(at("a", 1, 5))
        .watermark(9)
        .rows(at("a", 2, 9), at("b", 2, 0), at("a", 4, 10))
        .watermark(30)
        .late(2)
        .inAnyOrder()
        .expect(row(1L, 9), row(4L, 19));
  }

  @Test
  void lateRecordsGoToTheSideOutput() throws Exception {
    paned(window(null, 0, LATE))
        .rows(at("a", 1, 5))
        .watermark(12)
        .rows(at("a", 2, 9), at("a", 4, 11))
        .watermark(30)
        .inAnyOrder()
        .expect(row(1L, 9), new Event.Side("late", new Reading("a", 2), 9), row(4L, 19));
  }

  @Test
  void withinTheAllowedLatenessAWindowFiresAgainForEveryRecord() throws Exception {
    paned(window(new Describe(), 5, LATE))
        .rows(at("a", 1, 5))
        .watermark(9)
        .rows(at("a", 2, 6), at("b", 7, 6))
        .watermark(13)
        .rows(at("a", 4, 7))
        .watermark(14)
        .rows(at("a", 8, 8), at("a", 16, 10))
        .watermark(40)
        .inAnyOrder()
        .expect(
            row("a[0,10)=1", 9),
            row("a[0,10)=3", 9),
            row("b[0,10)=7", 9),
            row("a[0,10)=7", 9),
            new Event.Side("late", new Reading("a", 8), 8),
            row("a[10,20)=16", 19));
  }

  @Test
  void firedWindowsLeaveNoState() throws Exception {
    try (Instance instance = Instance.fresh(window(null, 3, null), new ManualClock(0))) {
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
    try (Instance instance = Instance.fresh(window(null, 0, null), new ManualClock(0))) {
      WeftException failure =
          assertThrows(
              WeftException.class, () -> instance.feed(List.of(bad), true, new Event.Recorder()));
      assertEquals(ErrorCode.USER, failure.code());
      assertTrue(failure.getMessage().contains(part), failure.getMessage());
      assertTrue(failure.getMessage().contains("'Step' (Program.java:7)"), failure.getMessage());
    }
  }
}
