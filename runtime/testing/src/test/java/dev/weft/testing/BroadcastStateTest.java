package dev.weft.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.DataStream;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.functions.co.KeyedBroadcastProcessFunction;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.api.types.Types;
import java.util.List;
import org.junit.jupiter.api.Test;

class BroadcastStateTest {
  private static final MapStateDescriptor<String, Integer> FACTORS =
      new MapStateDescriptor<>("factors", String.class, Integer.class);
  private static final ValueStateDescriptor<Integer> SUM =
      new ValueStateDescriptor<>("sum", Integer.class);

  record Reading(String sensor, int value) {}

  /** Sums readings up, each times a factor. */
  private static class Scaled
      extends KeyedBroadcastProcessFunction<String, Reading, Integer, String> {
    transient ValueState<Integer> sum;

    @Override
    public void open(OpenContext context) {
      sum = getRuntimeContext().getState(SUM);
    }

    @Override
    public void processElement(Reading reading, ReadOnlyContext ctx, Collector<String> out)
        throws Exception {
      Integer factor = ctx.getBroadcastState(FACTORS).get("factor");
      int before = sum.value() == null ? 0 : sum.value();
      sum.update(before + reading.value * (factor == null ? 1 : factor));
      out.collect(reading.sensor + "=" + sum.value());
    }

    @Override
    public void processBroadcastElement(Integer factor, Context ctx, Collector<String> out)
        throws Exception {
      ctx.getBroadcastState(FACTORS).put("factor", factor);
    }
  }

  /** Takes the state of whichever key came last to be its own. */
  private static final class Confused extends Scaled {
    @Override
    public void processBroadcastElement(Integer factor, Context ctx, Collector<String> out)
        throws Exception {
      sum.update(factor);
    }
  }

  /** Multiplies what was summed up already, and forgets what became too large. */
  private static final class Rescaled extends Scaled {
    @Override
    public void processBroadcastElement(Integer factor, Context ctx, Collector<String> out)
        throws Exception {
      ctx.applyToKeyedState(
          SUM,
          (key, ofKey) -> {
            sum.update(ofKey.value() * factor); // the other handle is of the same key
            out.collect(key + "*" + factor + "=" + ofKey.value());
            if (ofKey.value() > 50) {
              ofKey.clear();
            }
          });
    }
  }

  /** Leaves the function that it applies behind, to be used where there is no key. */
  private static final class Leaking extends Scaled {
    @Override
    public void processBroadcastElement(Integer factor, Context ctx, Collector<String> out)
        throws Exception {
      ctx.applyToKeyedState(SUM, (key, ofKey) -> ofKey.update(factor));
      out.collect("sum " + sum.value());
    }
  }

  private static TestProgram program(Scaled function) {
    return streams -> {
      DataStream<Reading> readings = streams.input("readings", Reading.class);
      DataStream<Integer> factors = streams.input("factors", Integer.class);
      streams.output(
          "out",
          readings
              .keyBy(Reading::sensor)
              .connect(factors.broadcast(FACTORS))
              .process(function)
              .returns(Types.STRING)
              .name("scaled"));
    };
  }

  @Test
  void keysGoOnAfterBroadcastRecords() {
    TestScript.of(program(new Scaled()))
        .pushTo("readings", TestRecord.of(new Reading("a", 1)), TestRecord.of(new Reading("b", 2)))
        .pushTo("factors", TestRecord.of(10))
        .pushTo("readings", TestRecord.of(new Reading("b", 3)), TestRecord.of(new Reading("a", 4)))
        .pushTo("factors", TestRecord.of(100))
        .pushTo("readings", TestRecord.of(new Reading("a", 5)))
        .expectOf("out", "a=1", "b=2", "b=32", "a=41", "a=541")
        .run();
  }

  @Test
  void theStateOfAllKeysIsChangedTogether() {
    TestScript.of(program(new Rescaled()))
        .pushTo("readings", TestRecord.of(new Reading("a", 1)), TestRecord.of(new Reading("b", 7)))
        .pushTo("factors", TestRecord.of(5))
        .pushTo("factors", TestRecord.of(3))
        .pushTo("readings", TestRecord.of(new Reading("b", 2)), TestRecord.of(new Reading("a", 4)))
        .pushTo("factors", TestRecord.of(1))
        .expectOf(
            "out", "a=1", "b=7", "a*5=5", "b*5=35", "a*3=15", "b*3=105", "b=2", "a=19", "a*1=19",
            "b*1=2")
        .inAnyOrder()
        .run();
  }

  @Test
  void afterAllKeysThereIsNoneAgain() {
    try (TestHarness<Object, Object> harness = TestHarness.of(program(new Leaking()))) {
      harness.<Reading>input("readings").push(new Reading("a", 1));
      WeftException failure =
          assertThrows(WeftException.class, () -> harness.<Integer>input("factors").push(7));
      assertTrue(failure.getMessage().contains("there is no key"), failure.getMessage());
    }
  }

  @Test
  void keyedStateIsOutOfReachOfBroadcastRecords() {
    try (TestHarness<Object, Object> harness = TestHarness.of(program(new Confused()))) {
      harness.<Reading>input("readings").push(new Reading("a", 1));
      assertEquals(List.of("a=1"), harness.output("out").take());
      WeftException failure =
          assertThrows(WeftException.class, () -> harness.<Integer>input("factors").push(7));
      assertEquals(ErrorCode.USER, failure.code());
      assertTrue(failure.getMessage().contains("'scaled'"), failure.getMessage());
      assertTrue(failure.getMessage().contains("there is no key"), failure.getMessage());
      assertTrue(failure.getMessage().contains("applyToKeyedState"), failure.getMessage());
    }
  }
}
