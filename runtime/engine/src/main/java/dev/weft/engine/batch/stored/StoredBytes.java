package dev.weft.engine.batch.stored;

import dev.weft.engine.batch.ByteSource;
import java.nio.ByteBuffer;

/** The bytes of a slice, of any length. Used by one thread; its methods may block. */
public interface StoredBytes extends AutoCloseable {
  /** How many there are. */
  long length();

  /**
   * A range of the bytes, to be read before the next one is asked for.
   *
   * @param start 0 or more
   * @param end at most {@link #length()}
   */
  ByteSource range(long start, long end);

  @Override
  void close();

  /** Bytes in memory: what remains of a buffer. */
  static StoredBytes of(ByteBuffer bytes) {
    return new StoredBytes() {
      @Override
      public long length() {
        return bytes.remaining();
      }

      @Override
      public ByteSource range(long start, long end) {
        return new ByteSource(bytes.slice(bytes.position() + (int) start, (int) (end - start)));
      }

      @Override
      public void close() {
        // memory needs no closing
      }
    };
  }
}
