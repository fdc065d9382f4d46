package dev.weft.engine.worker;

import dev.weft.api.error.ErrorCode;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.world.Loop;
import dev.weft.engine.world.Oddity;
import dev.weft.engine.world.Outcome;
import dev.weft.engine.world.Rule;
import dev.weft.engine.world.World;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Gathers what the tasks of one attempt of a job froze for a checkpoint, so that they share a file,
 * and has it written. A part is reported only when it is durable. Used on the control thread.
 */
final class SnapshotGather {
  /** How long the first part waits for those of other tasks. */
  static final long GATHER_MILLIS = 200;

  private final World world;
  private final SnapshotFile.Creation files;
  private final String filePrefix;
  private final Listener listener;
  private final Map<Long, Pending> pending = new TreeMap<>();
  private int fileCount;
  private long abortedCheckpoint;
  private boolean closed;

  /**
   * A gather.
   *
   * @param files creates them
   * @param filePrefix how the names of its files begin; unique for worker and attempt
   */
  SnapshotGather(World world, SnapshotFile.Creation files, String filePrefix, Listener listener) {
    this.files = files;
    this.world = world;
    this.filePrefix = filePrefix;
    this.listener = listener;
  }

  /** Hears what became of each part. */
  interface Listener {
    /** How many tasks may take part in a checkpoint. */
    int liveTasks();

    /** The part is durable. */
    void written(SnapshotFile.Written part);

    /** The part could not be written. */
    void failed(FrozenTask part, FailureReport failure);
  }

  /** Parts of one checkpoint that are not being written yet. */
  private static final class Pending {
    final List<FrozenTask> parts = new ArrayList<>();
    Loop.Timer timer;
    int seen;
  }

  /** Takes a part. */
  void add(FrozenTask part) {
    long checkpointId = part.checkpointId();
    if (closed || checkpointId <= abortedCheckpoint) {
      part.release();
      return;
    }
    Pending gathered = pending.computeIfAbsent(checkpointId, id -> new Pending());
    gathered.parts.add(world.keeps(Rule.KEEP_OVERTAKEN) ? part : part.withoutOvertaken());
    gathered.seen++;
    if (gathered.seen >= listener.liveTasks() || world.odd(Oddity.FILE_FOR_ONE)) {
      write(checkpointId, gathered);
    } else if (gathered.timer == null) {
      gathered.timer = world.loop().schedule(GATHER_MILLIS, () -> write(checkpointId, gathered));
    }
  }

  /** Checkpoints up to this one are given up. */
  void abort(long checkpointId) {
    abortedCheckpoint = Math.max(abortedCheckpoint, checkpointId);
    forget(checkpointId);
  }

  /** A checkpoint is complete; nothing of it or of earlier ones is waited for. */
  void completed(long checkpointId) {
    forget(checkpointId);
  }

  /** The attempt is over. */
  void close() {
    closed = true;
    forget(Long.MAX_VALUE);
  }

  private void forget(long checkpointId) {
    pending
        .entrySet()
        .removeIf(
            entry -> {
              if (entry.getKey() > checkpointId) {
                return false;
              }
              cancelTimer(entry.getValue());
              entry.getValue().parts.forEach(FrozenTask::release);
              entry.getValue().parts.clear();
              return true;
            });
  }

  private static void cancelTimer(Pending gathered) {
    if (gathered.timer != null) {
      gathered.timer.cancel();
      gathered.timer = null;
    }
  }

  private void write(long checkpointId, Pending gathered) {
    cancelTimer(gathered);
    if (gathered.parts.isEmpty()) {
      return;
    }
    List<FrozenTask> parts = new ArrayList<>(gathered.parts);
    parts.sort(Comparator.comparing(FrozenTask::task));
    gathered.parts.clear();
    String path = parts.get(0).directory() + "/" + filePrefix + "-" + fileCount++ + ".state";
    world
        .background()
        .run(
            "write checkpoint " + checkpointId,
            () -> SnapshotFile.write(files, path, parts),
            outcome -> written(checkpointId, path, parts, outcome));
  }

  private void written(
      long checkpointId,
      String path,
      List<FrozenTask> parts,
      Outcome<List<SnapshotFile.Written>> outcome) {
    if (closed || checkpointId <= abortedCheckpoint) {
      return;
    }
    if (outcome instanceof Outcome.Success<List<SnapshotFile.Written>> success) {
      success.value().forEach(listener::written);
    } else if (outcome instanceof Outcome.Failure<List<SnapshotFile.Written>> failure) {
      FailureReport report =
          new FailureReport(
              Failures.codeOf(failure.cause(), ErrorCode.ENGINE),
              "The state of checkpoint "
                  + checkpointId
                  + " could not be written to "
                  + path
                  + ": "
                  + failure.cause(),
              "",
              path);
      parts.forEach(part -> listener.failed(part, report));
    }
  }
}
