package dev.weft.engine.checkpoint;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.checkpoint.ChecksummedFile.DamagedException;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * Where an attempt continues from.
 *
 * @param manifest null for a start from nothing
 * @param source where the manifest lies; null for a start from nothing
 * @param warning what people should know, such as that an older checkpoint had to be taken; empty
 *     when there is nothing
 */
public record RestorePoint(Manifest manifest, RegisteredCheckpoint source, String warning) {
  /** A start from nothing. */
  public static final RestorePoint NOTHING = new RestorePoint(null, null, "");

  /**
   * Reads the manifest to continue from; blocks.
   *
   * @param registered the checkpoints that are complete and kept, the newest first
   * @param suspects files that a subtask found damaged. They are looked at once more, since what it
   *     saw may have been wrong on its way only
   * @param mayFallBack whether an older checkpoint may stand in for a damaged one. It may not when
   *     output that the newer one covers may be visible already: it would appear twice
   * @throws WeftException when there is no way; nothing was changed
   * @throws IOException when it could not be read now
   */
  public static RestorePoint load(
      CheckpointStore store,
      List<RegisteredCheckpoint> registered,
      Set<String> suspects,
      boolean mayFallBack)
      throws IOException {
    StringBuilder damages = new StringBuilder();
    for (RegisteredCheckpoint checkpoint : registered) {
      try {
        Manifest manifest = store.load(checkpoint);
        store.verify(manifest, suspects);
        String warning =
            damages.length() == 0
                ? ""
                : "Continues from the older checkpoint " + checkpoint.id() + ": " + damages;
        return new RestorePoint(manifest, checkpoint, warning);
      } catch (DamagedException e) {
        damages.append(e.getMessage()).append(". ");
        if (!mayFallBack) {
          break;
        }
      }
    }
    throw new WeftException(
        ErrorCode.DATA,
        damages
            + "The job does not start, since it would lose its state"
            + (mayFallBack ? "" : " or repeat output")
            + "; everything is kept. Bring the file back, or submit the job again with"
            + " execution.state-recovery.path set to another checkpoint below "
            + store.root());
  }

  /**
   * Reads what the user named; blocks.
   *
   * @throws WeftException with code USER when there is nothing to start from
   */
  public static RestorePoint named(CheckpointStore store, FileStore files, String path)
      throws IOException {
    try {
      RegisteredCheckpoint found = CheckpointStore.find(files, path);
      Manifest manifest = store.load(found);
      return new RestorePoint(
          store.isCommitted(found) ? manifest.committed() : manifest, found, "");
    } catch (DamagedException e) {
      throw new WeftException(
          ErrorCode.USER,
          "The job can not start from "
              + path
              + ": "
              + e.getMessage()
              + ". Nothing was started or changed; check the path given with -s or"
              + " execution.state-recovery.path",
          e);
    }
  }
}
