package dev.weft.simulator;

import java.io.Serializable;
import java.util.SplittableRandom;

/**
 * The job of a simulation: a ledger is read, counted per key and written to files.
 *
 * @param partitions of the ledger
 * @param records of each partition; those of an endless ledger are never reached
 * @param endless whether the job runs until it is told to stop
 * @param keys how many keys each partition has
 * @param padding characters that each key keeps in state, to make snapshots large
 * @param parallelism of the job
 * @param checkpointMillis from one checkpoint to the next
 * @param retained how many checkpoints are kept
 * @param burst records per poll of a reader
 * @param paceMillis between two bursts of a reader
 * @param hasty whether barriers overtake at once
 */
public record Workload(
    int partitions,
    int records,
    boolean endless,
    int keys,
    int padding,
    int parallelism,
    long checkpointMillis,
    int retained,
    int burst,
    long paceMillis,
    boolean hasty)
    implements Serializable {
  private static final long BOUNDED_MILLIS = 20_000;
  private static final int ENDLESS_RECORDS = 1_000_000;

  /** The workload of a seed. */
  public static Workload draw(long seed) {
    SplittableRandom random = new SplittableRandom(seed * 31 + 7);
    return draw(random, random.nextInt(3) > 0);
  }

  /** A workload that ends. */
  static Workload drawBounded(SplittableRandom random) {
    return draw(random, false);
  }

  private static Workload draw(SplittableRandom random, boolean endless) {
    int partitions = random.nextInt(1, 5);
    int records = endless ? ENDLESS_RECORDS : random.nextInt(50, 400);
    long paceMillis = random.nextLong(20, 250);
    int burst = random.nextInt(1, 8);
    if (!endless) {
      burst = Math.max(burst, (int) (records * paceMillis * partitions / BOUNDED_MILLIS) + 1);
    }
    return new Workload(
        partitions,
        records,
        endless,
        random.nextInt(1, 24),
        random.nextBoolean() ? 0 : 1500,
        random.nextInt(1, 5),
        random.nextLong(200, 3_000),
        random.nextInt(1, 4),
        burst,
        paceMillis,
        random.nextInt(3) > 0);
  }
}
