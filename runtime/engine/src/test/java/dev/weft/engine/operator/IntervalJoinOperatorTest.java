package dev.weft.engine.operator;

import static dev.weft.engine.operator.Event.row;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.WeftException;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.co.ProcessJoinFunction;
import dev.weft.api.graph.TwoInputOperation;
import dev.weft.engine.protocol.ChainSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class IntervalJoinOperatorTest {
  private static Reading a(long value) {
    return new Reading("a", value);
  }

  private static Reading b(long value) {
    return new Reading("b", value);
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

  private static ChainSpec.OperatorSpec join(long lower, long upper) {
    return Specs.pair(
        new TwoInputOperation.IntervalJoin<>(new Pairs(), lower, upper, null, null),
        Specs.by(Reading.class, Reading::sensor, String.class),
        Specs.by(Reading.class, Reading::sensor, String.class));
  }

  @Test
  void stateGoesWhenNothingNearCanCome() throws Exception {
    try (Instance instance = Instance.fresh(join(-2, 3), new ManualClock(0))) {
      Event.Recorder out = new Event.Recorder();
      instance.feed(0, List.of(row(a(1), 10)), false, out);
      instance.feed(1, List.of(row(a(2), 11)), false, out);
      instance.operator.onWatermark(12, out);
      assertEquals(1, instance.context.store.keyCount());
      instance.operator.onWatermark(13, out);
      assertEquals(0, instance.context.store.keyCount());
    }
  }

  @Test
  void badRecordsAreNamed() throws Exception {
    try (Instance instance = Instance.fresh(join(0, 0), new ManualClock(0))) {
      Event.Recorder out = new Event.Recorder();
      WeftException untimed =
          assertThrows(WeftException.class, () -> instance.feed(0, List.of(row(a(1))), false, out));
      assertTrue(untimed.getMessage().contains("without a timestamp"), untimed.getMessage());
      assertTrue(untimed.getMessage().contains("'Step' (Program.java:7)"));
      instance.feed(0, List.of(row(a(-1), 5)), false, out);
      WeftException thrown =
          assertThrows(
              WeftException.class, () -> instance.feed(1, List.of(row(a(7), 5)), false, out));
      assertTrue(thrown.getMessage().contains("negative"), thrown.getMessage());
      assertTrue(thrown.getMessage().contains("timestamp 5"), thrown.getMessage());
    }
  }
}
