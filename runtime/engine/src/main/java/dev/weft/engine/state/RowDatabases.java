package dev.weft.engine.state;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** Makes databases for state. Thread-safe. */
public interface RowDatabases extends AutoCloseable {
  /**
   * Opens an empty database.
   *
   * @throws dev.weft.api.error.WeftException with code RESOURCE when that is not possible
   */
  RowDatabase open(Place place);

  /**
   * Opens a database with the content that {@link RowDatabase#files} had. When what lies near turns
   * out to be damaged right away, it is read from where it lies otherwise.
   *
   * @throws IOException when the content cannot be read
   */
  RowDatabase open(Place place, Content content) throws IOException;

  /**
   * Where a database lies.
   *
   * @param directory a local directory for its files, as a URI; it must not exist, and is deleted
   *     soon after the database is closed
   * @param whenDamaged hears, before the call that notices it fails, that its files do not hold
   *     what was written; on any thread that uses the database
   */
  record Place(String directory, Runnable whenDamaged) {}

  /** The files of a database, wherever they lie. */
  interface Content {
    /** Their names. */
    List<String> names();

    /** Appends the bytes of one to a stream, checked. */
    void read(String name, OutputStream target) throws IOException;

    /**
     * The path, as a file store has it, of a file on this machine's disk that is one of them and of
     * the right length. It may be linked, but never changed.
     *
     * @return null when there is none
     */
    default String near(String name) throws IOException {
      return null;
    }
  }

  /** None, where state is on the heap only. */
  static RowDatabases none() {
    return new RowDatabases() {
      @Override
      public RowDatabase open(Place place) {
        throw new WeftException(
            ErrorCode.USER,
            "There are no databases for state here; use state.backend.type: hashmap");
      }

      @Override
      public RowDatabase open(Place place, Content content) {
        return open(place);
      }

      @Override
      public void close() {
        // nothing is shared
      }
    };
  }

  /** Lets go of what databases share, and waits until those are closed; nobody may use one. */
  @Override
  void close();
}
