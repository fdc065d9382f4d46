package dev.weft.simulator;

import java.util.SplittableRandom;

/**
 * A second job at the same time.
 *
 * @param comes whether there is one
 * @param workload of it; its input ends
 * @param cancelMillis when it is cancelled; 0 for never
 */
record Companion(boolean comes, Workload workload, long cancelMillis) {
  static Companion draw(long seed) {
    SplittableRandom random = new SplittableRandom(seed * 37 + 29);
    boolean comes = random.nextInt(4) == 0;
    boolean cancelled = random.nextInt(3) == 0;
    return new Companion(
        comes, Workload.drawBounded(random), cancelled ? random.nextLong(500, 15_000) : 0);
  }
}
