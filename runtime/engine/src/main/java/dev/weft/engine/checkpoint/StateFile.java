package dev.weft.engine.checkpoint;

import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.checkpoint.ChecksummedFile.DamagedException;
import dev.weft.engine.protocol.SnapshotHandle;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.zip.CRC32C;

/** Files with the state of subtasks, which the leader reads only to know whether they are whole. */
final class StateFile {
  private static final int BUFFER_BYTES = 1 << 16;

  private StateFile() {}

  /**
   * Reads the bytes of a handle; blocks.
   *
   * @throws DamagedException when they are not there or not what was written
   * @throws IOException when they could not be read now
   */
  static void verify(FileStore files, SnapshotHandle handle) throws IOException {
    CRC32C checksum = new CRC32C();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (FileInput input = files.open(handle.path())) {
      for (long at = 0; at < handle.length(); ) {
        int count = (int) Math.min(buffer.length, handle.length() - at);
        input.readFully(handle.offset() + at, buffer, 0, count);
        checksum.update(buffer, 0, count);
        at += count;
      }
    } catch (NoSuchFileException | FileNotFoundException | EOFException e) {
      throw new DamagedException(
          "The file of state " + handle.path() + " is missing or cut: " + e.getMessage());
    }
    if ((int) checksum.getValue() != handle.crc32c()) {
      throw new DamagedException(
          "The file of state "
              + handle.path()
              + " is damaged: the checksum of its "
              + handle.length()
              + " bytes at "
              + handle.offset()
              + " does not match");
    }
  }
}
