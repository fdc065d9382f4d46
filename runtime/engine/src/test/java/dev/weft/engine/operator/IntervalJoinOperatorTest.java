package dev.weft.engine.operator;

import static dev.weft.engine.operator.Event.row;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.OutputTag;
import dev.weft.api.error.WeftException;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.co.ProcessJoinFunction;
import dev.weft.api.graph.TwoInputOperation;
import dev.weft.engine.protocol.ChainSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class IntervalJoinOperatorTest {
  private static final OutputTag<Reading> LATE = new OutputTag<>("late", Reading.class);

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

  private static ChainSpec.OperatorSpec join(long lower, long upper, OutputTag<Reading> rightLate) {
    return Specs.pair(
        new TwoInputOperation.IntervalJoin<>(new Pairs(), lower, upper, null, rightLate),
        Specs.by(Reading.class, Reading::sensor, String.class),
        Specs.by(Reading.class, Reading::sensor, String.class));
  }

  @Test
  void pairsWithinTheBoundsMeetWhicheverComesFirst() throws Exception {
    OperatorCase.of(join(-2, 3, null))
        .rows(0, row(a(1), 10))
        .rows(1, row(a(70), 7), row(a(80), 8), row(a(130), 13), row(a(140), 14), row(b(90), 10))
        .rows(0, row(a(2), 11), row(b(3), 12))
        .expect(
            row("a1-80@10/8", 10),
            row("a1-130@10/13", 13),
            row("a2-130@11/13", 13),
            row("a2-140@11/14", 14),
            row("b3-90@12/10", 12));
  }

  @Test
  void recordsOfOneTimestampAreAllKept() throws Exception {
    OperatorCase.of(join(0, 0, null))
        .rows(0, row(a(1), 5), row(a(2), 5))
        .rows(1, row(a(3), 5), row(a(4), 6))
        .expect(row("a1-3@5/5", 5), row("a2-3@5/5", 5));
  }

  @Test
  void lateRecordsGoAsideOrAreCounted() throws Exception {
    OperatorCase.of(join(-5, 5, LATE))
        .rows(0, row(a(1), 20))
        .watermark(22)
        .rows(0, row(a(2), 21))
        .rows(1, row(a(3), 21), row(a(4), 22), row(a(5), 26))
        .late(1)
        .expect(new Event.Side("late", a(3), 21), row("a1-4@20/22", 22));
  }

  @Test
  void stateGoesWhenNothingNearCanCome() throws Exception {
    try (Instance instance = Instance.fresh(join(-2, 3, null), new ManualClock(0))) {
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
    try (Instance instance = Instance.fresh(join(0, 0, null), new ManualClock(0))) {
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
