package dev.weft.engine.spill;

import dev.weft.api.fs.FileOutput;
import dev.weft.engine.batch.ByteSink;
import java.io.IOException;
import java.util.zip.CRC32C;

/**
 * Writes sorted rows to a file in blocks: length, CRC32C (four bytes each), rows. A block holds
 * about {@link #BLOCK_BYTES}, or one larger row.
 */
final class RunWriter implements AutoCloseable {
  static final int BLOCK_BYTES = 32 << 10;
  static final int BLOCK_HEADER_BYTES = 8;

  private final SpillFiles files;
  private final String path;
  private final FileOutput output;
  private final ByteSink block = new ByteSink(BLOCK_BYTES);
  private final CRC32C checksum = new CRC32C();
  private boolean finished;

  RunWriter(SpillFiles files) {
    this.files = files;
    this.path = files.next();
    this.output = files.create(path);
    begin();
  }

  private void begin() {
    block.reset();
    block.writeInt(0);
    block.writeInt(0);
  }

  /** Appends a row. */
  void add(byte[] bytes, int start, int length) {
    if (block.position() > BLOCK_HEADER_BYTES && block.position() + length > BLOCK_BYTES) {
      write();
    }
    block.write(bytes, start, length);
  }

  private void write() {
    int length = block.position() - BLOCK_HEADER_BYTES;
    checksum.reset();
    checksum.update(block.array(), BLOCK_HEADER_BYTES, length);
    block.putInt(0, length);
    block.putInt(Integer.BYTES, (int) checksum.getValue());
    try {
      output.write(block.array(), 0, block.position());
    } catch (IOException e) {
      throw files.unwritable(e);
    }
    begin();
  }

  /** Ends the file and returns its path. */
  String finish() {
    if (block.position() > BLOCK_HEADER_BYTES) {
      write();
    }
    try {
      output.close();
    } catch (IOException e) {
      throw files.unwritable(e);
    }
    finished = true;
    return path;
  }

  /** Gives an unfinished file up. */
  @Override
  public void close() {
    if (!finished) {
      output.abort();
    }
  }
}
