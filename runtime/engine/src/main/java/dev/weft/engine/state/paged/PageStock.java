package dev.weft.engine.state.paged;

import java.util.Arrays;

/**
 * Pages of one size in which rows lie, used again when a log was written anew: the garbage
 * collector copies a new page until it counts as old, and never one that is old already. Free pages
 * are accounted for like those in use, and there are at most as many. What was not needed between
 * two freezes is given up, and so is everything when memory is short. Belongs to the task's thread.
 */
final class PageStock {
  /** Bytes of a page. */
  static final int PAGE_BYTES = 1 << 16;

  private final Generation generation;
  private byte[][] free = new byte[16][];
  private int freeCount;

  /** Given back while a frozen state was open, which may still read them. */
  private byte[][] held = new byte[16][];

  private int heldCount;
  private int heldIn;

  private long[] zeros = new long[0];
  private int inUse;

  /** The fewest free pages since the last freeze. */
  private int freeMin;

  PageStock(Generation generation) {
    this.generation = generation;
  }

  /** Zeros for a short while: the same array each time, with as many or more of them. */
  long[] zeros(int count) {
    if (zeros.length < count) {
      generation.reserve((count - zeros.length) * 8L);
      zeros = new long[count];
    } else {
      Arrays.fill(zeros, 0, count, 0);
    }
    return zeros;
  }

  /** A page with any content, accounted for. */
  byte[] take() {
    settle();
    if (freeCount == 0) {
      generation.reserve(PAGE_BYTES);
      inUse++;
      return new byte[PAGE_BYTES];
    }
    inUse++;
    freeCount--;
    freeMin = Math.min(freeMin, freeCount);
    byte[] page = free[freeCount];
    free[freeCount] = null;
    return page;
  }

  /** Takes a page back that came from here. */
  void giveBack(byte[] page) {
    settle();
    inUse--;
    if (generation.frozen()) {
      heldIn = generation.number();
      held = withRoom(held, heldCount);
      held[heldCount++] = page;
    } else {
      free = withRoom(free, freeCount);
      free[freeCount++] = page;
    }
    dropFree(Math.min(freeCount, freeCount + heldCount - inUse));
  }

  private static byte[][] withRoom(byte[][] pages, int count) {
    return count < pages.length ? pages : Arrays.copyOf(pages, count * 2);
  }

  /** What a frozen state held is free when it is released. */
  private void settle() {
    if (heldCount == 0 || generation.frozen() && generation.number() == heldIn) {
      return;
    }
    while (free.length < freeCount + heldCount) {
      free = Arrays.copyOf(free, free.length * 2);
    }
    System.arraycopy(held, 0, free, freeCount, heldCount);
    Arrays.fill(held, 0, heldCount, null);
    freeCount += heldCount;
    heldCount = 0;
    dropFree(freeCount - inUse);
  }

  private void dropFree(int count) {
    if (count > 0) {
      Arrays.fill(free, freeCount - count, freeCount, null);
      freeCount -= count;
      freeMin = Math.min(freeMin, freeCount);
      generation.release((long) count * PAGE_BYTES);
    }
  }

  /** Gives up what was not needed since the last call. */
  void trim() {
    settle();
    dropFree(freeMin);
    freeMin = freeCount;
  }

  /** Gives up all that is free. */
  void shed() {
    settle();
    dropFree(freeCount);
  }
}
