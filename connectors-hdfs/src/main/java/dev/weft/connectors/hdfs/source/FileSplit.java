package dev.weft.connectors.hdfs.source;

import dev.weft.api.connector.SourceSplit;
import java.util.List;

/**
 * A range of a file, with the position up to which it was read.
 *
 * @param file the file
 * @param offset where the range begins
 * @param length bytes in the range
 * @param hosts who holds the range, best first
 * @param position where reading goes on
 */
public record FileSplit(
    SourceFile file, long offset, long length, List<String> hosts, FilePosition position)
    implements SourceSplit {
  /** A range of which nothing was read. */
  public FileSplit(SourceFile file, long offset, long length, List<String> hosts) {
    this(file, offset, length, hosts, FilePosition.BEGINNING);
  }

  @Override
  public String splitId() {
    return file.path() + "@" + offset + "+" + length;
  }

  /** The first byte after the range. */
  public long end() {
    return offset + length;
  }

  /** The same range at another position. */
  public FileSplit at(FilePosition newPosition) {
    return new FileSplit(file, offset, length, hosts, newPosition);
  }
}
