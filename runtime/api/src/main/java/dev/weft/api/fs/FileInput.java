package dev.weft.api.fs;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** An open file, read by one thread. */
public abstract class FileInput extends InputStream {
  /** The length of the file in bytes when it was opened. */
  public abstract long length();

  /** The offset of the next byte. */
  public abstract long position() throws IOException;

  /** Moves to an offset between 0 and the length. */
  public abstract void seek(long offset) throws IOException;

  /**
   * Reads exactly {@code length} bytes at an offset; afterwards the position is undefined.
   *
   * @throws EOFException when the file ends before
   */
  public void readFully(long offset, byte[] target, int start, int length) throws IOException {
    seek(offset);
    if (readNBytes(target, start, length) < length) {
      throw new EOFException("end of file before offset " + (offset + length));
    }
  }
}
