package dev.weft.engine.state;

/**
 * Bytes by key outside of the heap, in families with the order of unsigned bytes. What is put or
 * deleted is gathered until {@link #write}; reads see what was written. Used by one thread, but for
 * a {@link View}.
 */
public interface RowDatabase extends AutoCloseable {
  /** The family that exists from the beginning. */
  int ROWS = 0;

  /** Adds a family and returns its number. */
  int addFamily(String name);

  /** The value of a key, or null. */
  byte[] find(int family, byte[] key);

  /**
   * The values of many keys of the first family.
   *
   * @param keys the first {@code size} are looked up
   * @param values takes each key's value, or null
   */
  void findAll(byte[][] keys, int size, byte[][] values);

  /** Gathers a value for a key. The array may be used again at once. */
  void put(int family, byte[] key, byte[] value, int length);

  /** Gathers that a key has no value. */
  void delete(int family, byte[] key);

  /** Gathers that no key of the family with this beginning has a value. */
  void deleteAll(int family, byte[] prefix);

  /** Makes visible what was gathered. */
  void write();

  /**
   * The keys of a family that begin so, in order, as of now.
   *
   * @param after where to go on: the first key is the one behind it; null to begin
   */
  Cursor cursor(int family, byte[] prefix, byte[] after);

  /** Everything as it is now, whatever is written later. */
  View view();

  @Override
  void close();

  /** Content at one moment. Used by one thread, which need not be the database's. */
  interface View extends AutoCloseable {
    /** The keys of a family that begin so, in order. */
    Cursor cursor(int family, byte[] prefix);

    /**
     * The keys of the first family from one on, in order.
     *
     * @param end where to stop: the first key that is not wanted; null for none
     */
    Cursor range(byte[] first, byte[] end);

    /** Lets go of the content; on any thread. */
    @Override
    void close();
  }

  /** A walk over keys in order. */
  interface Cursor extends AutoCloseable {
    /** Goes to the next key, at first to the first one; false when there is none. */
    boolean next();

    /** The key. */
    byte[] key();

    /** Its value. */
    byte[] value();

    @Override
    void close();
  }
}
