package dev.weft.api.connector;

/**
 * Where a reader puts records. A reader that reads several splits in turn gives each an output of
 * its own: the watermark then follows the slowest of them, and with watermark alignment a split
 * that is ahead is paused alone.
 *
 * @param <T> the records
 */
public interface ReaderOutput<T> extends SourceOutput<T> {
  /** The timestamp of a record that has none. */
  long NO_TIMESTAMP = Long.MIN_VALUE;

  /** Whether the reader should return from {@code pollNext} now because enough was emitted. */
  boolean isFull();

  /**
   * The output of a split, for records of this split only; the same one until it is released. To be
   * asked for when the reader begins to read the split: from then on the watermark waits for it.
   * While there are such outputs, records that are emitted elsewhere do not count for the
   * watermark. An output that makes no watermarks returns itself.
   */
  default SourceOutput<T> createOutputForSplit(String splitId) {
    return this;
  }

  /** A split is read to its end, so that the watermark waits for it no more. */
  default void releaseOutputForSplit(String splitId) {}
}
