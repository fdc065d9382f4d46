package dev.weft.engine.worker.snapshot;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.batch.stored.StoredBytes;
import dev.weft.engine.protocol.KeyedSlice;
import dev.weft.engine.protocol.SnapshotHandle;
import dev.weft.engine.state.RowDatabases;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.zip.CRC32C;

/** Reads the bytes of snapshots back. */
public final class SnapshotReader {
  /** What may be read as one array. */
  private static final long ARRAY_BYTES_MAX = Integer.MAX_VALUE - 16;

  private static final int COPY_BYTES = 64 * 1024;

  private SnapshotReader() {}

  /** The database files of a slice, as they lie in a checkpoint. */
  public record SliceContent(CheckpointFiles files, KeyedSlice slice)
      implements RowDatabases.Content {
    @Override
    public List<String> names() {
      return slice.files().stream().map(KeyedSlice.File::name).toList();
    }

    @Override
    public void read(String name, OutputStream target) throws IOException {
      copy(files.store(), handle(name), target);
    }

    @Override
    public String near(String name) throws IOException {
      return files.tables().find(handle(name));
    }

    private SnapshotHandle handle(String name) {
      for (KeyedSlice.File file : slice.files()) {
        if (file.name().equals(name)) {
          return file.handle();
        }
      }
      throw new IllegalArgumentException("no file " + name + " among " + names());
    }
  }

  /**
   * The bytes of a snapshot, read part by part and each part checked before it is handed out.
   *
   * @throws WeftException now or while reading, as {@link #read}
   */
  public static StoredBytes open(FileStore files, SnapshotHandle handle) {
    return handle.isInline()
        ? StoredBytes.of(read(files, handle))
        : new SnapshotBytes(files, handle);
  }

  /** The parts of a snapshot in a file; one without parts is one itself. */
  static SnapshotHandle.Parts parts(SnapshotHandle handle) {
    SnapshotHandle.Parts parts = handle.parts();
    if (parts == null) {
      checkLength(handle);
      int length = (int) Math.max(1, handle.length());
      return new SnapshotHandle.Parts(length, new long[] {handle.crc32c()});
    }
    if (parts.bytes() <= 0
        || handle.length() < 0
        || (handle.length() + parts.bytes() - 1) / parts.bytes() != parts.checksums().length) {
      throw failure(
          ErrorCode.DATA,
          handle,
          String.format(
              "it says %d bytes in %d parts of %d",
              handle.length(), parts.checksums().length, parts.bytes()),
          null);
    }
    return parts;
  }

  /**
   * All bytes of a small snapshot; may block.
   *
   * @throws WeftException with code DATA when they are not there or not what was written, with code
   *     DEPENDENCY when they cannot be read now
   */
  public static ByteBuffer read(FileStore files, SnapshotHandle handle) {
    byte[] bytes = handle.isInline() ? handle.inline() : readFile(files, handle);
    if (bytes.length != handle.length() || checksum(bytes, bytes.length) != handle.crc32c()) {
      throw damaged(handle, 0, bytes.length);
    }
    return ByteBuffer.wrap(bytes);
  }

  /**
   * The first bytes of a snapshot, or all where there are fewer; may block. They are not checked:
   * the checksum is over all.
   *
   * @throws WeftException as {@link #read}
   */
  public static ByteBuffer readFirst(FileStore files, SnapshotHandle handle, long length) {
    if (handle.isInline()) {
      return read(files, handle);
    }
    byte[] bytes = new byte[(int) Math.min(handle.length(), Math.min(length, ARRAY_BYTES_MAX))];
    try (FileInput input = files.open(handle.path())) {
      input.readFully(handle.offset(), bytes, 0, bytes.length);
    } catch (IOException e) {
      throw unreadable(handle, e);
    }
    return ByteBuffer.wrap(bytes);
  }

  /**
   * Checks all bytes of a snapshot, up to the first part that is damaged; may block.
   *
   * @throws WeftException as {@link #read}
   */
  public static void check(FileStore files, SnapshotHandle handle) {
    if (handle.isInline()) {
      read(files, handle);
      return;
    }
    if (handle.parts() != null) {
      try (SnapshotBytes parts = new SnapshotBytes(files, handle)) {
        parts.check();
      }
      return;
    }
    try {
      copy(files, handle, OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw unreadable(handle, e);
    }
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
    try (FileInput input = openFile(files, handle)) {
      for (long at = 0; at < handle.length(); ) {
        int count = (int) Math.min(buffer.length, handle.length() - at);
        try {
          input.readFully(handle.offset() + at, buffer, 0, count);
        } catch (IOException e) {
          throw unreadable(handle, e);
        }
        checksum.update(buffer, 0, count);
        target.write(buffer, 0, count);
        at += count;
      }
    }
    if ((int) checksum.getValue() != handle.crc32c()) {
      throw damaged(handle, 0, handle.length());
    }
  }

  private static FileInput openFile(FileStore files, SnapshotHandle handle) {
    try {
      return files.open(handle.path());
    } catch (IOException e) {
      throw unreadable(handle, e);
    }
  }

  /** The checksum of the first bytes of an array. */
  public static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  private static byte[] readFile(FileStore files, SnapshotHandle handle) {
    checkLength(handle);
    byte[] bytes = new byte[(int) handle.length()];
    try (FileInput input = files.open(handle.path())) {
      input.readFully(handle.offset(), bytes, 0, bytes.length);
    } catch (IOException e) {
      throw unreadable(handle, e);
    }
    return bytes;
  }

  private static void checkLength(SnapshotHandle handle) {
    if (handle.length() < 0 || handle.length() > ARRAY_BYTES_MAX) {
      throw failure(ErrorCode.DATA, handle, "it says " + handle.length() + " bytes", null);
    }
  }

  /** The failure for bytes that are not those that were written. */
  static WeftException damaged(SnapshotHandle handle, long start, long length) {
    String part = start == 0 && length == handle.length() ? "" : " from byte " + start + " on";
    return failure(
        ErrorCode.DATA,
        handle,
        "the checksum of its " + length + " bytes" + part + " does not match",
        null);
  }

  /** What is gone or too short does not come back by itself. */
  static WeftException unreadable(SnapshotHandle handle, IOException cause) {
    boolean lost =
        cause instanceof NoSuchFileException
            || cause instanceof FileNotFoundException
            || cause instanceof EOFException;
    return failure(lost ? ErrorCode.DATA : ErrorCode.DEPENDENCY, handle, cause.toString(), cause);
  }

  private static WeftException failure(
      ErrorCode code, SnapshotHandle handle, String what, Throwable cause) {
    String message =
        "The state in "
            + (handle.isInline() ? "the checkpoint's manifest" : handle.path())
            + " at offset "
            + handle.offset()
            + " cannot be read: "
            + what
            + "; restore an earlier checkpoint if this does not pass";
    return code == ErrorCode.DATA
        ? new DamagedStateException(message, cause, handle.path())
        : new WeftException(code, message, cause);
  }
}
