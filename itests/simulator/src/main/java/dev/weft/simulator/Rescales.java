package dev.weft.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * When people change the parallelism of the running job of a seed.
 *
 * @param all in the order of their moments; empty for a job that keeps its parallelism
 */
record Rescales(List<Rescale> all) {
  private static final long FIRST_MILLIS = 1_000;
  private static final long LAST_MILLIS = 20_000;
  private static final long SOON_MILLIS = 1_500;

  /**
   * One change.
   *
   * @param parallelism from 1 to a few
   * @param vertex which one of them, counted from 0 and around; negative for all
   */
  record Rescale(long afterMillis, int parallelism, int vertex) {}

  static Rescales draw(long seed) {
    SplittableRandom random = new SplittableRandom(seed * 47 + 3);
    List<Rescale> all = new ArrayList<>();
    if (random.nextInt(3) == 0) {
      long at = random.nextLong(FIRST_MILLIS, LAST_MILLIS);
      int count = random.nextInt(1, 4);
      for (int i = 0; i < count; i++) {
        all.add(
            new Rescale(at, random.nextInt(1, 6), random.nextInt(3) > 0 ? -1 : random.nextInt(8)));
        boolean soon = random.nextBoolean();
        at += random.nextLong(1, soon ? SOON_MILLIS : LAST_MILLIS);
      }
    }
    return new Rescales(List.copyOf(all));
  }
}
