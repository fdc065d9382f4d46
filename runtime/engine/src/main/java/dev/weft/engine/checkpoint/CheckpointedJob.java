package dev.weft.engine.checkpoint;

import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.protocol.TaskId;
import java.util.List;
import java.util.Set;

/** What the coordinator asks of the job whose checkpoints it takes. On the control thread. */
public interface CheckpointedJob {
  /** The plan of the present attempt. */
  JobPlan plan();

  /** All subtasks; each must acknowledge. */
  Set<TaskId> tasks();

  /** All sources; the state of each one's enumerator belongs to the checkpoint. */
  Set<String> sources();

  /**
   * Takes the state of every enumerator and, as soon as one is taken and before anything that it
   * assigns later is sent, triggers the subtasks of its source. Answers with {@link
   * CheckpointCoordinator#enumeratorTaken} for each source.
   */
  void beginCheckpoint(CheckpointTrigger trigger);

  /** Complete and registered: tells the workers. */
  void checkpointCompleted(RegisteredCheckpoint checkpoint);

  /** Given up: tells the workers. */
  void checkpointAborted(long checkpointId);

  /** The failures so far, the newest first, to be recorded with the checkpoint. */
  List<FailureEntry> failures();

  /** More failed in a row than the job tolerates. */
  void tooManyFailedCheckpoints(FailureReport why);
}
