package dev.weft.engine.exchange;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Which channels of a gate may have frames, a bit each, so that a gate with many channels looks
 * only into those that have something. All are marked at first.
 *
 * <p>Whoever brings a frame puts it into the channel, then marks the channel, then wakes the gate's
 * task. The gate takes the marks away before it looks into the channels, and remembers which it
 * took: a channel is looked into until it is found empty. So a frame that the gate does not find
 * was put after the marks were taken, and its mark still stands. Between the two accesses of either
 * side is a full fence: else each could miss what the other has just written.
 */
final class ReadySet {
  /** Longs in two cache lines: marks are written by many threads, what lies beside them is not. */
  private static final int PADDING = 16;

  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

  /** Marks, behind and before padding. */
  private final long[] marks;

  /** Channels whose marks were taken and that were not found empty since; the gate's own. */
  private final long[] taken;

  private final int channels;

  ReadySet(int channels) {
    this.channels = channels;
    this.taken = new long[(channels + Long.SIZE - 1) / Long.SIZE];
    this.marks = new long[PADDING + taken.length + PADDING];
    for (int word = 0; word < taken.length; word++) {
      marks[PADDING + word] = all(word);
    }
  }

  private long all(int word) {
    return -1L >>> (Long.SIZE - Math.min(Long.SIZE, channels - word * Long.SIZE));
  }

  /** What the producer of a channel marks it with. */
  static final class Bit {
    private int index;
    private volatile ReadySet set;

    /** Says where the mark goes; before the set is looked at for the first time. */
    void attach(ReadySet to, int channel) {
      index = channel;
      set = to;
    }

    /** A frame was put into the channel; called from any thread, before the task is woken. */
    void set() {
      VarHandle.fullFence();
      ReadySet to = set;
      if (to != null) {
        to.mark(index);
      }
    }
  }

  private void mark(int channel) {
    long bit = 1L << channel;
    int at = PADDING + channel / Long.SIZE;
    if (((long) WORD.getOpaque(marks, at) & bit) == 0) {
      WORD.getAndBitwiseOr(marks, at, bit);
    }
  }

  /** Every channel is to be looked into; on the gate's thread, as all below. */
  void lookIntoAll() {
    for (int word = 0; word < taken.length; word++) {
      taken[word] = all(word);
    }
  }

  /** A channel was looked into since {@link #next} returned it, and had nothing to give. */
  void empty(int channel) {
    taken[channel / Long.SIZE] &= ~(1L << channel);
  }

  /** The first channel to look into from the given one on, in a circle; -1 when there is none. */
  int next(int from) {
    int word = from / Long.SIZE;
    long bits = take(word) & -1L << from;
    for (int words = taken.length; bits == 0 && words > 0; words--) {
      word = word + 1 == taken.length ? 0 : word + 1;
      bits = take(word);
    }
    return bits == 0 ? -1 : word * Long.SIZE + Long.numberOfTrailingZeros(bits);
  }

  private long take(int word) {
    if ((long) WORD.getOpaque(marks, PADDING + word) != 0) {
      taken[word] |= (long) WORD.getAndSet(marks, PADDING + word, 0L);
      VarHandle.fullFence();
    }
    return taken[word];
  }
}
