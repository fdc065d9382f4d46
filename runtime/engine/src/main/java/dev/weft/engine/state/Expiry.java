package dev.weft.engine.state;

/**
 * Which values of a state have expired. Any thread may ask; nothing is changed by asking.
 *
 * <p>A value that carries its times in itself is left as it is by a store that does not know of its
 * expiry, so a store may take this up where it can: when it writes a snapshot, when it sweeps
 * through its keys, when it compacts its files.
 */
public interface Expiry {
  /** The wall clock. */
  long nowMillis();

  /**
   * What is left of a state's value at a time.
   *
   * @param value as the state's type says: the value, list or map
   * @return the same object when nothing expired, a copy without what did, or null when nothing is
   *     left
   */
  Object live(Object value, long nowMillis);

  /** Whether snapshots leave out what has expired. */
  boolean inSnapshots();

  /** How many keys to look at for each record; 0 for none. */
  int keysPerRecord();
}
