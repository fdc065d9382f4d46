package dev.weft.engine.worker;

import dev.weft.engine.exchange.ChannelState;
import dev.weft.engine.operator.Operator;
import dev.weft.engine.protocol.TaskId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What one task fixed at a barrier. Its keyed state is held until {@link #release()}.
 *
 * @param checkpointId of which checkpoint
 * @param directory where files of the checkpoint go
 * @param operatorUids of the chain
 * @param snapshots by operator
 * @param alignNanos how long barriers were waited for
 * @param startNanos when the task learned of the checkpoint
 * @param held counts the frozen states of the task that are not released
 */
record FrozenTask(
    TaskId task,
    long checkpointId,
    String directory,
    List<String> operatorUids,
    List<Operator.Snapshot> snapshots,
    long alignNanos,
    long startNanos,
    AtomicInteger held) {
  /** The same without the records that the barrier overtook. */
  FrozenTask withoutOvertaken() {
    List<Operator.Snapshot> poorer = new ArrayList<>();
    for (Operator.Snapshot s : snapshots) {
      poorer.add(
          new Operator.Snapshot(
              s.keyed(),
              s.items(),
              s.committables(),
              s.committableVersion(),
              s.unkeyed().stream().filter(u -> !ChannelState.holds(u.name())).toList()));
    }
    return new FrozenTask(
        task, checkpointId, directory, operatorUids, poorer, alignNanos, startNanos, held);
  }

  /** Lets the stores forget; to be called once, on any thread. */
  void release() {
    for (Operator.Snapshot snapshot : snapshots) {
      if (snapshot.keyed() != null) {
        snapshot.keyed().release();
        held.decrementAndGet();
      }
    }
  }
}
