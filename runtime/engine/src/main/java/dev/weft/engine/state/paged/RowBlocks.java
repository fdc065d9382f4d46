package dev.weft.engine.state.paged;

import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.ColumnCodec;
import java.util.Arrays;

/**
 * The form that rows of a {@link RowLog} have in a snapshot: blocks of their number, hashes, keys
 * as a column, and per column the bits that say which rows have it and each value with its length.
 * Bytes go from page to snapshot as they are. For one thread.
 */
public final class RowBlocks {
  private final int rowsMax;
  private final long bytesMax;
  private final ColumnCodec keyCodec;
  private final int columnCount;
  private final byte[][] pages;
  private final int[] places;
  private final int[] numbers;
  private final Object[] keys;
  private int size;
  private long bytes;

  /**
   * Blocks of so many rows, or fewer of them once they have so many bytes.
   *
   * @param keyCodec for this thread
   * @param columnCount how many columns there are to write
   */
  public RowBlocks(int rowsMax, long bytesMax, ColumnCodec keyCodec, int columnCount) {
    this.rowsMax = rowsMax;
    this.bytesMax = bytesMax;
    this.keyCodec = keyCodec;
    this.columnCount = columnCount;
    this.pages = new byte[rowsMax][];
    this.places = new int[rowsMax];
    this.numbers = new int[rowsMax];
    this.keys = new Object[rowsMax];
  }

  /**
   * Appends the rows that count.
   *
   * @param afterBlock called when a full block is complete; may empty the target
   */
  public void writeRows(CapturedLog log, ByteSink target, Runnable afterBlock) {
    log.forEachRow(
        (page, at) -> {
          add(page, at);
          if (isFull()) {
            writeBlock(target);
            afterBlock.run();
          }
        });
    writeBlock(target);
  }

  /**
   * Appends the keys of marks that count, without columns.
   *
   * @param afterBlock called when a full block is complete; may empty the target
   */
  public void writeRemoved(CapturedLog log, ByteSink target, Runnable afterBlock) {
    log.forEachRemoved(
        (page, at) -> {
          add(page, at);
          if (isFull()) {
            writeKeys(target);
            afterBlock.run();
          }
        });
    writeKeys(target);
  }

  private void add(byte[] page, int at) {
    pages[size] = page;
    places[size] = at;
    bytes += RowLog.readInt(page, at) & RowLog.SIZE_MASK;
    size++;
  }

  private boolean isFull() {
    return size == rowsMax || bytes >= bytesMax;
  }

  private void writeBlock(ByteSink target) {
    int rows = size;
    writeKeys(target);
    if (rows > 0) {
      for (int column = 1; column <= columnCount; column++) {
        writeColumn(column, rows, target);
      }
    }
  }

  private void writeKeys(ByteSink target) {
    if (size > 0) {
      target.writeVarInt(size);
      for (int i = 0; i < size; i++) {
        numbers[i] = RowLog.readInt(pages[i], places[i] + RowLog.HASH_AT);
      }
      target.writeInts(numbers, size);
      if (keyCodec.joined()) {
        ColumnCodec.beginFull(target);
        for (int i = 0; i < size; i++) {
          int length = RowLog.readInt(pages[i], places[i] + RowLog.KEY_LENGTH_AT);
          target.write(pages[i], places[i] + RowLog.HEADER_BYTES, length);
        }
      } else {
        for (int i = 0; i < size; i++) {
          keys[i] = RowLog.keyOf(keyCodec, pages[i], places[i]);
        }
        keyCodec.write(keys, size, target);
        Arrays.fill(keys, 0, size, null);
      }
      size = 0;
      bytes = 0;
    }
  }

  private void writeColumn(int column, int rows, ByteSink target) {
    for (int i = 0; i < rows; i++) {
      int at = RowLog.columnAt(pages[i], places[i], column);
      numbers[i] = at < 0 || RowLog.readInt(pages[i], at) < 0 ? 0 : 1;
    }
    target.writeBits(numbers, rows);
    for (int i = 0; i < rows; i++) {
      if (numbers[i] != 0) {
        int at = RowLog.columnAt(pages[i], places[i], column);
        int length = RowLog.readInt(pages[i], at);
        target.writeVarInt(length);
        target.write(pages[i], at + Integer.BYTES, length);
      }
    }
  }
}
