package dev.weft.benchmarks;

/** Chance without state: every generated value is a pure function of a stream and an index. */
final class Scramble {
  private static final long SEED = 0x5EED_2024L;
  private static final long INDEX_STEP = 0x9E3779B97F4A7C15L;
  private static final long STREAM_STEP = 0xC2B2AE3D27D4EB4FL;
  private static final long ROUND = 0xD6E8FEB86659FD93L;

  private Scramble() {}

  /** Mixes all 64 bits: two multiplications between three folds. */
  static long mix(long value) {
    long once = fold(value) * ROUND;
    return fold(fold(once) * ROUND);
  }

  private static long fold(long value) {
    return value ^ (value >>> Integer.SIZE);
  }

  /** The number of an index within a stream of numbers. */
  static long number(int stream, long index) {
    return mix(SEED + stream * STREAM_STEP + index * INDEX_STEP);
  }

  /** Scales the high half of a number to 0 … bound - 1. */
  static int below(long number, int bound) {
    long high = number >>> Integer.SIZE;
    return (int) (high * bound >>> Integer.SIZE);
  }
}
