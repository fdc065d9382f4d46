package dev.weft.simulator;

import java.io.Serializable;
import java.util.SplittableRandom;

/**
 * The parts of a job that exchange nothing: each reads a share of the ledger's partitions, has all
 * steps and a sink of its own, and starts again alone.
 *
 * @param count of them
 * @param ownSlots whether each has slots of its own
 */
record Pipelines(int count, boolean ownSlots) {
  /**
   * Every so many partitions from the first.
   *
   * @param first partition, from 0
   * @param step from one partition to the next
   */
  record Share(int first, int step) implements Serializable {}

  static Pipelines draw(long seed, Workload workload) {
    SplittableRandom random = new SplittableRandom(seed * 43 + 31);
    int most = random.nextInt(1, 4);
    return new Pipelines(Math.min(most, workload.partitions()), random.nextInt(3) == 0);
  }

  Share share(int pipeline) {
    return new Share(pipeline, count);
  }

  /** What the names of a pipeline's steps end with; nothing for the first. */
  String suffix(int pipeline) {
    return pipeline == 0 ? "" : "-of-" + pipeline;
  }

  /** The slot sharing group of a pipeline. */
  String slots(int pipeline) {
    return ownSlots && pipeline > 0 ? "slots-" + pipeline : "default";
  }
}
