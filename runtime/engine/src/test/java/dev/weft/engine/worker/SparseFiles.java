package dev.weft.engine.worker;

import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStatus;
import dev.weft.api.fs.FileStore;
import java.io.FileNotFoundException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Files in memory of which blocks of zeros take no room, and which count the bytes that are read.
 */
final class SparseFiles implements FileStore {
  private static final int BLOCK_BYTES = 4096;
  private static final byte[] ZEROS = new byte[BLOCK_BYTES];

  private final Map<String, Sparse> files = new HashMap<>();
  private long readBytes;

  private static final class Sparse {
    final Map<Long, byte[]> blocks = new HashMap<>();
    long length;
  }

  /** How many bytes were read so far. */
  long readBytes() {
    return readBytes;
  }

  /** Flips a bit. */
  void damage(String path, long offset) {
    byte[] block =
        files
            .get(path)
            .blocks
            .computeIfAbsent(offset / BLOCK_BYTES, number -> new byte[BLOCK_BYTES]);
    block[(int) (offset % BLOCK_BYTES)] ^= 1;
  }

  @Override
  public FileOutput create(String path) {
    Sparse file = new Sparse();
    files.put(path, file);
    return new FileOutput() {
      private final byte[] block = new byte[BLOCK_BYTES];
      private int filled;

      @Override
      public long position() {
        return file.length;
      }

      @Override
      public void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int start, int length) {
        for (int at = 0; at < length; ) {
          int count = Math.min(length - at, BLOCK_BYTES - filled);
          System.arraycopy(bytes, start + at, block, filled, count);
          at += count;
          filled += count;
          file.length += count;
          if (filled == BLOCK_BYTES) {
            keep();
          }
        }
      }

      private void keep() {
        if (filled > 0 && !Arrays.equals(block, 0, filled, ZEROS, 0, filled)) {
          byte[] kept = Arrays.copyOf(Arrays.copyOf(block, filled), BLOCK_BYTES);
          file.blocks.put((file.length - 1) / BLOCK_BYTES, kept);
        }
        filled = 0;
      }

      @Override
      public void close() {
        keep();
      }

      @Override
      public void abort() {
        files.remove(path);
      }
    };
  }

  @Override
  public FileInput open(String path) throws FileNotFoundException {
    Sparse file = files.get(path);
    if (file == null) {
      throw new FileNotFoundException(path);
    }
    return new FileInput() {
      private long position;

      @Override
      public long length() {
        return file.length;
      }

      @Override
      public long position() {
        return position;
      }

      @Override
      public void seek(long offset) {
        position = offset;
      }

      @Override
      public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] target, int start, int length) {
        if (position >= file.length) {
          return -1;
        }
        int at = (int) (position % BLOCK_BYTES);
        int wanted = Math.min(length, BLOCK_BYTES - at);
        int count = (int) Math.min(wanted, file.length - position);
        byte[] block = file.blocks.getOrDefault(position / BLOCK_BYTES, ZEROS);
        System.arraycopy(block, at, target, start, count);
        position += count;
        readBytes += count;
        return count;
      }

      @Override
      public void close() {
        // nothing is held
      }
    };
  }

  @Override
  public Optional<FileStatus> status(String path) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<FileStatus> list(String directory) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void createDirectories(String directory) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void rename(String from, String to) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean delete(String path) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    // nothing is held
  }
}
