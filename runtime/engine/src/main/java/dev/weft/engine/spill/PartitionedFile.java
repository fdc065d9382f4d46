package dev.weft.engine.spill;

import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.world.Verify;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Blocks of bytes for several readers in one temporary file: written in any order, then read as
 * often as wanted, each partition in the order in which it was written. A block begins with its
 * length and its CRC32C, four bytes each; where blocks lie is kept in memory. Used by one thread.
 */
public final class PartitionedFile implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 << 10;
  private static final int HEADER_BYTES = 8;

  private final SpillFiles files;
  private final MemoryPool pool;
  private final Blocks[] partitions;
  private final CRC32C checksum = new CRC32C();
  private ByteSink buffer;
  private String path;
  private FileOutput output;
  private FileInput input;
  private byte[] block = new byte[0];
  private long written;
  private boolean finished;

  /** Where the blocks of a partition lie. */
  private static final class Blocks {
    long[] offsets = new long[4];
    int[] lengths = new int[4];
    int count;

    void add(long offset, int length) {
      if (count == offsets.length) {
        offsets = Arrays.copyOf(offsets, count * 2);
        lengths = Arrays.copyOf(lengths, count * 2);
      }
      offsets[count] = offset;
      lengths[count++] = length;
    }
  }

  /**
   * A file that is made when the first block is written.
   *
   * @param prefix of the path, in a local directory
   * @param pool where the buffer is reserved while blocks are written, by this file alone
   */
  public PartitionedFile(FileStore files, String prefix, int partitions, MemoryPool pool) {
    this.files = new SpillFiles(files, prefix, "Records between two stages of a batch");
    this.pool = pool;
    this.partitions = new Blocks[partitions];
    Arrays.setAll(this.partitions, ignored -> new Blocks());
  }

  /**
   * Appends a block to a partition.
   *
   * @throws dev.weft.api.error.WeftException with code RESOURCE when the disk does not take it
   */
  public void add(int partition, byte[] bytes, int length) {
    Verify.verify(!finished, "%s is written after its end", path);
    if (buffer == null) {
      pool.reserve(BUFFER_BYTES);
      buffer = new ByteSink(BUFFER_BYTES);
    }
    partitions[partition].add(written + buffer.position(), length);
    checksum.reset();
    checksum.update(bytes, 0, length);
    buffer.writeInt(length);
    buffer.writeInt((int) checksum.getValue());
    buffer.write(bytes, 0, length);
    if (buffer.position() >= BUFFER_BYTES) {
      write();
    }
  }

  private void write() {
    try {
      if (output == null) {
        path = files.next();
        output = files.create(path);
      }
      output.write(buffer.array(), 0, buffer.position());
    } catch (IOException e) {
      throw files.unwritable(e);
    }
    written += buffer.position();
    buffer.reset();
  }

  /** Ends writing; reading may begin. */
  public void finish() {
    if (buffer != null) {
      if (buffer.position() > 0) {
        write();
      }
      buffer = null;
      pool.release(BUFFER_BYTES);
    }
    if (output != null) {
      try {
        output.close();
      } catch (IOException e) {
        throw files.unwritable(e);
      }
    }
    finished = true;
  }

  /** Whether everything is written. */
  public boolean finished() {
    return finished;
  }

  /** How many blocks a partition has. */
  public int blocks(int partition) {
    return partitions[partition].count;
  }

  /** How large the file is. */
  public long bytes() {
    return written;
  }

  /**
   * Reads a block, which is good until the next call.
   *
   * @throws dev.weft.api.error.WeftException with code RESOURCE when it cannot be read as written
   */
  public ByteBuffer read(int partition, int index) {
    Verify.verify(finished, "%s is read before its end", path);
    Blocks blocks = partitions[partition];
    int length = blocks.lengths[index];
    if (input == null) {
      input = files.open(path);
    }
    if (block.length < length + HEADER_BYTES) {
      block = new byte[length + HEADER_BYTES];
    }
    try {
      input.readFully(blocks.offsets[index], block, 0, length + HEADER_BYTES);
      checksum.reset();
      checksum.update(block, HEADER_BYTES, length);
      if (RowBytes.intAt(block, 0) != length
          || RowBytes.intAt(block, Integer.BYTES) != (int) checksum.getValue()) {
        throw new IOException("its bytes do not fit their checksum");
      }
    } catch (IOException e) {
      throw SpillFiles.unreadable(path, e);
    }
    return ByteBuffer.wrap(block, HEADER_BYTES, length).slice();
  }

  /** Deletes the file and gives memory back. */
  @Override
  public void close() {
    try {
      if (output != null && !finished) {
        output.abort();
      }
      if (input != null) {
        input.close();
      }
    } catch (IOException e) {
      throw SpillFiles.unreadable(path, e);
    } finally {
      files.close();
      pool.close();
    }
  }
}
