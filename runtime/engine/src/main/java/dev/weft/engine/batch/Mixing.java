package dev.weft.engine.batch;

/**
 * Stable hashes of primitives and text. The finaliser is the 64-bit one of MurmurHash3 by Austin
 * Appleby (public domain); text is folded four characters at a time by multiplication with an odd
 * constant and a shift, each of which loses nothing.
 */
final class Mixing {
  private static final long MULTIPLIER = 0x9e37_79b9_7f4a_7c15L;
  private static final long OF_NULL = 0x5bd1_e995_97f4_a7c1L;

  private Mixing() {}

  static long finish(long bits) {
    long h = bits;
    h ^= h >>> 33;
    h *= 0xff51_afd7_ed55_8ccdL;
    h ^= h >>> 33;
    h *= 0xc4ce_b9fe_1a85_ec53L;
    h ^= h >>> 33;
    return h;
  }

  /** The 32 bits that become the hash of a key. */
  static int fold(long hash) {
    return (int) (hash >>> 32);
  }

  static long combine(long before, long hash) {
    long h = (before ^ hash) * MULTIPLIER;
    return h ^ h >>> 32;
  }

  static long ofNull() {
    return OF_NULL;
  }

  static long ofLong(long value) {
    return finish(value);
  }

  static long ofBoolean(boolean value) {
    return finish(value ? 1 : 2);
  }

  /** Zero has one hash whatever its sign, and so has every NaN, as any equality wants it. */
  static long ofDouble(double value) {
    return finish(value == 0 ? 0 : Double.doubleToLongBits(value));
  }

  static long ofText(String text) {
    int length = text.length();
    long h = length * MULTIPLIER;
    int i = 0;
    for (; i + 4 <= length; i += 4) {
      long word =
          text.charAt(i)
              | (long) text.charAt(i + 1) << 16
              | (long) text.charAt(i + 2) << 32
              | (long) text.charAt(i + 3) << 48;
      h = combine(h, word);
    }
    for (; i < length; i++) {
      h = combine(h, text.charAt(i));
    }
    return finish(h);
  }

  static long ofBytes(byte[] bytes) {
    long h = bytes.length * MULTIPLIER;
    for (byte b : bytes) {
      h = combine(h, b);
    }
    return finish(h);
  }
}
