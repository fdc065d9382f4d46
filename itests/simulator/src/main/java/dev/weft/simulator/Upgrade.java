package dev.weft.simulator;

import dev.weft.engine.checkpoint.SnapshotOrder;
import java.util.SplittableRandom;

/**
 * What people do to the job of a seed while faults happen.
 *
 * @param savepointMillis when a savepoint is ordered that the job goes on after; 0 for never
 * @param stopMillis when the job is stopped and another one goes on from its savepoint; 0 for never
 * @param kind how it is stopped
 * @param parallelism of the job that goes on
 * @param claim whether that job owns the savepoint
 */
record Upgrade(
    long savepointMillis,
    long stopMillis,
    SnapshotOrder.Kind kind,
    int parallelism,
    boolean claim) {
  static Upgrade draw(long seed, Workload workload) {
    SplittableRandom random = new SplittableRandom(seed * 13 + 5);
    boolean saves = random.nextInt(3) == 0;
    boolean stops = workload.endless() && random.nextInt(3) == 0;
    return new Upgrade(
        saves ? random.nextLong(1_000, 10_000) : 0,
        stops ? random.nextLong(2_000, 12_000) : 0,
        random.nextBoolean() ? SnapshotOrder.Kind.STOP : SnapshotOrder.Kind.DRAIN,
        random.nextInt(1, 6),
        random.nextBoolean());
  }
}
