package dev.weft.engine.operator;

import static dev.weft.engine.operator.Event.row;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.KeyedProcessFunction;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.graph.Operation;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.engine.protocol.ChainSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyedOperatorTest {
  private static Reading reading(String sensor, long value) {
    return new Reading(sensor, value);
  }

  private static ChainSpec.OperatorSpec keyed(Operation.Physical operation) {
    return Specs.keyed(operation, Reading.class, Reading::sensor, String.class);
  }

  private static ChainSpec.OperatorSpec process(KeyedProcessFunction<String, Reading, ?> function) {
    return keyed(new Operation.KeyedProcess<>(function));
  }

  private static ChainSpec.OperatorSpec runningSum() {
    return keyed(
        new Operation.KeyedReduce<Reading>(
            (left, right) -> reading(left.sensor(), left.value() + right.value())));
  }

  private static WeftException failureOf(ChainSpec.OperatorSpec spec, Reading value)
      throws Exception {
    try (Instance instance = Instance.fresh(spec, new ManualClock(0))) {
      return assertThrows(
          WeftException.class,
          () -> instance.feed(List.of(row(value, 7)), false, new Event.Recorder()));
    }
  }

  @Test
  void aNullKeyIsTheUsersFault() throws Exception {
    WeftException failure = failureOf(runningSum(), reading(null, 3));
    assertEquals(ErrorCode.USER, failure.code());
    assertTrue(failure.getMessage().contains("null key"), failure.getMessage());
    assertTrue(
        failure.getMessage().contains("Reading[sensor=null, value=3]"), failure.getMessage());
  }

  @Test
  void aFailingKeySelectorNamesTheRecord() throws Exception {
    ChainSpec.OperatorSpec spec =
        Specs.keyed(
            new Operation.KeyedReduce<Reading>((left, right) -> right),
            Reading.class,
            value -> value.sensor().substring(9),
            String.class);
    WeftException failure = failureOf(spec, reading("short", 1));
    assertEquals(ErrorCode.USER, failure.code());
    assertTrue(failure.getMessage().contains("StringIndexOutOfBounds"), failure.getMessage());
    assertTrue(failure.getMessage().contains("sensor=short"), failure.getMessage());
  }

  private static final class FailingTimer extends KeyedProcessFunction<String, Reading, Long> {
    @Override
    public void processElement(Reading value, Context ctx, Collector<Long> out) {
      ctx.timerService().registerEventTimeTimer(value.value());
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext ctx, Collector<Long> out) {
      throw new IllegalStateException("tick");
    }
  }

  @Test
  void aFailingTimerNamesKeyAndTime() throws Exception {
    try (Instance instance = Instance.fresh(process(new FailingTimer()), new ManualClock(0))) {
      Event.Recorder out = new Event.Recorder();
      instance.feed(List.of(row(reading("k7", 33))), false, out);
      WeftException failure =
          assertThrows(WeftException.class, () -> instance.operator.onWatermark(50, out));
      assertEquals(ErrorCode.USER, failure.code());
      assertTrue(failure.getMessage().contains("event-time timer 33"), failure.getMessage());
      assertTrue(failure.getMessage().contains("key k7"), failure.getMessage());
    }
  }

  private static final class TakenName extends KeyedProcessFunction<String, Reading, Long> {
    @Override
    public void open(OpenContext context) {
      getRuntimeContext().getState(new ValueStateDescriptor<>("weft:reduce", Long.class));
    }

    @Override
    public void processElement(Reading value, Context ctx, Collector<Long> out) {}
  }

  @Test
  void theEnginesStateNamesAreRefused() throws Exception {
    FakeContext context = new FakeContext(process(new TakenName()), 0, 1, new ManualClock(0));
    Operator operator = Operators.create(context.spec);
    WeftException failure = assertThrows(WeftException.class, () -> operator.open(context));
    assertEquals(ErrorCode.USER, failure.code());
    assertTrue(failure.getMessage().contains("weft:reduce"), failure.getMessage());
  }
}
