package dev.weft.engine.operator;

import static dev.weft.engine.operator.Event.row;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.OutputTag;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.functions.co.BroadcastProcessFunction;
import dev.weft.api.functions.co.CoMapFunction;
import dev.weft.api.functions.co.CoProcessFunction;
import dev.weft.api.functions.co.KeyedBroadcastProcessFunction;
import dev.weft.api.functions.co.KeyedCoProcessFunction;
import dev.weft.api.functions.co.RichCoFlatMapFunction;
import dev.weft.api.functions.co.RichCoMapFunction;
import dev.weft.api.graph.TwoInputOperation;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.engine.protocol.ChainSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class PairOperatorTest {
  private static final OutputTag<String> SIDE = new OutputTag<>("side", String.class);
  private static final MapStateDescriptor<String, Long> LIMITS =
      new MapStateDescriptor<>("limits", String.class, Long.class);

  private static Reading reading(String sensor, long value) {
    return new Reading(sensor, value);
  }

  private static ChainSpec.OperatorSpec keyed(TwoInputOperation operation) {
    return Specs.pair(
        operation,
        Specs.by(Reading.class, Reading::sensor, String.class),
        Specs.by(String.class, text -> text.substring(0, 1), String.class));
  }

  private static WeftException failure(ChainSpec.OperatorSpec spec, int input, Object value)
      throws Exception {
    try (Instance instance = Instance.fresh(spec, new ManualClock(0))) {
      WeftException e =
          assertThrows(
              WeftException.class,
              () -> instance.feed(input, List.of(row(value, 7)), false, new Event.Recorder()));
      assertEquals(ErrorCode.USER, e.code());
      assertTrue(e.getMessage().startsWith("Operator 'Step' (Program.java:7), subtask 0, "));
      return e;
    }
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

  @Test
  void mapSeesBothInputsAndKeepsTimestamps() throws Exception {
    OperatorCase.of(Specs.pair(new TwoInputOperation.CoMap<>(new Labels(), false)))
        .rows(0, row(1L, 10), row(2L, 11))
        .rows(1, row("a", 5))
        .watermark(9)
        .rows(0, row(3L))
        .expect(row("1:1", 10), row("1:2", 11), row("2:A", 5), row("1:3"));
  }

  @Test
  void aFailureNamesTheRecordOfTheInputItCameFrom() throws Exception {
    WeftException e =
        failure(Specs.pair(new TwoInputOperation.CoMap<>(new Labels(), false)), 1, null);
    assertTrue(e.getMessage().contains("NullPointerException"), e.getMessage());
    assertTrue(e.getMessage().contains("timestamp 7"), e.getMessage());
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

  @Test
  void bothInputsOfAKeyShareItsState() throws Exception {
    OperatorCase.of(keyed(new TwoInputOperation.CoFlatMap<>(new Notes(), true)))
        .rows(1, row("a-early", 1))
        .rows(0, row(reading("a", 4), 2), row(reading("b", 7), 3))
        .rows(1, row("a-note", 4), row("b-note", 5), row("c-note", 6))
        .rows(0, row(reading("a", 5), 7))
        .rows(1, row("a-late", 8))
        .expect(row("a-note@4", 4), row("b-note@7", 5), row("a-late@5", 8));
  }

  @Test
  void aNullKeyIsRefusedOnEitherInput() throws Exception {
    ChainSpec.OperatorSpec spec =
        Specs.pair(
            new TwoInputOperation.CoFlatMap<>(new Notes(), true),
            Specs.by(Reading.class, Reading::sensor, String.class),
            Specs.by(String.class, text -> null, String.class));
    assertTrue(failure(spec, 0, reading(null, 1)).getMessage().contains("null key"));
    assertTrue(failure(spec, 1, "text").getMessage().contains("null key"));
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
                Instance.fresh(
                    Specs.pair(new TwoInputOperation.CoMap<>(new Remembering(), false)),
                    new ManualClock(0)));
    assertTrue(e.getMessage().contains("its input is not keyed"), e.getMessage());
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

  @Test
  void timersOfBothClocksFireWithTheStateOfTheirKey() throws Exception {
    OperatorCase.of(keyed(new TwoInputOperation.KeyedCoProcess<>(new Awaiting())))
        .rows(0, row(reading("a", 1), 100), row(reading("b", 2), 101))
        .rows(1, row("bn", 102))
        .watermark(110)
        .watermark(111)
        .time(5_000)
        .rows(1, row("an", 120))
        .expect(
            row("b:bn:2", 102),
            row("missing a EVENT_TIME 110", 110),
            new Event.Side("side", "b EVENT_TIME 111", 111),
            row("missing a PROCESSING_TIME 5000"),
            new Event.Side("side", "b PROCESSING_TIME 5000", Long.MIN_VALUE),
            row("a:an:1", 120));
  }

  private static final class Timing extends CoProcessFunction<Long, Long, String> {
    @Override
    public void processElement1(Long value, Context ctx, Collector<String> out) {
      out.collect(value + "@" + ctx.timestamp() + "/" + ctx.timerService().currentWatermark());
    }

    @Override
    public void processElement2(Long value, Context ctx, Collector<String> out) {
      ctx.timerService().registerEventTimeTimer(value);
    }
  }

  @Test
  void timersAreRefusedWithoutKeys() throws Exception {
    ChainSpec.OperatorSpec spec =
        Specs.pair(new TwoInputOperation.CoProcess<>(new Timing(), false));
    assertTrue(failure(spec, 1, 5L).getMessage().contains("uses a timer"));
    try (Instance instance = Instance.fresh(spec, new ManualClock(0))) {
      Event.Recorder out = new Event.Recorder();
      instance.operator.onWatermark(8, out);
      instance.feed(0, List.of(row(3L, 9), row(4L)), false, out);
      assertEquals(List.of(row("3@9/8", 9), row("4@null/8")), out.take());
      assertEquals(Long.MAX_VALUE, instance.operator.nextProcessingTime());
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

  @Test
  void broadcastRecordsChangeWhatTheOthersSeeInEverySubtask() throws Exception {
    OperatorCase.of(
            Specs.pair(new TwoInputOperation.BroadcastProcess<>(new Limits(), List.of("limits"))))
        .rows(0, row(reading("a", 9), 1))
        .rows(1, row("a=3"), row("b=5"))
        .rows(0, row(reading("a", 4), 2), row(reading("b", 4), 3), row(reading("c", 4), 4))
        .rows(1, row("b=1"))
        .rows(0, row(reading("a", 3), 5), row(reading("b", 4), 6))
        .expect(row("a4>3", 2), row("b4>1", 6));
  }

  @Test
  void onlyStatesThatTheStreamWasBroadcastWithExist() throws Exception {
    WeftException e =
        failure(
            Specs.pair(new TwoInputOperation.BroadcastProcess<>(new Limits(), List.of("other"))),
            1,
            "a=3");
    assertTrue(e.getMessage().contains("broadcast state 'limits'"), e.getMessage());
    assertTrue(e.getMessage().contains("[other]"), e.getMessage());
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

  @Test
  void keyedStateTimersAndBroadcastStateWorkTogether() throws Exception {
    ChainSpec.OperatorSpec spec =
        Specs.pair(
            new TwoInputOperation.KeyedBroadcastProcess<>(new Excesses(), List.of("limits")),
            Specs.by(Reading.class, Reading::sensor, String.class),
            new ChainSpec.OperatorInput(null, null));
    OperatorCase.of(spec)
        .rows(0, row(reading("a", 9), 1))
        .rows(1, row("3"))
        .rows(0, row(reading("a", 4), 2), row(reading("b", 4), 3), row(reading("a", 5), 4))
        .rows(1, row("4"))
        .rows(0, row(reading("b", 4), 5))
        .watermark(100)
        .expect(row("a=2 over 4", 100), row("b=1 over 4", 100));
  }
}
