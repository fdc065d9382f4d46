package dev.weft.engine.exchange;

import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.world.Clock;
import java.time.Duration;

/**
 * How many bytes the sender of one channel may have under way or waiting here, in credit and in
 * frames. The window follows the receiver: it is never more than what the receiver takes in within
 * {@link #LATENCY_NANOS}, so that little waits in front of a slow one, and grows only while both
 * ends wait for each other, the sender for credit and the receiver for frames, so that it is no
 * larger than the connection needs. What it has beyond the least comes from a reservation that all
 * channels of a worker share.
 *
 * <p>Thread-safe: frames arrive on a network thread and are consumed on the task's.
 */
final class CreditWindow {
  /** Every channel has so much, whether or not anything is left of the reservation. */
  static final long BYTES_LEAST = 32 << 10;

  /** No channel has more. */
  static final long BYTES_MAX = 8 << 20;

  /** What waits for a receiver is worked off in about this time. */
  static final long LATENCY_NANOS = Duration.ofMillis(100).toNanos();

  /** The window changes once in this time at most, by a factor of two at most. */
  static final long INTERVAL_NANOS = Duration.ofMillis(10).toNanos();

  /** Credit is granted in pieces of this share of the window, so that few credit frames travel. */
  private static final int GRANT_SHARE = 4;

  private final Clock clock;
  private final MemoryPool pool;
  private long window = BYTES_LEAST;

  /** Granted and not used yet; below 0 after a frame larger than what was left. */
  private long credit = BYTES_LEAST;

  private long queued;
  private long reserved;

  private long sinceNanos;
  private long consumed;
  private boolean senderWaited;

  /** Touched by the receiver's thread only. */
  private boolean receiverWaited;

  private boolean closed;

  /**
   * A window of the least size.
   *
   * @param pool the reservation of the worker
   */
  CreditWindow(Clock clock, MemoryPool pool) {
    this.clock = clock;
    this.pool = pool;
    this.sinceNanos = clock.nanoTime();
    hold(BYTES_LEAST);
  }

  /**
   * A frame with records has come.
   *
   * @param waited whether its sender was out of credit before
   * @return false when the sender had no credit for it
   */
  synchronized boolean arrived(long bytes, boolean waited) {
    boolean allowed = credit > 0;
    credit -= bytes;
    queued += bytes;
    senderWaited |= waited;
    return allowed;
  }

  /** The receiver has found nothing; on its thread. */
  void foundNothing() {
    receiverWaited = true;
  }

  /**
   * The receiver has taken in a frame; on its thread.
   *
   * @return how many more bytes the sender may send now; 0 for nothing to tell it
   */
  synchronized long consumed(long bytes) {
    queued -= bytes;
    consumed += bytes;
    long now = clock.nanoTime();
    if (now - sinceNanos >= INTERVAL_NANOS) {
      adapt(now - sinceNanos);
      sinceNanos = now;
    }
    long grant = window - credit - queued;
    if (grant < window / GRANT_SHARE) {
      return 0;
    }
    credit += grant;
    return grant;
  }

  private void adapt(long elapsedNanos) {
    double latency = (double) consumed * LATENCY_NANOS / elapsedNanos;
    long enough = (long) Math.max(BYTES_LEAST, Math.min(latency, BYTES_MAX));
    if (enough < window) {
      window = Math.max(enough, window / 2);
    } else if (senderWaited && receiverWaited) {
      long wider = Math.min(enough, window * 2);
      // half of what is left stays for others
      if (wider - window <= pool.available() / 2 && hold(wider)) {
        window = wider;
      }
    }
    consumed = 0;
    senderWaited = false;
    receiverWaited = false;
    hold(Math.max(window, credit + queued));
  }

  /**
   * The sender needs no more than the least and gives back the rest of its credit.
   *
   * @return false when it never had so much
   */
  synchronized boolean returned(long bytes) {
    if (bytes < 0 || bytes > credit) {
      return false;
    }
    credit -= bytes;
    window = BYTES_LEAST;
    hold(Math.max(window, credit + queued));
    return true;
  }

  /** Makes the reservation so large, if there is room; a smaller one always has room. */
  private boolean hold(long bytes) {
    if (closed) {
      return false;
    }
    if (bytes <= reserved) {
      pool.release(reserved - bytes);
    } else if (!pool.tryReserve(bytes - reserved)) {
      return false;
    }
    reserved = bytes;
    return true;
  }

  /** The size now, in bytes. */
  synchronized long bytes() {
    return window;
  }

  /** What waits for the receiver, in bytes. */
  synchronized long queued() {
    return queued;
  }

  /** Gives the reservation back; the channel is not used any more. */
  synchronized void close() {
    hold(0);
    closed = true;
  }
}
