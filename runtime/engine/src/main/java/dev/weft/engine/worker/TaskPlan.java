package dev.weft.engine.worker;

import dev.weft.api.config.Configuration;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.operator.saved.SnapshotCatalog;
import dev.weft.engine.protocol.Artifact;
import dev.weft.engine.protocol.TaskDeployment;
import dev.weft.engine.protocol.VertexSpec;
import dev.weft.engine.state.StateBackend;
import dev.weft.engine.worker.snapshot.CheckpointFiles;
import dev.weft.engine.world.World;
import java.util.List;
import java.util.Set;

/**
 * What a worker was told of one task, and the world to set it up in.
 *
 * @param jobName for people
 * @param attempt of the job
 * @param configuration of the job
 * @param artifacts of the job
 * @param room for what operators gather
 */
record TaskPlan(
    World world,
    VertexSpec vertex,
    TaskDeployment deployment,
    String jobName,
    int attempt,
    Configuration configuration,
    List<Artifact> artifacts,
    Room room) {
  /**
   * Where the operators of a task may put what they gather.
   *
   * @param memory of the job on this worker
   * @param scratch a directory for temporary files, which may not exist yet
   * @param states where keyed state lies
   * @param outgrown uids of operators whose state did not fit on this worker's heap; thread-safe
   * @param checkpoints where files of checkpoints are read
   * @param catalog looks checkpoints and savepoints up that are read or written as data
   */
  record Room(
      MemoryPool memory,
      String scratch,
      StateBackend states,
      Set<String> outgrown,
      CheckpointFiles checkpoints,
      SnapshotCatalog catalog) {}

  /** For people. */
  String name() {
    return vertex.name()
        + " ("
        + (deployment.task().subtask() + 1)
        + "/"
        + vertex.parallelism()
        + ")";
  }
}
