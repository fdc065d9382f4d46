package dev.weft.engine.batch;

/**
 * Stable hashes of primitives and text. The finaliser is the 64-bit one of MurmurHash3 by Austin
 * Appleby (public domain); parts are combined by multiplication with an odd constant and a shift,
 * each of which loses nothing.
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

  /**
   * The hash of text is made from {@link String#hashCode}: its value is specified, and a string
   * keeps it, so that hot keys are hashed without a look at their characters.
   */
  static long ofText(String text) {
    return finish(text.hashCode() * MULTIPLIER);
  }

  static long ofBytes(byte[] bytes) {
    long h = bytes.length * MULTIPLIER;
    for (byte b : bytes) {
      h = combine(h, b);
    }
    return finish(h);
  }
}
