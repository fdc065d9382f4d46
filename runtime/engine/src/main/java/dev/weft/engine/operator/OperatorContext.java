package dev.weft.engine.operator;

import dev.weft.api.config.Configuration;
import dev.weft.api.eventtime.WatermarkAlignmentParams;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.operator.measure.OperatorMeasures;
import dev.weft.engine.operator.saved.SavedStates;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.state.StateStore;
import dev.weft.engine.state.unkeyed.UnkeyedStates;
import dev.weft.engine.world.Clock;
import java.util.List;

/** The surroundings of an operator, made by the worker. */
public interface OperatorContext {
  /** The subtask. */
  TaskId task();

  /** The name of the job. */
  String jobName();

  /** The job's attempt. */
  int attempt();

  /** What the planner said of this operator. */
  ChainSpec.OperatorSpec spec();

  /** How many subtasks the vertex has. */
  int parallelism();

  /** How many key groups there are. */
  int maxParallelism();

  /** The job's configuration. */
  Configuration configuration();

  /** Time. */
  Clock clock();

  /** All files. */
  FileStore files();

  /**
   * Keyed state with the last checkpoint restored; fails when the operator is not keyed. The worker
   * that made it closes it, after the operator.
   */
  StateStore keyedState();

  /** Unkeyed state with the last checkpoint restored. */
  UnkeyedStates unkeyedState();

  /**
   * What the operator may reserve before it goes to disk. The worker that made it closes it, after
   * the operator.
   */
  MemoryPool memory();

  /**
   * Where the operator's temporary files lie: a path in a local directory, which may not exist yet,
   * and the beginning of a name. The operator deletes them when it closes.
   */
  String scratch();

  /** Whether the snapshot that is being taken is for a savepoint. */
  boolean inSavepoint();

  /** Opaque items of the last checkpoint that fell to this subtask. */
  List<byte[]> restoredItems();

  /** The checkpoint that the job was restored from, or 0. */
  long restoredCheckpointId();

  /** Asks the source's enumerator for a split. */
  void requestSplit();

  /**
   * Tells how far the reader of a group of aligned sources is; {@link SourceOperator#allow}
   * answers.
   */
  void watermarkReached(WatermarkAlignmentParams alignment, long watermark);

  /** Makes the task run soon; callable from any thread. */
  void wakeUp();

  /** Checkpoints and savepoints that are read or written as data. */
  SavedStates savedStates();

  /** Counts a record that came too late and was dropped. */
  void countLateRecord();

  /** What the user's functions measure. */
  OperatorMeasures measures();
}
