package dev.weft.engine.cluster;

import java.io.IOException;
import java.util.Optional;

/**
 * Elects the leader of an application and guards what only the leader may change. Every write is
 * fenced: it fails when the epoch is no longer the newest. Calls may block; thread-safe.
 */
public interface LeaderElection extends AutoCloseable {
  /**
   * Joins the election.
   *
   * @param candidate for people: host and pid, or the YARN attempt
   * @param listener called on any thread, one call at a time
   */
  void start(String candidate, Listener listener) throws IOException;

  /**
   * Publishes where the leader is reached, as opaque text.
   *
   * @throws FencedException when the epoch is not the newest
   */
  void publishLeader(long epoch, String leader) throws IOException;

  /** What the newest leader published; possibly stale. For workers and clients, without joining. */
  Optional<Leader> findLeader() throws IOException;

  /**
   * Reads the pointer of a name, not older than the last write of any epoch below.
   *
   * @param name letters, digits, dots and dashes
   */
  Optional<byte[]> readPointer(long epoch, String name) throws IOException;

  /**
   * Sets or (with null) removes a small pointer. An outcome that is not known after a lost
   * connection is found out by reading back before this returns.
   *
   * @throws FencedException when the epoch is not the newest; nothing was changed
   * @throws IOException when the outcome stays unknown or nothing was changed; safe to try again
   */
  void writePointer(long epoch, String name, byte[] value) throws IOException;

  /** Names of all pointers, sorted. */
  java.util.List<String> listPointers(long epoch) throws IOException;

  /**
   * Removes everything of this application; only after its jobs ended by the user's will.
   *
   * @throws FencedException when the epoch is not the newest
   */
  void removeAll(long epoch) throws IOException;

  /** Leaves the election. Removes nothing. */
  @Override
  void close() throws IOException;

  /** The published leader. */
  record Leader(long epoch, String address) {}

  /** Hears of leadership. */
  interface Listener {
    /** This process leads under a new, higher epoch. */
    void granted(long epoch);

    /** The connection is in doubt: commit nothing until {@link #resumed}; keep running. */
    void suspended();

    /** The connection is back and the epoch still stands. */
    void resumed();

    /** This process no longer leads: step down, remove nothing, cancel nothing. */
    void lost(String reason);
  }

  /** A write under an epoch that is no longer the newest. */
  final class FencedException extends IOException {
    /** Names the epoch and what was refused. */
    public FencedException(String message) {
      super(message);
    }
  }
}
