package dev.weft.engine.worker.snapshot;

import dev.weft.api.fs.FileStore;
import dev.weft.engine.protocol.SnapshotHandle;
import java.io.IOException;

/**
 * Where a task reads what it restores.
 *
 * @param store the files of checkpoints
 * @param tables files of databases that lie on this machine too
 */
public record CheckpointFiles(FileStore store, Tables tables) {
  /** Files of which none lies on this machine. */
  public static CheckpointFiles of(FileStore store) {
    return new CheckpointFiles(
        store,
        new Tables() {
          @Override
          public String find(SnapshotHandle handle) {
            return null;
          }

          @Override
          public void distrust() {
            // there is nothing to trust
          }
        });
  }

  /** The files of databases that lie on this machine. Thread-safe; its methods may block. */
  public interface Tables {
    /**
     * The path of a local file that has these bytes, or null when there is none. It has the right
     * length; its bytes were not looked at.
     */
    String find(SnapshotHandle handle) throws IOException;

    /** None of them is used again: one turned out not to hold what was written. */
    void distrust();
  }
}
