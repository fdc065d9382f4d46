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
   * @param directory a local directory for its files, as a URI; it must not exist, and is deleted
   *     when the database is closed
   * @throws dev.weft.api.error.WeftException with code RESOURCE when that is not possible
   */
  RowDatabase open(String directory);

  /**
   * Opens a database with the content that {@link RowDatabase#files} had.
   *
   * @throws IOException when the content cannot be read
   */
  RowDatabase open(String directory, Content content) throws IOException;

  /** The files of a database, wherever they lie. */
  interface Content {
    /** Their names. */
    List<String> names();

    /** Appends the bytes of one to a stream, checked. */
    void read(String name, OutputStream target) throws IOException;
  }

  /** None, where state is on the heap only. */
  static RowDatabases none() {
    return new RowDatabases() {
      @Override
      public RowDatabase open(String directory) {
        throw new WeftException(
            ErrorCode.USER,
            "There are no databases for state here; use state.backend.type: hashmap");
      }

      @Override
      public RowDatabase open(String directory, Content content) {
        return open(directory);
      }

      @Override
      public void close() {
        // nothing is shared
      }
    };
  }

  /** Lets go of what databases share; they must be closed. */
  @Override
  void close();
}
