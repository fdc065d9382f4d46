package dev.weft.testing.operators;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.ConnectedStreams;
import dev.weft.api.DataStream;
import dev.weft.api.KeyedStream;
import dev.weft.api.OutputTag;
import dev.weft.api.SingleOutputStreamOperator;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.functions.co.BroadcastProcessFunction;
import dev.weft.api.functions.co.CoMapFunction;
import dev.weft.api.functions.co.CoProcessFunction;
import dev.weft.api.functions.co.KeyedBroadcastProcessFunction;
import dev.weft.api.functions.co.KeyedCoProcessFunction;
import dev.weft.api.functions.co.ProcessJoinFunction;
import dev.weft.api.functions.co.RichCoFlatMapFunction;
import dev.weft.api.functions.co.RichCoMapFunction;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.testing.TestHarness;
import dev.weft.testing.TestRecord;
import dev.weft.testing.TestScript;
import dev.weft.testing.TestStreams;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** Steps of two streams, in all variations of a script. */
class TwoInputsTest {
  private static final OutputTag<String> SIDE = new OutputTag<>("side", String.class);
  private static final OutputTag<Reading> LATE = new OutputTag<>("late", Reading.class);
  private static final MapStateDescriptor<String, Long> LIMITS =
      new MapStateDescriptor<>("limits", String.class, Long.class);

  private static Reading reading(String sensor, long value) {
    return new Reading(sensor, value);
  }

  private static Reading a(long value) {
    return reading("a", value);
  }

  private static Reading b(long value) {
    return reading("b", value);
  }

  private static <T> TestRecord<T> row(T value) {
    return TestRecord.of(value);
  }

  private static <T> TestRecord<T> row(T value, long timestamp) {
    return TestRecord.at(value, timestamp);
  }

  /** A program of a stream of some type and one of texts. */
  private static <T> TestScript<Object, Object> script(
      Class<T> type,
      BiFunction<DataStream<T>, DataStream<String>, SingleOutputStreamOperator<String>> program) {
    return TestScript.of(
            (TestStreams streams) -> {
              SingleOutputStreamOperator<String> step =
                  program.apply(
                      streams.input("first", type), streams.input("second", String.class));
              streams.output(TestHarness.OUTPUT, step);
              streams.output("side", step.getSideOutput(SIDE));
            })
        .processingTime(1_000);
  }

  private static ConnectedStreams<Reading, String> byKey(
      DataStream<Reading> readings, DataStream<String> texts) {
    return readings.keyBy(Reading::sensor).connect(texts.keyBy(text -> text.substring(0, 1)));
  }

  private static TestScript<Object, Object> join(long lower, long upper, OutputTag<Reading> late) {
    return TestScript.of(
        (TestStreams streams) -> {
          KeyedStream.IntervalJoined<Reading, Reading, String> joined =
              streams
                  .input("first", Reading.class)
                  .keyBy(Reading::sensor)
                  .intervalJoin(streams.input("second", Reading.class).keyBy(Reading::sensor))
                  .between(Duration.ofMillis(lower), Duration.ofMillis(upper));
          SingleOutputStreamOperator<String> step =
              (late == null ? joined : joined.sideOutputRightLateData(late)).process(new Pairs());
          streams.output(TestHarness.OUTPUT, step);
          streams.output("late", step.getSideOutput(LATE));
        });
  }

  private static final class Labels implements CoMapFunction<Long, String, String> {
    @Override
    public String map1(Long value) {
      return "1:" + value;
    }

    @Override
    public String map2(String value) {
      return "2:" + value.toUpperCase();
    }
  }

  /** Keeps the last reading of a sensor and pairs notes with it. */
  private static final class Notes extends RichCoFlatMapFunction<Reading, String, String> {
    private transient ValueState<Long> last;

    @Override
    public void open(OpenContext context) {
      last = getRuntimeContext().getState(new ValueStateDescriptor<>("last", Long.class));
    }

    @Override
    public void flatMap1(Reading value, Collector<String> out) throws Exception {
      last.update(value.value());
    }

    @Override
    public void flatMap2(String value, Collector<String> out) throws Exception {
      if (last.value() != null) {
        out.collect(value + "@" + last.value());
      }
    }
  }

  /** Waits for a note on each reading and tells when none came. */
  private static final class Awaiting
      extends KeyedCoProcessFunction<String, Reading, String, String> {
    private transient ValueState<Long> waiting;

    @Override
    public void open(OpenContext context) {
      waiting = getRuntimeContext().getState(new ValueStateDescriptor<>("waiting", Long.class));
    }

    @Override
    public void processElement1(Reading value, Context ctx, Collector<String> out)
        throws Exception {
      waiting.update(value.value());
      ctx.timerService().registerEventTimeTimer(ctx.timestamp() + 10);
      ctx.timerService().registerProcessingTimeTimer(5_000);
    }

    @Override
    public void processElement2(String value, Context ctx, Collector<String> out) throws Exception {
      out.collect(ctx.getCurrentKey() + ":" + value + ":" + waiting.value());
      waiting.clear();
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext ctx, Collector<String> out)
        throws Exception {
      String what = ctx.getCurrentKey() + " " + ctx.timeDomain() + " " + timestamp;
      if (waiting.value() != null) {
        out.collect("missing " + what);
      } else {
        ctx.output(SIDE, what);
      }
    }
  }

  /** Lets readings above the limit of their sensor through; records "a=3" set limits. */
  private static final class Limits extends BroadcastProcessFunction<Reading, String, String> {
    @Override
    public void processElement(Reading value, ReadOnlyContext ctx, Collector<String> out)
        throws Exception {
      Long limit = ctx.getBroadcastState(LIMITS).get(value.sensor());
      if (limit != null && value.value() > limit) {
        out.collect(value.sensor() + value.value() + ">" + limit);
      }
    }

    @Override
    public void processBroadcastElement(String value, Context ctx, Collector<String> out)
        throws Exception {
      ctx.getBroadcastState(LIMITS).put(value.substring(0, 1), Long.parseLong(value.substring(2)));
    }
  }

  /** Counts readings above the limit per sensor and tells at the end of a span. */
  private static final class Excesses
      extends KeyedBroadcastProcessFunction<String, Reading, String, String> {
    private transient ValueState<Long> count;

    @Override
    public void open(OpenContext context) {
      count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Long.class));
    }

    @Override
    public void processElement(Reading value, ReadOnlyContext ctx, Collector<String> out)
        throws Exception {
      Long limit = ctx.getBroadcastState(LIMITS).get("all");
      if (limit != null && value.value() > limit) {
        count.update(count.value() == null ? 1 : count.value() + 1);
        ctx.timerService().registerEventTimeTimer(100);
      }
    }

    @Override
    public void processBroadcastElement(String value, Context ctx, Collector<String> out)
        throws Exception {
      ctx.getBroadcastState(LIMITS).put("all", Long.parseLong(value));
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext ctx, Collector<String> out)
        throws Exception {
      out.collect(
          ctx.getCurrentKey()
              + "="
              + count.value()
              + " over "
              + ctx.getBroadcastState(LIMITS).get("all"));
    }
  }

  private static final class Pairs extends ProcessJoinFunction<Reading, Reading, String> {
    @Override
    public void processElement(Reading left, Reading right, Context ctx, Collector<String> out) {
      if (left.value() < 0) {
        throw new IllegalStateException("negative");
      }
      out.collect(
          left.sensor()
              + left.value()
              + "-"
              + right.value()
              + "@"
              + ctx.getLeftTimestamp()
              + "/"
              + ctx.getRightTimestamp());
    }
  }

  @Test
  void mapSeesBothInputsAndKeepsTimestamps() {
    script(Long.class, (first, second) -> first.connect(second).map(new Labels()))
        .pushTo("first", row(1L, 10), row(2L, 11))
        .pushTo("second", row("a", 5))
        .watermark(9)
        .pushTo("first", row(3L))
        .expectRecords(row("1:1", 10), row("1:2", 11), row("2:A", 5), row("1:3"))
        .run();
  }

  @Test
  void bothInputsOfAKeyShareItsState() {
    script(Reading.class, (first, second) -> byKey(first, second).flatMap(new Notes()))
        .pushTo("second", row("a-early", 1))
        .pushTo("first", row(reading("a", 4), 2), row(reading("b", 7), 3))
        .pushTo("second", row("a-note", 4), row("b-note", 5), row("c-note", 6))
        .pushTo("first", row(reading("a", 5), 7))
        .pushTo("second", row("a-late", 8))
        .expectRecords(row("a-note@4", 4), row("b-note@7", 5), row("a-late@5", 8))
        .run();
  }

  @Test
  void timersOfBothClocksFireWithTheStateOfTheirKey() {
    script(Reading.class, (first, second) -> byKey(first, second).process(new Awaiting()))
        .pushTo("first", row(reading("a", 1), 100), row(reading("b", 2), 101))
        .pushTo("second", row("bn", 102))
        .watermark(110)
        .watermark(111)
        .processingTime(5_000)
        .pushTo("second", row("an", 120))
        .expectRecords(
            row("b:bn:2", 102),
            row("missing a EVENT_TIME 110", 110),
            row("missing a PROCESSING_TIME 5000"),
            row("a:an:1", 120))
        .expectRecordsOf("side", row("b EVENT_TIME 111", 111), row("b PROCESSING_TIME 5000"))
        .run();
  }

  @Test
  void broadcastRecordsChangeWhatTheOthersSeeInEverySubtask() {
    script(
            Reading.class,
            (first, second) -> first.connect(second.broadcast(LIMITS)).process(new Limits()))
        .pushTo("first", row(reading("a", 9), 1))
        .pushTo("second", row("a=3"), row("b=5"))
        .pushTo("first", row(reading("a", 4), 2), row(reading("b", 4), 3), row(reading("c", 4), 4))
        .pushTo("second", row("b=1"))
        .pushTo("first", row(reading("a", 3), 5), row(reading("b", 4), 6))
        .expectRecords(row("a4>3", 2), row("b4>1", 6))
        .run();
  }

  @Test
  void keyedStateTimersAndBroadcastStateWorkTogether() {
    script(
            Reading.class,
            (first, second) ->
                first
                    .keyBy(Reading::sensor)
                    .connect(second.broadcast(LIMITS))
                    .process(new Excesses()))
        .pushTo("first", row(reading("a", 9), 1))
        .pushTo("second", row("3"))
        .pushTo("first", row(reading("a", 4), 2), row(reading("b", 4), 3), row(reading("a", 5), 4))
        .pushTo("second", row("4"))
        .pushTo("first", row(reading("b", 4), 5))
        .watermark(100)
        .expectRecords(row("a=2 over 4", 100), row("b=1 over 4", 100))
        .inEveryStateBackend()
        .run();
  }

  @Test
  void pairsWithinTheBoundsMeetWhicheverComesFirst() {
    join(-2, 3, null)
        .pushTo("first", row(a(1), 10))
        .pushTo(
            "second",
            row(a(70), 7),
            row(a(80), 8),
            row(a(130), 13),
            row(a(140), 14),
            row(b(90), 10))
        .pushTo("first", row(a(2), 11), row(b(3), 12))
        .expectRecords(
            row("a1-80@10/8", 10),
            row("a1-130@10/13", 13),
            row("a2-130@11/13", 13),
            row("a2-140@11/14", 14),
            row("b3-90@12/10", 12))
        .inEveryStateBackend()
        .run();
  }

  @Test
  void recordsOfOneTimestampAreAllKept() {
    join(0, 0, null)
        .pushTo("first", row(a(1), 5), row(a(2), 5))
        .pushTo("second", row(a(3), 5), row(a(4), 6))
        .expectRecords(row("a1-3@5/5", 5), row("a2-3@5/5", 5))
        .run();
  }

  @Test
  void lateRecordsGoAsideOrAreCounted() {
    join(-5, 5, LATE)
        .pushTo("first", row(a(1), 20))
        .watermark(22)
        .pushTo("first", row(a(2), 21))
        .pushTo("second", row(a(3), 21), row(a(4), 22), row(a(5), 26))
        .expectLate(1)
        .expectRecords(row("a1-4@20/22", 22))
        .expectRecordsOf("late", row(a(3), 21))
        .run();
  }

  private static WeftException failure(
      BiFunction<DataStream<Reading>, DataStream<String>, SingleOutputStreamOperator<String>>
          program,
      String input,
      Object value) {
    try (TestHarness<Object, Object> harness =
        TestHarness.of(
            streams ->
                streams.output(
                    TestHarness.OUTPUT,
                    program
                        .apply(
                            streams.input("first", Reading.class),
                            streams.input("second", String.class))
                        .name("Step")))) {
      WeftException failure =
          assertThrows(WeftException.class, () -> harness.input(input).push(value, 7));
      assertEquals(ErrorCode.USER, failure.code());
      assertTrue(
          failure.getMessage().contains("'Step' (TwoInputsTest.java:"), failure.getMessage());
      return failure;
    }
  }

  @Test
  void aFailureNamesTheRecordOfTheInputItCameFrom() {
    WeftException e =
        failure(
            (readings, texts) -> readings.map(Reading::value).connect(texts).map(new Labels()),
            "second",
            null);
    assertTrue(e.getMessage().contains("NullPointerException"), e.getMessage());
    assertTrue(e.getMessage().contains("timestamp 7"), e.getMessage());
  }

  @Test
  void aNullKeyIsRefusedOnEitherInput() {
    BiFunction<DataStream<Reading>, DataStream<String>, SingleOutputStreamOperator<String>> notes =
        (readings, texts) ->
            readings
                .keyBy(Reading::sensor)
                .connect(texts.keyBy(text -> (String) null))
                .flatMap(new Notes());
    for (WeftException e :
        List.of(failure(notes, "first", reading(null, 1)), failure(notes, "second", "text"))) {
      assertTrue(e.getMessage().contains("key is null"), e.getMessage());
    }
  }

  private static final class Remembering extends RichCoMapFunction<Reading, String, String> {
    @Override
    public void open(OpenContext context) {
      getRuntimeContext().getState(new ValueStateDescriptor<>("last", Long.class));
    }

    @Override
    public String map1(Reading value) {
      return "";
    }

    @Override
    public String map2(String value) {
      return "";
    }
  }

  @Test
  void keyedStateNeedsKeyedInputs() {
    WeftException e =
        assertThrows(
            WeftException.class,
            () ->
                TestHarness.of(
                    streams ->
                        streams.output(
                            TestHarness.OUTPUT,
                            streams
                                .input("first", Reading.class)
                                .connect(streams.input("second", String.class))
                                .map(new Remembering()))));
    assertTrue(e.getMessage().contains("its input is not keyed"), e.getMessage());
  }

  private static final class Timing extends CoProcessFunction<Reading, String, String> {
    @Override
    public void processElement1(Reading value, Context ctx, Collector<String> out) {
      out.collect(
          value.value() + "@" + ctx.timestamp() + "/" + ctx.timerService().currentWatermark());
    }

    @Override
    public void processElement2(String value, Context ctx, Collector<String> out) {
      ctx.timerService().registerEventTimeTimer(5);
    }
  }

  @Test
  void timersAreRefusedWithoutKeys() {
    WeftException e =
        failure((readings, texts) -> readings.connect(texts).process(new Timing()), "second", "x");
    assertTrue(e.getMessage().contains("uses a timer"), e.getMessage());
    assertTrue(e.getMessage().contains("keyBy"), e.getMessage());
  }

  @Test
  void functionsWithoutKeysSeeTheTime() {
    try (TestHarness<Object, Object> harness =
        TestHarness.of(
            streams ->
                streams.output(
                    TestHarness.OUTPUT,
                    streams
                        .input("first", Reading.class)
                        .connect(streams.input("second", String.class))
                        .process(new Timing())))) {
      harness.watermark(8);
      harness.input("first").pushBatch(row(a(3), 9), row(a(4)));
      assertEquals(List.of(row("3@9/8", 9), row("4@null/8")), harness.takeRecords());
    }
  }

  @Test
  void onlyStatesThatTheStreamWasBroadcastWithExist() {
    MapStateDescriptor<String, Long> other =
        new MapStateDescriptor<>("other", String.class, Long.class);
    WeftException e =
        failure(
            (readings, texts) -> readings.connect(texts.broadcast(other)).process(new Limits()),
            "second",
            "a=3");
    assertTrue(e.getMessage().contains("broadcast state 'limits'"), e.getMessage());
    assertTrue(e.getMessage().contains("[other]"), e.getMessage());
  }
}
