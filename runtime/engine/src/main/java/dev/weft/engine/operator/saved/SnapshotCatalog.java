package dev.weft.engine.operator.saved;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileStore;

/** Looks checkpoints and savepoints up. Keeps no state; calls block. */
public interface SnapshotCatalog {
  /**
   * A part of what a snapshot holds of an operator.
   *
   * @param path the snapshot's directory or manifest
   * @param part which, from 0
   * @param parts in how many parts the state is cut
   * @throws WeftException with code USER when there is no such snapshot, it is not whole, or it has
   *     no such operator, and then with those that it has
   */
  OperatorPart find(FileStore files, String path, String uid, int part, int parts);

  /** The states that a snapshot holds of an operator, for messages. */
  String describe(FileStore files, String path, String uid);

  /** None, where no snapshots are read as data. */
  static SnapshotCatalog none() {
    return new SnapshotCatalog() {
      @Override
      public OperatorPart find(FileStore files, String path, String uid, int part, int parts) {
        throw new WeftException(
            ErrorCode.USER, "State can not be read here: run the program on a cluster");
      }

      @Override
      public String describe(FileStore files, String path, String uid) {
        return "";
      }
    };
  }
}
