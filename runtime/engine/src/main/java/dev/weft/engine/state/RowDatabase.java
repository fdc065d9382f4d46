package dev.weft.engine.state;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;

/**
 * Bytes by key outside of the heap, in families with the order of unsigned bytes. What is put or
 * deleted is gathered until {@link #write}; reads see what was written. Used by one thread, but for
 * a {@link View}.
 */
public interface RowDatabase extends AutoCloseable {
  /** The family that exists from the beginning. */
  int ROWS = 0;

  /**
   * What the names of families begin with that hold the entries of maps; the number of the map's
   * column among the states follows, from 1.
   */
  String MAPS = "map-";

  /** The number of a family, which is made when there is none of this name. */
  int family(String name);

  /** The names of the families that there are. */
  Set<String> families();

  /** About how many keys the first family has. */
  long estimatedRows();

  /** The value of a key, or null. */
  byte[] find(int family, byte[] key);

  /**
   * The values of many keys of a family.
   *
   * @param keys the first {@code size} are looked up
   * @param values takes each key's value, or null
   */
  void findAll(int family, byte[][] keys, int size, byte[][] values);

  /** Gathers a value for a key, each a part of an array that may be used again at once. */
  void put(
      int family, byte[] key, int keyAt, int keyLength, byte[] value, int valueAt, int valueLength);

  /** Gathers a value for a key. The array may be used again at once. */
  default void put(int family, byte[] key, byte[] value, int length) {
    put(family, key, 0, key.length, value, 0, length);
  }

  /** Gathers that a key, a part of an array, has no value. */
  void delete(int family, byte[] key, int keyAt, int keyLength);

  /** Gathers that a key has no value. */
  default void delete(int family, byte[] key) {
    delete(family, key, 0, key.length);
  }

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

  /** Everything as it is now, as files that a database can be opened from. */
  Files files();

  @Override
  void close();

  /** Content at one moment. Used by one thread, which need not be the database's. */
  interface View extends AutoCloseable {
    /** The keys of a family that begin so, in order. */
    Cursor cursor(int family, byte[] prefix);

    /**
     * The keys of a family from one on, in order.
     *
     * @param end where to stop: the first key that is not wanted; null for none
     */
    Cursor range(int family, byte[] first, byte[] end);

    /** Lets go of the content; on any thread. */
    @Override
    void close();
  }

  /** Content at one moment as files. Used by one thread, which need not be the database's. */
  interface Files extends AutoCloseable {
    /** The files. */
    List<Entry> list();

    /** Reads one of them. */
    InputStream open(String name) throws IOException;

    /**
     * Lets one of them lie in another place too, which takes no room on the disk where that can
     * link. Nothing happens when it does already.
     *
     * @param target the path of a local file, as a file store has it, in a directory that exists
     */
    void link(String name, String target) throws IOException;

    /** Lets go of the files; on any thread. */
    @Override
    void close();

    /**
     * A file.
     *
     * @param fixed whether a file of this name and length has the same bytes in all of them
     */
    record Entry(String name, long length, boolean fixed) {}
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
