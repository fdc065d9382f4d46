package dev.weft.engine.exchange;

import dev.weft.engine.batch.ObjectBatch;

/** Finds how many rows make a batch of good size in bytes. Used by one thread. */
final class BatchSize {
  /** About how many bytes an encoded batch should have. */
  private static final int ENCODED_BYTES = 64 << 10;

  /** About how many bytes the records of a batch within a process should have. */
  private static final int HELD_BYTES = 1 << 20;

  /** Before the size of rows is known. */
  private static final int ROWS_FIRST = 64;

  private final int bytesMost;
  private int rowsMax = ROWS_FIRST;

  private BatchSize(int bytesMost) {
    this.bytesMost = bytesMost;
  }

  /** Of batches that are encoded. */
  static BatchSize encoded() {
    return new BatchSize(ENCODED_BYTES);
  }

  /** Of batches that are handed over by reference. */
  static BatchSize held() {
    return new BatchSize(HELD_BYTES);
  }

  /** How many rows a batch should have at most. */
  int rowsMax() {
    return rowsMax;
  }

  /** A batch had so many rows of so many bytes in all. */
  void observe(int rows, long bytes) {
    observe(rows, bytes, bytesMost);
  }

  /**
   * A batch was sent.
   *
   * @param bytesRoom that the next ones should not exceed either
   */
  void observe(int rows, long bytes, long bytesRoom) {
    long bytesTarget = Math.min(bytesMost, bytesRoom);
    int fitting = (int) Math.min(ObjectBatch.ROWS_MAX, bytesTarget * rows / Math.max(1, bytes));
    rowsMax = Math.max(1, Math.min(fitting, rowsMax * 4));
  }
}
