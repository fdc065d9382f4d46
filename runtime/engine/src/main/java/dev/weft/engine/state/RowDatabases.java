package dev.weft.engine.state;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;

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
      public void close() {
        // nothing is shared
      }
    };
  }

  /** Lets go of what databases share; they must be closed. */
  @Override
  void close();
}
