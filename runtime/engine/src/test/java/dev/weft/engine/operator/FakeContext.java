package dev.weft.engine.operator;

import dev.weft.api.config.Configuration;
import dev.weft.api.eventtime.WatermarkAlignmentParams;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.operator.measure.OperatorMeasures;
import dev.weft.engine.operator.saved.SavedStates;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.server.host.LocalFileStore;
import dev.weft.engine.state.StateStore;
import dev.weft.engine.state.StateStores;
import dev.weft.engine.state.unkeyed.UnkeyedStates;
import dev.weft.engine.world.Clock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The surroundings of an operator in a test. */
final class FakeContext implements OperatorContext {
  static final int MAX_PARALLELISM = 16;
  static final long MEMORY_BYTES = 1 << 20;
  private static final AtomicInteger MADE = new AtomicInteger();
  static final String JOB = "0123456789abcdef0123456789abcdef";

  final ChainSpec.OperatorSpec spec;
  final int subtask;
  final int parallelism;
  final ManualClock clock;
  final List<byte[]> items = new ArrayList<>();
  final OperatorMeasures measures = new OperatorMeasures("Step");
  int attempt = 1;
  long restored;
  Configuration configuration = new Configuration();
  UnkeyedStates unkeyed = new UnkeyedStates("test");
  int splitRequests;
  boolean savepoint;
  final List<Long> reached = new ArrayList<>();
  int lateRecords;
  final String scratch =
      Path.of(
              "target",
              "scratch",
              ProcessHandle.current().pid() + "-" + MADE.incrementAndGet(),
              "x")
          .toAbsolutePath()
          .toString();
  StateStore store;
  MemoryPool memory = MemoryPool.root("test", MEMORY_BYTES);
  FileStore files = new LocalFileStore();

  FakeContext(ChainSpec.OperatorSpec spec, int subtask, int parallelism, ManualClock clock) {
    this.spec = spec;
    this.subtask = subtask;
    this.parallelism = parallelism;
    this.clock = clock;
    if (spec.key() != null) {
      store =
          StateStores.heap(
              spec.name(),
              spec.key().keyType(),
              KeyGroups.first(subtask, parallelism, MAX_PARALLELISM),
              KeyGroups.first(subtask + 1, parallelism, MAX_PARALLELISM),
              MAX_PARALLELISM);
    }
  }

  @Override
  public TaskId task() {
    return new TaskId(JOB, 0, subtask);
  }

  @Override
  public String jobName() {
    return "job";
  }

  @Override
  public int attempt() {
    return attempt;
  }

  @Override
  public ChainSpec.OperatorSpec spec() {
    return spec;
  }

  @Override
  public int parallelism() {
    return parallelism;
  }

  @Override
  public int maxParallelism() {
    return MAX_PARALLELISM;
  }

  @Override
  public Configuration configuration() {
    return configuration;
  }

  @Override
  public Clock clock() {
    return clock;
  }

  @Override
  public FileStore files() {
    return files;
  }

  @Override
  public MemoryPool memory() {
    return memory;
  }

  @Override
  public String scratch() {
    return scratch;
  }

  @Override
  public StateStore keyedState() {
    return store;
  }

  @Override
  public List<byte[]> restoredItems() {
    return items;
  }

  @Override
  public UnkeyedStates unkeyedState() {
    return unkeyed;
  }

  @Override
  public long restoredCheckpointId() {
    return restored;
  }

  @Override
  public void requestSplit() {
    splitRequests++;
  }

  @Override
  public void watermarkReached(WatermarkAlignmentParams alignment, long watermark) {
    reached.add(watermark);
  }

  @Override
  public boolean inSavepoint() {
    return savepoint;
  }

  @Override
  public void wakeUp() {}

  @Override
  public SavedStates savedStates() {
    throw new UnsupportedOperationException("no snapshots are read here");
  }

  @Override
  public void countLateRecord() {
    lateRecords++;
  }

  @Override
  public OperatorMeasures measures() {
    return measures;
  }
}
