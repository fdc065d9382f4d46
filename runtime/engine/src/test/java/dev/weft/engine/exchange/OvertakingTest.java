package dev.weft.engine.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.protocol.CheckpointKind;
import dev.weft.engine.protocol.EdgeKind;
import dev.weft.engine.world.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

class OvertakingTest {
  private static final long PATIENCE = 100;

  private final QueueChannel left = new QueueChannel();
  private final QueueChannel right = new QueueChannel();
  private final QueueChannel toAll = new QueueChannel();
  private long nanos = 1000;
  private final Clock clock =
      new Clock() {
        @Override
        public long currentTimeMillis() {
          return 0;
        }

        @Override
        public long nanoTime() {
          return nanos;
        }
      };
  private final InputGate gate =
      new InputGate(
          List.of(
              new InputGate.Source(left, 0, EdgeKind.HASH),
              new InputGate.Source(right, 1, EdgeKind.REBALANCE)),
          clock,
          PATIENCE);

  private static Frame data(String value) {
    return new Frame.Data(
        new ObjectBatch(new Object[] {value}, null, new int[] {value.hashCode()}, 1));
  }

  private static Frame.Barrier barrier(long id) {
    return new Frame.Barrier(id, CheckpointKind.CHECKPOINT, "d" + id, 0);
  }

  private static String text(Frame frame) {
    if (!(frame instanceof Frame.Data some)) {
      return String.valueOf(frame);
    }
    StringBuilder values = new StringBuilder();
    for (int row = 0; row < some.batch().size(); row++) {
      values.append(some.batch().value(row));
    }
    return values.toString();
  }

  private String overtaken() {
    StringBuilder text = new StringBuilder();
    for (InputGate.Overtaken some : gate.overtaken()) {
      text.append(some.input()).append(some.keyed() ? "k" : "").append(some.batch().value(0));
    }
    return text.toString();
  }

  private void announceBoth(long id) {
    gate.announced(0, id, false);
    gate.announced(1, id, false);
  }

  @Test
  void nothingIsOvertakenBeforePatienceEnds() {
    assertEquals(Long.MAX_VALUE, gate.overtakeNanos());
    announceBoth(1);
    assertEquals(nanos + PATIENCE, gate.overtakeNanos());
    gate.announced(0, 1, true);
    assertTrue(gate.overtakeNanos() < nanos, "a producer that did not wait spreads its haste");
  }

  @Test
  void whatABarrierOvertakesBelongsToTheCheckpointAndIsStillProcessed() {
    left.with(data("a"), new Frame.Watermark(5), data("b"), barrier(1), data("c"));
    right.with(data("x"), barrier(1));
    announceBoth(1);
    assertEquals("a", text(gate.poll()));
    assertEquals(1, gate.overtake().checkpointId());
    assertEquals("0kb1x", overtaken());
    assertEquals(Long.MAX_VALUE, gate.overtakeNanos());
    StringBuilder rest = new StringBuilder();
    for (Frame frame = gate.poll(); frame != null; frame = gate.poll()) {
      rest.append(text(frame));
    }
    assertEquals("xbc", rest.toString().replaceAll("Watermark.*?]", ""));
  }

  @Test
  void aBarrierThatHasNotArrivedIsWaitedForWhileItsChannelGoesOn() {
    left.with(data("a"), barrier(1), data("c"));
    right.with(data("x"));
    announceBoth(1);
    assertNull(gate.overtake());
    assertEquals("a", text(gate.poll()));
    assertEquals("x", text(gate.poll()));
    assertNull(gate.poll(), "c is behind the barrier");
    right.with(data("y"), barrier(1));
    assertEquals(1, gate.overtake().checkpointId());
    assertEquals("1y", overtaken());
    assertEquals("c", text(gate.poll()));
    assertEquals("y", text(gate.poll()));
  }

  @Test
  void theNextBarrierOvertakesWhatTheFirstOneDid() {
    left.with(data("a"), barrier(1), data("b"), barrier(2));
    right.with(barrier(1), barrier(2));
    announceBoth(1);
    assertEquals(1, gate.overtake().checkpointId());
    announceBoth(2);
    assertEquals(2, gate.overtake().checkpointId());
    assertEquals("0ka0kb", overtaken());
    assertEquals("a", text(gate.poll()));
    assertEquals("b", text(gate.poll()));
    assertNull(gate.poll());
  }

  @Test
  void anAlignedBarrierOvertakesNothing() {
    left.with(data("a"), barrier(1));
    right.with(barrier(1));
    assertEquals("a", text(gate.poll()));
    assertEquals(1, ((Frame.Barrier) gate.poll()).checkpointId());
    announceBoth(1);
    assertEquals(Long.MAX_VALUE, gate.overtakeNanos());
    assertEquals("", overtaken());
  }

  @Test
  void anAbortedCheckpointOvertakesNothingMore() {
    left.with(data("a"), barrier(1), data("b"));
    announceBoth(1);
    assertNull(gate.overtake());
    gate.abort(1);
    assertEquals(Long.MAX_VALUE, gate.overtakeNanos());
    assertEquals(1, ((Frame.Barrier) gate.poll()).checkpointId());
    assertEquals("a", text(gate.poll()));
    assertEquals("b", text(gate.poll()));
    left.with(data("c"), barrier(2));
    right.with(barrier(1), data("x"), barrier(2));
    announceBoth(2);
    assertEquals(2, gate.overtake().checkpointId());
    assertEquals("0kc1x", overtaken());
  }

  @Test
  void restoredRecordsComeFirstAndAreOvertakenAgain() {
    ObjectBatch batch = ((Frame.Data) data("old")).batch();
    ObjectBatch other = ((Frame.Data) data("older")).batch();
    gate.restore(
        List.of(new InputGate.Overtaken(1, false, other), new InputGate.Overtaken(0, true, batch)));
    left.with(barrier(1), data("new"));
    right.with(barrier(1));
    assertEquals("older", text(gate.poll()));
    assertEquals(1, gate.input());
    announceBoth(1);
    assertEquals(1, gate.overtake().checkpointId());
    assertEquals("0kold", overtaken());
    assertEquals("old", text(gate.poll()));
    assertEquals(0, gate.input());
    assertEquals("new", text(gate.poll()));
  }

  @Test
  void whatGoesToAllIsNeverOvertaken() {
    InputGate mixed =
        new InputGate(
            List.of(
                new InputGate.Source(left, 0, EdgeKind.HASH),
                new InputGate.Source(toAll, 1, EdgeKind.BROADCAST)),
            clock,
            0);
    left.with(data("a"), barrier(1));
    toAll.with(data("rule"), barrier(1));
    mixed.announced(0, 1, true);
    mixed.announced(1, 1, true);
    assertNull(mixed.overtake());
    assertEquals("a", text(mixed.poll()));
    assertEquals("rule", text(mixed.poll()));
    assertEquals(1, ((Frame.Barrier) mixed.poll()).checkpointId());
    assertEquals(List.of(), mixed.overtaken());
  }
}
