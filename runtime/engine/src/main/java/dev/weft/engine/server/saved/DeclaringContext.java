package dev.weft.engine.server.saved;

import dev.weft.api.config.Configuration;
import dev.weft.api.eventtime.WatermarkAlignmentParams;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.operator.OperatorContext;
import dev.weft.engine.operator.measure.OperatorMeasures;
import dev.weft.engine.operator.saved.SavedStates;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.state.StateStore;
import dev.weft.engine.state.unkeyed.UnkeyedStates;
import dev.weft.engine.world.Clock;
import java.util.List;

/**
 * Surroundings in which an operator declares its states and does nothing else.
 *
 * @param job what the operator is part of
 * @param keyed the descriptions of keyed states; null where the operator is not keyed
 * @param unkeyed the descriptions of unkeyed states
 */
record DeclaringContext(
    Job job,
    TaskId task,
    ChainSpec.OperatorSpec spec,
    int parallelism,
    int maxParallelism,
    StateStore keyed,
    UnkeyedStates unkeyed,
    OperatorMeasures measures,
    MemoryPool memory)
    implements OperatorContext {
  /**
   * The job that is to be started.
   *
   * @param checkpointId of the snapshot
   */
  record Job(
      String name, Configuration configuration, Clock clock, FileStore files, long checkpointId) {}

  @Override
  public String jobName() {
    return job.name();
  }

  @Override
  public int attempt() {
    return 1;
  }

  @Override
  public Configuration configuration() {
    return job.configuration();
  }

  @Override
  public Clock clock() {
    return job.clock();
  }

  @Override
  public FileStore files() {
    return job.files();
  }

  @Override
  public StateStore keyedState() {
    if (keyed == null) {
      throw outOfPlace();
    }
    return keyed;
  }

  @Override
  public UnkeyedStates unkeyedState() {
    return unkeyed;
  }

  @Override
  public String scratch() {
    throw outOfPlace();
  }

  @Override
  public boolean inSavepoint() {
    return false;
  }

  @Override
  public List<byte[]> restoredItems() {
    return List.of();
  }

  @Override
  public long restoredCheckpointId() {
    return job.checkpointId();
  }

  @Override
  public void requestSplit() {
    throw outOfPlace();
  }

  @Override
  public void watermarkReached(WatermarkAlignmentParams alignment, long watermark) {
    throw outOfPlace();
  }

  @Override
  public void wakeUp() {
    // there is no task that sleeps
  }

  @Override
  public SavedStates savedStates() {
    throw outOfPlace();
  }

  @Override
  public void countLateRecord() {
    throw outOfPlace();
  }

  private static IllegalStateException outOfPlace() {
    return new IllegalStateException("only states are declared here; nothing runs");
  }
}
