package dev.weft.simulator;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * The options of a seed: each seed has its own, some of them extreme.
 *
 * @param cluster of the leaders
 * @param job of the jobs
 */
record Swarm(Map<String, String> cluster, Map<String, String> job) {
  static Swarm draw(long seed) {
    SplittableRandom random = new SplittableRandom(seed * 41 + 19);
    Map<String, String> cluster = new TreeMap<>();
    cluster.put("heartbeat.interval", random.nextInt(200, 800) + " ms");
    cluster.put("heartbeat.timeout", random.nextInt(2_000, 5_000) + " ms");
    cluster.put("jobmanager.reconcile.timeout", random.nextInt(1_500, 5_000) + " ms");
    cluster.put("slotmanager.redundant-taskmanager-num", String.valueOf(random.nextInt(2)));
    cluster.put("resourcemanager.taskmanager-timeout", random.nextInt(1, 30) + " s");
    cluster.put("resourcemanager.taskmanager-registration.timeout", "10 s");
    cluster.put("execution.checkpointing.dir", "/checkpoints");
    Map<String, String> job = new TreeMap<>();
    job.put("execution.checkpointing.dir", "/checkpoints");
    job.put("state.backend.type", "hashmap"); // there are no databases to outgrow the heap into
    job.put("execution.checkpointing.timeout", random.nextInt(3_000, 15_000) + " ms");
    job.put("execution.checkpointing.min-pause", random.nextInt(4) * 100 + " ms");
    job.put("execution.checkpointing.unaligned.enabled", String.valueOf(random.nextInt(5) > 0));
    job.put("pipeline.max-parallelism", String.valueOf(random.nextInt(8, 200)));
    if (random.nextInt(3) > 0) {
      job.put("restart-strategy.type", "exponential-delay");
      job.put(
          "restart-strategy.exponential-delay.initial-backoff", random.nextInt(50, 500) + " ms");
      job.put("restart-strategy.exponential-delay.max-backoff", "2 s");
    } else {
      job.put("restart-strategy.type", "fixed-delay");
      job.put("restart-strategy.fixed-delay.attempts", "100000");
      job.put("restart-strategy.fixed-delay.delay", random.nextInt(50, 1_000) + " ms");
    }
    // else state is read from where the checkpoints lie
    cluster.put(
        "execution.checkpointing.local-backup.enabled", String.valueOf(random.nextInt(3) > 0));
    return new Swarm(cluster, job);
  }
}
