package dev.weft.engine.worker.snapshot;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.protocol.KeyedSlice;
import dev.weft.engine.protocol.SnapshotHandle;
import dev.weft.engine.state.RowDatabases;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/** Reads the bytes of snapshots back. */
public final class SnapshotReader {
  /** What a handle may have at most; it is read as one array. */
  public static final long BYTES_MAX = Integer.MAX_VALUE - 16;

  private static final int COPY_BYTES = 64 * 1024;

  private SnapshotReader() {}

  /** The database files of a slice, as they lie in a checkpoint. */
  public record SliceContent(FileStore files, KeyedSlice slice) implements RowDatabases.Content {
    @Override
    public List<String> names() {
      return slice.files().stream().map(KeyedSlice.File::name).toList();
    }

    @Override
    public void read(String name, OutputStream target) throws IOException {
      for (KeyedSlice.File file : slice.files()) {
        if (file.name().equals(name)) {
          copy(files, file.handle(), target);
        }
      }
    }
  }

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

  /**
   * Copies the bytes of a snapshot; may block.
   *
   * @throws IOException when the target does not take them
   * @throws WeftException as {@link #read}
   */
  public static void copy(FileStore files, SnapshotHandle handle, OutputStream target)
      throws IOException {
    CRC32C checksum = new CRC32C();
    byte[] buffer = new byte[COPY_BYTES];
    try (FileInput input = open(files, handle)) {
      for (long at = 0; at < handle.length(); ) {
        int count = (int) Math.min(buffer.length, handle.length() - at);
        try {
          input.readFully(handle.offset() + at, buffer, 0, count);
        } catch (IOException e) {
          throw damaged(handle, e.toString(), e);
        }
        checksum.update(buffer, 0, count);
        target.write(buffer, 0, count);
        at += count;
      }
    }
    if ((int) checksum.getValue() != handle.crc32c()) {
      throw damaged(
          handle, "the checksum of its " + handle.length() + " bytes does not match", null);
    }
  }

  private static FileInput open(FileStore files, SnapshotHandle handle) {
    try {
      return files.open(handle.path());
    } catch (IOException e) {
      throw damaged(handle, e.toString(), e);
    }
  }

  /** The checksum of the first bytes of an array. */
  public static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  private static byte[] readFile(FileStore files, SnapshotHandle handle) {
    if (handle.length() < 0 || handle.length() > BYTES_MAX) {
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
