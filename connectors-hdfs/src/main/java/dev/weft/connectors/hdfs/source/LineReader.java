package dev.weft.connectors.hdfs.source;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileStore;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.ZipException;

/**
 * Finds the lines of a range of a file. A line belongs to the range in which its first byte lies;
 * it ends with {@code \n} or {@code \r\n} or the end of the file. A byte order mark of UTF-8 is
 * skipped; one of UTF-16 or UTF-32 is refused. Compressed files have one range.
 *
 * <p>A line is bytes in {@link #buffer()} that hold until the next call. Used by one thread.
 */
public final class LineReader implements Closeable {
  private static final int BUFFER_BYTES = 256 << 10;

  private final String path;
  private final InputStream input;
  private final long end;
  private final int lineBytesMax;
  private final boolean compressed;

  private byte[] buffer = new byte[BUFFER_BYTES];
  private int filled;
  private int next;
  private long bufferOffset;
  private int lineStart;
  private int lineLength;
  private long lineNumber;
  private boolean ended;

  private LineReader(
      FileSplit split, InputStream input, boolean compressed, int lineBytesMax, long offset) {
    this.path = split.file().path();
    this.input = input;
    this.compressed = compressed;
    this.end = compressed ? Long.MAX_VALUE : split.end();
    this.lineBytesMax = lineBytesMax;
    this.bufferOffset = offset;
  }

  /**
   * Opens a range at the split's position.
   *
   * @param lineBytesMax the longest line that is read
   */
  public static LineReader open(FileStore files, FileSplit split, int lineBytesMax)
      throws IOException {
    Compression compression = Compression.of(split.file().path());
    FileInput file = files.open(split.file().path());
    try {
      boolean compressed = compression != Compression.NONE;
      if (!compressed) {
        return openPlain(file, split, lineBytesMax);
      }
      LineReader reader =
          new LineReader(split, decompress(compression, file, split), true, lineBytesMax, 0);
      reader.skipMark();
      reader.skipLines(split.position().recordsToSkip());
      return reader;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static InputStream decompress(Compression compression, FileInput file, FileSplit split)
      throws IOException {
    try {
      return compression.open(file);
    } catch (ZipException | EOFException e) {
      throw damaged(split.file().path(), e);
    }
  }

  private static LineReader openPlain(FileInput file, FileSplit split, int lineBytesMax)
      throws IOException {
    long position = split.position().offset();
    if (position != FilePosition.NO_OFFSET) {
      file.seek(position);
      LineReader reader = new LineReader(split, file, false, lineBytesMax, position);
      reader.skipLines(split.position().recordsToSkip());
      return reader;
    }
    // One byte earlier: when it ends a line, the range's first line begins with the range.
    long offset = Math.max(0, split.offset() - 1);
    file.seek(offset);
    LineReader reader = new LineReader(split, file, false, lineBytesMax, offset);
    if (split.offset() > 0) {
      reader.discardLine();
    } else {
      reader.skipMark();
    }
    reader.skipLines(split.position().recordsToSkip());
    return reader;
  }

  /** Moves to the next line; false when the range has no further line. */
  public boolean next() throws IOException {
    if (ended || bufferOffset + next >= end) {
      return false;
    }
    int scan = next;
    while (true) {
      int newline = indexOfNewline(scan, filled);
      if (newline >= 0) {
        take(newline, newline + 1);
        return true;
      }
      scan = filled;
      int moved = next;
      if (!fill()) {
        ended = true;
        if (next == filled) {
          return false;
        }
        take(filled, filled);
        return true;
      }
      scan -= moved - next;
    }
  }

  /** The bytes that hold the line. */
  public byte[] buffer() {
    return buffer;
  }

  /** Where the line begins in the buffer. */
  public int start() {
    return lineStart;
  }

  /** Bytes in the line, without its end. */
  public int length() {
    return lineLength;
  }

  /** The line as text; bytes that are no UTF-8 become U+FFFD. */
  public String text() {
    return new String(buffer, lineStart, lineLength, StandardCharsets.UTF_8);
  }

  /** The offset of the current line in the (uncompressed) file, for messages. */
  public long lineOffset() {
    return bufferOffset + lineStart;
  }

  /** Where reading goes on after the current line. */
  public FilePosition position() {
    return compressed
        ? new FilePosition(FilePosition.NO_OFFSET, lineNumber)
        : new FilePosition(bufferOffset + next, 0);
  }

  @Override
  public void close() throws IOException {
    input.close();
  }

  private int indexOfNewline(int from, int to) {
    byte[] bytes = buffer;
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private void take(int lineEnd, int nextLine) {
    int length = lineEnd - next;
    if (length > 0 && lineEnd < nextLine && buffer[lineEnd - 1] == '\r') {
      length--;
    }
    if (length > lineBytesMax) {
      throw tooLong();
    }
    lineStart = next;
    lineLength = length;
    next = nextLine;
    lineNumber++;
  }

  /** Reads more behind what is there; false at the end of the file. */
  private boolean fill() throws IOException {
    if (next > 0) {
      System.arraycopy(buffer, next, buffer, 0, filled - next);
      bufferOffset += next;
      filled -= next;
      next = 0;
    }
    if (filled == buffer.length) {
      if (filled > lineBytesMax) {
        throw tooLong();
      }
      buffer = Arrays.copyOf(buffer, (int) Math.min(Integer.MAX_VALUE - 8, filled * 2L));
    }
    int count;
    try {
      count = input.read(buffer, filled, buffer.length - filled);
    } catch (ZipException | EOFException e) {
      throw damaged(path, e);
    }
    if (count <= 0) {
      return false;
    }
    filled += count;
    return true;
  }

  private void discardLine() throws IOException {
    while (true) {
      int newline = indexOfNewline(next, filled);
      if (newline >= 0) {
        next = newline + 1;
        return;
      }
      next = filled;
      if (bufferOffset + next >= end || !fill()) {
        ended = true;
        return;
      }
    }
  }

  private void skipLines(long count) throws IOException {
    for (long i = 0; i < count; i++) {
      if (!next()) {
        throw new WeftException(
            ErrorCode.DATA,
            "The input file '" + path + "' has fewer than the " + count + " lines read before");
      }
    }
  }

  private void skipMark() throws IOException {
    while (filled - next < 3 && fill()) {
      continue;
    }
    int first = filled > 0 ? buffer[0] & 0xff : -1;
    int second = filled > 1 ? buffer[1] & 0xff : -1;
    int third = filled > 2 ? buffer[2] & 0xff : -1;
    if (first == 0xef && second == 0xbb && third == 0xbf) {
      next = 3;
    } else if ((first == 0xfe && second == 0xff) || (first == 0xff && second == 0xfe)) {
      throw new WeftException(
          ErrorCode.DATA,
          "The input file '"
              + path
              + "' begins with a byte order mark of UTF-16 or UTF-32; convert it to UTF-8");
    }
  }

  private WeftException tooLong() {
    return new WeftException(
        ErrorCode.DATA,
        "The line at "
            + path
            + ":"
            + (bufferOffset + next)
            + " is longer than "
            + lineBytesMax
            + " bytes; is this a text file? Raise the format's maximum line length if it is");
  }

  private static WeftException damaged(String path, IOException cause) {
    return new WeftException(
        ErrorCode.DATA,
        "The compressed input file '" + path + "' is damaged: " + cause.getMessage(),
        cause);
  }
}
