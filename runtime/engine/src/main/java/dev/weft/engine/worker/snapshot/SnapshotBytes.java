package dev.weft.engine.worker.snapshot;

import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.batch.ByteSource;
import dev.weft.engine.batch.stored.StoredBytes;
import dev.weft.engine.protocol.SnapshotHandle;
import java.io.IOException;

/**
 * The bytes of a snapshot in a file. One part of them is in memory at a time, and only after its
 * checksum was compared.
 */
final class SnapshotBytes implements StoredBytes {
  private final FileStore files;
  private final SnapshotHandle handle;
  private final SnapshotHandle.Parts parts;
  private FileInput input; // null until something is read
  private byte[] part = new byte[0];
  private long loaded = -1;

  /**
   * Nothing is read yet.
   *
   * @throws WeftException with code DATA when the handle makes no sense
   */
  SnapshotBytes(FileStore files, SnapshotHandle handle) {
    this.files = files;
    this.handle = handle;
    this.parts = SnapshotReader.parts(handle);
  }

  /** Reads all parts, one after another. */
  void check() {
    for (int i = 0; i < parts.checksums().length; i++) {
      load(i);
    }
  }

  @Override
  public long length() {
    return handle.length();
  }

  @Override
  public ByteSource range(long start, long end) {
    if (start == end) {
      return new ByteSource(part, 0, 0);
    }
    if (start / parts.bytes() < (end - 1) / parts.bytes()) {
      return new ByteSource(new Range(start), end - start);
    }
    load(start / parts.bytes());
    int at = (int) (start % parts.bytes());
    return new ByteSource(part, at, at + (int) (end - start));
  }

  /** Gives bytes that lie in several parts. */
  private final class Range implements ByteSource.Feed {
    private long next;

    Range(long start) {
      this.next = start;
    }

    @Override
    public int read(byte[] target, int start, int length) {
      load(next / parts.bytes());
      int at = (int) (next % parts.bytes());
      int count = Math.min(length, lengthOf(loaded) - at);
      System.arraycopy(part, at, target, start, count);
      next += count;
      return count;
    }
  }

  private int lengthOf(long index) {
    return (int) Math.min(parts.bytes(), handle.length() - index * parts.bytes());
  }

  private void load(long index) {
    if (index == loaded) {
      return;
    }
    int length = lengthOf(index);
    if (part.length < length) {
      part = new byte[length];
    }
    loaded = -1;
    try {
      if (input == null) {
        input = files.open(handle.path());
      }
      input.readFully(handle.offset() + index * parts.bytes(), part, 0, length);
    } catch (IOException e) {
      throw SnapshotReader.unreadable(handle, e);
    }
    if (SnapshotReader.checksum(part, length) != (int) parts.checksums()[(int) index]) {
      throw SnapshotReader.damaged(handle, index * parts.bytes(), length);
    }
    loaded = index;
  }

  @Override
  public void close() {
    part = new byte[0];
    loaded = -1;
    if (input != null) {
      try {
        input.close();
      } catch (IOException e) {
        // everything that was wanted of it was read
      }
      input = null;
    }
  }
}
