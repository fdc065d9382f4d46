package dev.weft.engine.exchange;

import dev.weft.engine.batch.ObjectBatch;

/** Finds how many rows make a batch of good size in bytes. Used by one thread. */
final class BatchSize {
  /** About how many bytes an encoded batch should have. */
  private static final int BYTES_TARGET = 64 << 10;

  /** Before the size of rows is known. */
  private static final int ROWS_FIRST = 64;

  private int rowsMax = ROWS_FIRST;

  /** How many rows a batch should have at most. */
  int rowsMax() {
    return rowsMax;
  }

  /** A batch was encoded. */
  void encoded(int rows, int bytes) {
    int fitting = (int) Math.min(ObjectBatch.ROWS_MAX, (long) BYTES_TARGET * rows / bytes);
    rowsMax = Math.max(1, Math.min(fitting, rowsMax * 4));
  }
}
