package dev.weft.connectors.hdfs.sink;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileStatus;
import dev.weft.api.fs.FileStore;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * Moves staged files to where readers see them. Moving a file that was moved already does nothing:
 * the file at the target is recognised by its length and checksum. Used by one thread.
 */
public final class StagedFilePublisher {
  private static final int BUFFER_BYTES = 256 << 10;

  private final FileStore files;
  private final Set<String> directoriesMade = new HashSet<>();

  /** A publisher for one round of commits. */
  public StagedFilePublisher(FileStore files) {
    this.files = files;
  }

  /**
   * Moves a file into a directory, which is made where it is missing.
   *
   * @throws IOException when the outcome is unknown or it may be tried again
   * @throws WeftException with code DATA when another file has the target's name, with code ENGINE
   *     when the staged file is gone
   */
  public void publish(StagedFile file, String directory) throws IOException {
    if (directoriesMade.add(directory)) {
      files.createDirectories(directory);
    }
    String target = directory + "/" + file.name();
    try {
      files.rename(file.stagedPath(), target);
    } catch (FileAlreadyExistsException e) {
      checkSame(file, target, e);
    } catch (NoSuchFileException e) {
      if (files.status(target).isPresent()) {
        checkSame(file, target, e);
      } else if (files.status(file.stagedPath()).isPresent()) {
        directoriesMade.remove(directory);
        throw e;
      } else {
        throw new WeftException(
            ErrorCode.ENGINE,
            "The staged file '"
                + file.stagedPath()
                + "' of a completed checkpoint is gone and '"
                + target
                + "' does not exist: "
                + file.records()
                + " records of output are lost; was the staging directory cleaned by hand?",
            e);
      }
    }
  }

  private void checkSame(StagedFile file, String target, IOException cause) throws IOException {
    Optional<FileStatus> status = files.status(target);
    if (status.isEmpty()) {
      throw cause;
    }
    boolean same =
        !status.get().directory()
            && status.get().length() == file.length()
            && checksum(target) == file.crc32c();
    if (!same) {
      throw new WeftException(
          ErrorCode.DATA,
          "The file '"
              + target
              + "' exists with "
              + status.get().length()
              + " bytes and is not the output of this job ("
              + file.length()
              + " bytes, checksum "
              + String.format("%08x", file.crc32c())
              + "); move it away and restart the job, its output waits at '"
              + file.stagedPath()
              + "'",
          cause);
    }
  }

  private int checksum(String path) throws IOException {
    CRC32C checksum = new CRC32C();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (FileInput input = files.open(path)) {
      for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
        checksum.update(buffer, 0, count);
      }
    }
    return (int) checksum.getValue();
  }
}
