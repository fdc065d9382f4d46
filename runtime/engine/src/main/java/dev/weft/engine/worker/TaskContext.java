package dev.weft.engine.worker;

import dev.weft.api.config.Configuration;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.eventtime.WatermarkAlignmentParams;
import dev.weft.api.fs.FileStore;
import dev.weft.api.graph.Operation;
import dev.weft.engine.exchange.ChannelState;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.operator.Operator;
import dev.weft.engine.operator.OperatorContext;
import dev.weft.engine.operator.measure.OperatorMeasures;
import dev.weft.engine.operator.saved.SavedStates;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.protocol.KeyedSlice;
import dev.weft.engine.protocol.OperatorSlice;
import dev.weft.engine.protocol.OperatorSnapshot;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.state.StateBackend;
import dev.weft.engine.state.StateStore;
import dev.weft.engine.state.unkeyed.UnkeyedStates;
import dev.weft.engine.worker.snapshot.SavedTaskStates;
import dev.weft.engine.worker.snapshot.SnapshotReader;
import dev.weft.engine.world.Clock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What one operator of a task sees. Used by the thread that opens the operator, then the task's.
 */
final class TaskContext implements OperatorContext {
  /** What an operator that sorts or folds needs to make headway. */
  private static final long MEMORY_BYTES_MIN = 256 << 10;

  private final TaskPlan plan;
  private final int operator;
  private final ChainSpec.OperatorSpec spec;
  private final TaskEvents events;
  private final Mailbox mailbox;
  private final TaskCounters counters;
  private final OperatorMeasures measures;
  private final List<KeyedSlice> slices = new ArrayList<>();
  private final List<byte[]> items = new ArrayList<>();
  private final List<OperatorSlice> unkeyedSlices = new ArrayList<>();
  private final List<OperatorSlice> channelSlices = new ArrayList<>();
  private final UnkeyedStates channels;
  private StateStore store;
  private UnkeyedStates unkeyed;
  private MemoryPool memory;
  private boolean savepoint;

  TaskContext(
      TaskPlan plan,
      int operator,
      ChainSpec.OperatorSpec spec,
      TaskEvents events,
      Mailbox mailbox,
      TaskCounters counters) {
    this.plan = plan;
    this.operator = operator;
    this.spec = spec;
    this.events = events;
    this.mailbox = mailbox;
    this.counters = counters;
    this.channels = new UnkeyedStates("'" + spec.name() + "' (" + spec.createdAt() + ")");
    this.measures = counters.measures(spec.name());
    for (OperatorSnapshot snapshot : plan.deployment().restore()) {
      if (snapshot.operatorUid().equals(spec.uid())) {
        slices.addAll(snapshot.keyed());
        items.addAll(snapshot.items());
        for (OperatorSlice slice : snapshot.unkeyed()) {
          (ChannelState.holds(slice.name()) ? channelSlices : unkeyedSlices).add(slice);
        }
      }
    }
  }

  @Override
  public TaskId task() {
    return plan.deployment().task();
  }

  @Override
  public String jobName() {
    return plan.jobName();
  }

  @Override
  public int attempt() {
    return plan.attempt();
  }

  @Override
  public ChainSpec.OperatorSpec spec() {
    return spec;
  }

  @Override
  public int parallelism() {
    return plan.vertex().parallelism();
  }

  @Override
  public int maxParallelism() {
    return plan.vertex().maxParallelism();
  }

  @Override
  public Configuration configuration() {
    return plan.configuration();
  }

  @Override
  public Clock clock() {
    return plan.world().clock();
  }

  @Override
  public FileStore files() {
    return plan.world().files();
  }

  @Override
  public StateStore keyedState() {
    if (store == null) {
      if (spec.key() == null) {
        throw new WeftException(
            ErrorCode.USER,
            "Operator '"
                + spec.name()
                + "' ("
                + spec.createdAt()
                + ") uses keyed state, but its input is not keyed; add keyBy before it");
      }
      // Of sorted input one key at a time has state.
      StateBackend states =
          spec.operation() instanceof Operation.Sorted
              ? plan.room().states().onHeap()
              : plan.room().states();
      store = open(states);
    }
    return store;
  }

  /** The records that a barrier overtook; all are in memory once the operators are open. */
  UnkeyedStates channels() {
    return channels;
  }

  /** Reads what barriers overtook; blocks. */
  void readChannels() {
    for (OperatorSlice slice : channelSlices) {
      channels.restore(
          slice, SnapshotReader.read(plan.room().checkpoints().store(), slice.handle()));
    }
  }

  private StateStore open(StateBackend states) {
    StateBackend.Site site =
        new StateBackend.Site(
            "'" + spec.name() + "' (" + spec.createdAt() + ")",
            spec.key().keyType(),
            KeyGroups.Range.of(task().subtask(), parallelism(), maxParallelism()),
            scratch() + "-state",
            plan.room().outgrown().contains(spec.uid()),
            () -> plan.room().outgrown().add(spec.uid()),
            () -> plan.room().checkpoints().tables().distrust());
    return SavedTaskStates.open(
        states, site, slices, plan.room().checkpoints(), plan.deployment().restoredCheckpointId());
  }

  @Override
  public SavedStates savedStates() {
    return new SavedTaskStates(
        plan.world().files(), plan.room().catalog(), plan.room().states(), this::write, scratch());
  }

  /** Writes the state of an operator of a savepoint into a file of this attempt's own. */
  private OperatorSnapshot write(String directory, String uid, Operator.Snapshot snapshot)
      throws IOException {
    TaskId task = task();
    String name =
        task.jobId() + "-" + attempt() + "-" + task.vertex() + "-" + task.subtask() + ".state";
    FrozenTask frozen =
        new FrozenTask(
            task,
            0,
            directory,
            List.of(uid),
            List.of(snapshot),
            0,
            0,
            new AtomicInteger(snapshot.keyed() == null ? 0 : 1));
    return SnapshotFile.write(SnapshotFile.plain(files()), directory + "/" + name, List.of(frozen))
        .get(0)
        .operators()
        .get(0);
  }

  @Override
  public UnkeyedStates unkeyedState() {
    if (unkeyed == null) {
      unkeyed = new UnkeyedStates("'" + spec.name() + "' (" + spec.createdAt() + ")");
      for (OperatorSlice slice : unkeyedSlices) {
        unkeyed.restore(
            slice, SnapshotReader.read(plan.room().checkpoints().store(), slice.handle()));
      }
    }
    return unkeyed;
  }

  @Override
  public MemoryPool memory() {
    if (memory == null) {
      long share = Math.max(MEMORY_BYTES_MIN, plan.room().states().limits().share());
      memory = plan.room().memory().child("'" + spec.name() + "' of " + task(), share);
    }
    return memory;
  }

  @Override
  public String scratch() {
    TaskId task = task();
    return plan.room().scratch()
        + "/"
        + String.join(
            "-",
            task.jobId(),
            String.valueOf(attempt()),
            String.valueOf(task.vertex()),
            String.valueOf(task.subtask()),
            String.valueOf(operator));
  }

  @Override
  public List<byte[]> restoredItems() {
    return items;
  }

  @Override
  public long restoredCheckpointId() {
    return plan.deployment().restoredCheckpointId();
  }

  @Override
  public void requestSplit() {
    events.splitWanted();
  }

  @Override
  public void watermarkReached(WatermarkAlignmentParams alignment, long watermark) {
    events.watermarkReached(alignment, watermark);
  }

  @Override
  public void wakeUp() {
    mailbox.wake();
  }

  @Override
  public void countLateRecord() {
    counters.lateRecord();
  }

  @Override
  public OperatorMeasures measures() {
    return measures;
  }

  /**
   * Fails when the checkpoint has state that the operator did not ask for: going on would lose it.
   */
  void checkStateTaken() {
    boolean keyedLost = store == null && !slices.isEmpty();
    if (keyedLost || unkeyed == null && !unkeyedSlices.isEmpty()) {
      throw new WeftException(
          ErrorCode.USER,
          "The checkpoint holds "
              + (keyedLost ? "keyed" : "unkeyed")
              + " state of operator '"
              + spec.name()
              + "' ("
              + spec.createdAt()
              + "), which no longer keeps any; give the operator another uid or restore another"
              + " checkpoint");
    }
  }

  void close() {
    if (memory != null) {
      memory.close();
      memory = null;
    }
    if (store != null) {
      store.close();
      store = null;
    }
  }

  @Override
  public boolean inSavepoint() {
    return savepoint;
  }

  /** Says what the next snapshot is for. */
  void nextFreeze(long baseCheckpointId, boolean selfContained) {
    savepoint = selfContained;
    if (store != null) {
      store.nextFreeze(baseCheckpointId, selfContained);
    }
  }
}
