package dev.weft.connectors.hdfs.sink;

import dev.weft.api.fs.FileOutput;
import java.io.IOException;
import java.util.zip.CRC32C;

/** Buffers a file's bytes and computes their checksum on the way. */
final class ChecksummedOutput extends FileOutput {
  private static final int BUFFER_BYTES = 64 << 10;

  private final FileOutput target;
  private final CRC32C checksum = new CRC32C();
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int filled;
  private long position;

  ChecksummedOutput(FileOutput target) {
    this.target = target;
  }

  @Override
  public long position() {
    return position;
  }

  /** The checksum of all bytes; complete after the close. */
  int crc32c() {
    return (int) checksum.getValue();
  }

  @Override
  public void write(int value) throws IOException {
    if (filled == buffer.length) {
      drain();
    }
    buffer[filled++] = (byte) value;
    position++;
  }

  @Override
  public void write(byte[] source, int start, int count) throws IOException {
    if (count > buffer.length - filled) {
      drain();
    }
    if (count >= buffer.length) {
      checksum.update(source, start, count);
      target.write(source, start, count);
    } else {
      System.arraycopy(source, start, buffer, filled, count);
      filled += count;
    }
    position += count;
  }

  /** Keeps its bytes: only the end of the file must reach the store. */
  @Override
  public void flush() {}

  @Override
  public void close() throws IOException {
    drain();
    target.close();
  }

  @Override
  public void abort() {
    target.abort();
  }

  private void drain() throws IOException {
    if (filled > 0) {
      checksum.update(buffer, 0, filled);
      target.write(buffer, 0, filled);
      filled = 0;
    }
  }
}
