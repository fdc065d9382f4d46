package dev.weft.engine.checkpoint;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileStatus;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.checkpoint.ChecksummedFile.DamagedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.Optional;

/**
 * The mark of the job that owns a snapshot: a file with its id in the snapshot's directory, made
 * only where there is none. So of several jobs that want a snapshot, of one cluster or of several,
 * one gets it. It goes with the snapshot, or when the job ends before. Calls block.
 */
public final class SnapshotClaim {
  /**
   * Who has a snapshot.
   *
   * @param jobId empty when the file is damaged and does not tell
   * @param sinceMillis since when, milliseconds since 1970
   */
  public record Holder(String jobId, long sinceMillis) {}

  /** The name of the file. */
  public static final String NAME = "_claimed";

  private SnapshotClaim() {}

  /**
   * Makes a snapshot a job's own; may be repeated.
   *
   * @param directory of the snapshot
   * @throws WeftException with code USER when it is another job's; nothing was changed
   * @throws IOException when it is not known whether it is the job's now
   */
  public static void make(FileStore files, String directory, String jobId) throws IOException {
    String path = directory + "/" + NAME;
    String own = path + "-" + jobId; // whole before it counts
    try {
      files.delete(own);
      ChecksummedFile.create(
          files, own, ChecksummedFile.seal(jobId.getBytes(StandardCharsets.UTF_8)));
      files.rename(own, path);
      return;
    } catch (IOException e) {
      if (isOf(jobId, files, path)) {
        return; // it was so before, or only the answer was lost
      }
      files.delete(own);
      if (!(e instanceof FileAlreadyExistsException) || files.status(path).isEmpty()) {
        throw e;
      }
    }
    throw new WeftException(
        ErrorCode.USER,
        directory
            + " was claimed by "
            + ownerOf(files, path)
            + ". Use -rm no_claim, or end that job first; if it is gone for good, call 'weft state"
            + " release "
            + directory
            + "'");
  }

  /**
   * Gives a snapshot back that the job claimed. Nothing happens when it is gone or another's.
   *
   * @param directory of the snapshot
   */
  public static void release(FileStore files, String directory, String jobId) throws IOException {
    String path = directory + "/" + NAME;
    if (isOf(jobId, files, path)) {
      files.delete(path);
    }
  }

  /** Who has a snapshot; empty when nobody claimed it. */
  public static Optional<Holder> holder(FileStore files, String directory) throws IOException {
    String path = directory + "/" + NAME;
    Optional<FileStatus> status = files.status(path);
    if (status.isEmpty()) {
      return Optional.empty();
    }
    String jobId;
    try {
      jobId = read(files, path);
    } catch (DamagedException e) {
      jobId = "";
    }
    return Optional.of(new Holder(jobId, status.get().modifiedMillis()));
  }

  /**
   * Takes a snapshot away from its holder, who must not run any more. Nothing happens when another
   * has it by now.
   */
  public static void revoke(FileStore files, String directory, Holder holder) throws IOException {
    Optional<Holder> present = holder(files, directory);
    if (present.isPresent() && present.get().jobId().equals(holder.jobId())) {
      files.delete(directory + "/" + NAME);
    }
  }

  private static boolean isOf(String jobId, FileStore files, String path) throws IOException {
    try {
      return read(files, path).equals(jobId);
    } catch (DamagedException e) {
      return false;
    }
  }

  private static String ownerOf(FileStore files, String path) throws IOException {
    try {
      return "job " + read(files, path);
    } catch (DamagedException e) {
      return "a job that can not be told (" + e.getMessage() + ")";
    }
  }

  private static String read(FileStore files, String path) throws IOException {
    return new String(ChecksummedFile.read(files, path), StandardCharsets.UTF_8);
  }
}
