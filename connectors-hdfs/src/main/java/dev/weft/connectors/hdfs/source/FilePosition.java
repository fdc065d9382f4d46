package dev.weft.connectors.hdfs.source;

/**
 * A place between two records of a range.
 *
 * @param offset where the format can begin to read, or {@link #NO_OFFSET} for the range's beginning
 * @param recordsToSkip how many records after that place were emitted already
 */
public record FilePosition(long offset, long recordsToSkip) {
  /** Stands for the beginning of the range. */
  public static final long NO_OFFSET = -1;

  /** The beginning of a range. */
  public static final FilePosition BEGINNING = new FilePosition(NO_OFFSET, 0);

  /** Whether nothing of the range was read. */
  public boolean atBeginning() {
    return offset == NO_OFFSET && recordsToSkip == 0;
  }
}
