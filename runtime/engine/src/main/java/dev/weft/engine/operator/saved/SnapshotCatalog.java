package dev.weft.engine.operator.saved;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileStore;
import java.io.IOException;
import java.util.List;

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

  /**
   * Refuses a savepoint whose directory has one already or whose base does not fit.
   *
   * @throws WeftException with code USER that says what the base has
   */
  void check(FileStore files, SavepointDraft draft) throws IOException;

  /**
   * Copies what the savepoint takes over from its base, deletes what attempts that failed have
   * left, and makes the manifest.
   *
   * @param pieces of all added operators, from all their subtasks
   * @return the bytes of the manifest's file
   */
  byte[] assemble(FileStore files, SavepointDraft draft, List<OperatorPiece> pieces)
      throws IOException;

  /** None, where no snapshots are read as data. */
  static SnapshotCatalog none() {
    return new SnapshotCatalog() {
      @Override
      public OperatorPart find(FileStore files, String path, String uid, int part, int parts) {
        throw none();
      }

      @Override
      public String describe(FileStore files, String path, String uid) {
        throw none();
      }

      @Override
      public void check(FileStore files, SavepointDraft draft) {
        throw none();
      }

      @Override
      public byte[] assemble(FileStore files, SavepointDraft draft, List<OperatorPiece> pieces) {
        throw none();
      }

      private WeftException none() {
        return new WeftException(
            ErrorCode.USER, "Snapshots are not read or written here: run the program on a cluster");
      }
    };
  }
}
