package dev.weft.engine.worker;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.protocol.SnapshotHandle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Reads the bytes of snapshots back. */
public final class SnapshotReader {
  private SnapshotReader() {}

  /**
   * All bytes of a snapshot; may block.
   *
   * @throws WeftException with code DEPENDENCY when they cannot be read or are not what was written
   */
  public static ByteBuffer read(FileStore files, SnapshotHandle handle) {
    byte[] bytes = handle.isInline() ? handle.inline() : readFile(files, handle);
    if (bytes.length != handle.length() || checksum(bytes, bytes.length) != handle.crc32c()) {
      throw damaged(handle, "the checksum of its " + bytes.length + " bytes does not match", null);
    }
    return ByteBuffer.wrap(bytes);
  }

  static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  private static byte[] readFile(FileStore files, SnapshotHandle handle) {
    if (handle.length() < 0 || handle.length() > Integer.MAX_VALUE - 16) {
      throw damaged(handle, "it says " + handle.length() + " bytes", null);
    }
    byte[] bytes = new byte[(int) handle.length()];
    try (FileInput input = files.open(handle.path())) {
      input.readFully(handle.offset(), bytes, 0, bytes.length);
    } catch (IOException e) {
      throw damaged(handle, e.toString(), e);
    }
    return bytes;
  }

  private static WeftException damaged(SnapshotHandle handle, String what, Throwable cause) {
    return new WeftException(
        ErrorCode.DEPENDENCY,
        "The state in "
            + (handle.isInline() ? "the checkpoint's manifest" : handle.path())
            + " at offset "
            + handle.offset()
            + " cannot be read: "
            + what
            + "; restore an earlier checkpoint if this does not pass",
        cause);
  }
}
