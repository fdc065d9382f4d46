package dev.weft.engine.server.host;

import com.sun.nio.file.ExtendedOpenOption;
import dev.weft.api.fs.FileOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A file of this machine that is being written. Once a durable one is large, it goes to the disk
 * past the operating system's cache where that is possible: all of it has to be there when it is
 * closed, it is rarely read soon, and the way through the cache takes processor time and memory.
 */
final class LocalFileOutput extends FileOutput {
  /** All but the last write has a multiple of it, as disks want it that are written directly. */
  private static final int UNIT_BYTES = 64 * 1024;

  /** What is written directly at a time. */
  private static final int PART_BYTES = 1 << 20;

  private static final long LARGE_BYTES = 1 << 20;

  private final Path file;
  private final FileChannel channel;
  private final boolean durable;
  private final AtomicReference<ByteBuffer> spare;
  private final ByteBuffer buffer = ByteBuffer.allocate(UNIT_BYTES);
  private FileChannel direct; // null while the file is small, and where it does not work
  private ByteBuffer part; // where direct writes come from
  private boolean directWanted;
  private long written;
  private boolean ended;

  /**
   * An output.
   *
   * @param channel of the new, empty file
   * @param durable whether it has to be on disk when it is closed
   * @param spare memory for one output at a time; the others take their own
   */
  LocalFileOutput(
      Path file, FileChannel channel, boolean durable, AtomicReference<ByteBuffer> spare) {
    this.file = file;
    this.spare = spare;
    this.channel = channel;
    this.durable = durable;
    this.directWanted = durable;
  }

  @Override
  public long position() {
    return written + buffer.position();
  }

  @Override
  public void write(int b) throws IOException {
    buffer.put((byte) b);
    drainWhenFull();
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int end = offset + length;
    for (int at = offset; at < end; ) {
      int count = buffer.position() == 0 ? end - at & -UNIT_BYTES : 0;
      if (count > 0) {
        writeUnits(ByteBuffer.wrap(bytes, at, count));
      } else {
        count = Math.min(end - at, buffer.remaining());
        buffer.put(bytes, at, count);
        drainWhenFull();
      }
      at += count;
    }
  }

  private void drainWhenFull() throws IOException {
    if (!buffer.hasRemaining()) {
      buffer.flip();
      writeUnits(buffer);
      buffer.clear();
    }
  }

  private void writeUnits(ByteBuffer units) throws IOException {
    if (directWanted && written >= LARGE_BYTES) {
      directWanted = false;
      openDirect();
    }
    try {
      while (direct != null && units.hasRemaining()) {
        writePart(units);
      }
    } catch (IOException e) {
      closeDirect(); // what does not work otherwise either fails again below
    }
    writeFully(channel, units);
  }

  private void openDirect() {
    try {
      direct = FileChannel.open(file, StandardOpenOption.WRITE, ExtendedOpenOption.DIRECT);
    } catch (IOException | UnsupportedOperationException e) {
      return; // not every file system offers it
    }
    part = spare.getAndSet(null);
    if (part == null) {
      part = ByteBuffer.allocateDirect(PART_BYTES + UNIT_BYTES).alignedSlice(UNIT_BYTES);
    }
  }

  private void writePart(ByteBuffer units) throws IOException {
    int start = units.position();
    int count = Math.min(units.remaining(), PART_BYTES);
    long before = written;
    part.clear().put(units.slice(start, count)).flip();
    try {
      writeFully(direct, part);
    } finally {
      units.position(start + (int) (written - before));
    }
  }

  private void closeDirect() throws IOException {
    if (direct != null) {
      FileChannel open = direct;
      direct = null;
      spare.set(part);
      part = null;
      open.close();
    }
  }

  private void writeFully(FileChannel target, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      written += target.write(bytes, written);
    }
  }

  @Override
  public void close() throws IOException {
    if (ended) {
      return;
    }
    try (channel) {
      closeDirect();
      buffer.flip();
      writeFully(channel, buffer);
      if (durable) {
        channel.force(true);
      }
    }
    if (durable) {
      LocalFileStore.syncDirectory(file.toAbsolutePath().getParent());
    }
    ended = true;
  }

  @Override
  public void abort() {
    if (ended) {
      return;
    }
    ended = true;
    try (channel) {
      Files.deleteIfExists(file);
      closeDirect();
    } catch (IOException e) {
      // Nothing refers to the file; a later cleaning finds it.
      return;
    }
  }
}
