package dev.weft.engine.state;

import java.util.Comparator;

/** A timer, and the key of the table that keeps it from being set twice. */
final class Timer {
  /** The order in which timers of one key group fire. */
  static final Comparator<Timer> FIRING =
      Comparator.<Timer>comparingLong(timer -> timer.time).thenComparingLong(t -> t.sequence);

  Object key;
  int hash;
  long time;
  long discriminator;

  /** The key group, counted from the subtask's first. */
  int group;

  /** Grows with every timer that is set. */
  long sequence;

  /** Where in the heap. */
  int position;

  Timer set(Object newKey, int newHash, long newTime, long newDiscriminator) {
    key = newKey;
    hash = newHash;
    time = newTime;
    discriminator = newDiscriminator;
    return this;
  }

  boolean before(Timer other) {
    if (time != other.time) {
      return time < other.time;
    }
    return group != other.group ? group < other.group : sequence < other.sequence;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Timer that
        && time == that.time
        && discriminator == that.discriminator
        && hash == that.hash
        && key.equals(that.key);
  }

  /** Mixes the key's hash, the time and the discriminator; all bits of the result are good. */
  @Override
  public int hashCode() {
    long h = time * 0x9e37_79b9_7f4a_7c15L;
    h = (h ^ h >>> 32 ^ discriminator) * 0xff51_afd7_ed55_8ccdL;
    h = (h ^ h >>> 32 ^ hash) * 0xc4ce_b9fe_1a85_ec53L;
    return (int) (h ^ h >>> 32);
  }
}
