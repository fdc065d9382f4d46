package dev.weft.engine.checkpoint;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileStore;
import java.io.IOException;

/** Deletes a savepoint that nobody needs any more. */
public final class SnapshotDisposal {
  private SnapshotDisposal() {}

  /**
   * Deletes the directory of a savepoint; blocks.
   *
   * @param path the directory, or the manifest in it
   * @throws WeftException with code USER when there is no savepoint: nothing is deleted then
   */
  public static void dispose(FileStore files, String path) throws IOException {
    RegisteredCheckpoint found;
    Manifest manifest;
    try {
      found = CheckpointStore.find(files, path);
      manifest = CheckpointStore.load(files, found);
    } catch (ChecksummedFile.DamagedException e) {
      throw refused(path, e.getMessage(), e);
    }
    if (!manifest.isSavepoint()) {
      throw refused(
          path, "it is a checkpoint of job " + manifest.jobId() + ", which the job deletes", null);
    }
    files.delete(found.directory());
  }

  private static WeftException refused(String path, String why, Throwable cause) {
    return new WeftException(
        ErrorCode.USER,
        "The savepoint " + path + " is not deleted: " + why + ". Name the savepoint's directory",
        cause);
  }
}
