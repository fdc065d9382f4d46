package dev.weft.simulator;

import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.ClusterOptions;
import dev.weft.api.config.Configuration;
import dev.weft.engine.cluster.JobControl;
import dev.weft.engine.cluster.WorkerDetails;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.SubtaskDetails;
import dev.weft.engine.simulated.SimulatedCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Two workers of a job between which the network is cut for good, while a spare worker is there.
 * Nobody else notices: both reach the leader and all others.
 */
record PairCut(String one, String other) {
  /** How the fault is called. */
  static final String FAULT = "PAIR_CUT";

  /** By then both know, and what was on its way has arrived. */
  static final long NOTICED_MILLIS = 7_000;

  /** Within so long after that the job must have got on elsewhere. */
  static final long BOUND_MILLIS = 60_000;

  /** A checkpoint that is given up sooner ends the attempt before anybody misses the peer. */
  private static final long PATIENCE_MILLIS_MIN = 9_000;

  /**
   * Two workers of which one can be done without; null when there are none.
   *
   * @param jobs of the leader
   */
  static PairCut draw(SimulatedCluster cluster, Swarm options, JobControl jobs, JobDetails job) {
    if (Configuration.of(options.cluster()).get(ClusterOptions.SPARE_WORKERS) == 0
        || Configuration.of(options.job())
                .get(CheckpointingOptions.CHECKPOINTING_TIMEOUT)
                .toMillis()
            < PATIENCE_MILLIS_MIN) {
      return null;
    }
    Map<String, Integer> held = new TreeMap<>();
    job.vertices().stream()
        .flatMap(vertex -> vertex.subtasks().stream())
        .map(SubtaskDetails::workerId)
        .forEach(worker -> held.merge(worker, 1, Integer::sum));
    List<WorkerDetails> workers = jobs.workers();
    List<String> used = new ArrayList<>();
    int free = 0;
    int most = 0;
    for (WorkerDetails worker : workers) {
      if (held.containsKey(worker.workerId())) {
        used.add(worker.workerId());
        most = Math.max(most, worker.slots());
      } else {
        free += worker.slotsFree();
      }
    }
    // with more workers than it needs the spare one may be released
    if (used.size() < 2 || free < most || (used.size() - 1) * most >= job.plan().slots()) {
      return null;
    }
    int first = cluster.random().nextInt(used.size());
    int second = (first + 1 + cluster.random().nextInt(used.size() - 1)) % used.size();
    return new PairCut(used.get(first), used.get(second));
  }
}
