package dev.weft.engine.spill;

import dev.weft.api.fs.FileInput;
import java.io.EOFException;
import java.io.IOException;
import java.util.zip.CRC32C;

/** The rows of a file that a {@link RunWriter} wrote; the file goes when the cursor closes. */
final class RunCursor extends RowCursor {
  private final SpillFiles files;
  private final String path;
  private final FileInput input;
  private final byte[] header = new byte[RunWriter.BLOCK_HEADER_BYTES];
  private final CRC32C checksum = new CRC32C();
  private int end;

  RunCursor(SpillFiles files, String path) {
    this.files = files;
    this.path = path;
    this.input = files.open(path);
    this.bytes = new byte[RunWriter.BLOCK_BYTES];
  }

  @Override
  boolean next() {
    if (end > 0) {
      start += length();
    }
    return start < end || readBlock();
  }

  private boolean readBlock() {
    try {
      int read = input.readNBytes(header, 0, header.length);
      if (read == 0) {
        end = 0;
        return false;
      }
      int length = read < header.length ? -1 : RowBytes.intAt(header, 0);
      if (length <= 0 || length > input.length()) {
        throw new IOException("it is damaged");
      }
      if (bytes.length < length) {
        bytes = new byte[length];
      }
      if (input.readNBytes(bytes, 0, length) < length) {
        throw new EOFException("it is cut off");
      }
      checksum.reset();
      checksum.update(bytes, 0, length);
      if ((int) checksum.getValue() != RowBytes.intAt(header, Integer.BYTES)) {
        throw new IOException("its bytes do not fit their checksum");
      }
      start = 0;
      end = length;
      return true;
    } catch (IOException e) {
      throw SpillFiles.unreadable(path, e);
    }
  }

  @Override
  public void close() {
    try {
      input.close();
    } catch (IOException e) {
      throw SpillFiles.unreadable(path, e);
    }
    files.delete(path);
  }
}
