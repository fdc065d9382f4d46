package dev.weft.engine.operator;

import static dev.weft.engine.operator.Event.row;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.functions.co.BroadcastProcessFunction;
import dev.weft.api.functions.co.CoMapFunction;
import dev.weft.api.functions.co.CoProcessFunction;
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
  void onlyStatesThatTheStreamWasBroadcastWithExist() throws Exception {
    WeftException e =
        failure(
            Specs.pair(new TwoInputOperation.BroadcastProcess<>(new Limits(), List.of("other"))),
            1,
            "a=3");
    assertTrue(e.getMessage().contains("broadcast state 'limits'"), e.getMessage());
    assertTrue(e.getMessage().contains("[other]"), e.getMessage());
  }
}
