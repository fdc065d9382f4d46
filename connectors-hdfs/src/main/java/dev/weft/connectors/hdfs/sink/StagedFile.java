package dev.weft.connectors.hdfs.sink;

import java.util.List;

/**
 * A closed file that waits to be published.
 *
 * @param stagedPath where it lies
 * @param bucket the directory relative to the sink's path into which it goes; empty for none
 * @param name the name it gets there
 * @param length bytes
 * @param crc32c checksum of the bytes
 * @param records how many records it holds
 * @param mayMerge whether its writer may still send a file that replaces it
 * @param replaces where the files lie that it was merged from
 */
public record StagedFile(
    String stagedPath,
    String bucket,
    String name,
    long length,
    int crc32c,
    long records,
    boolean mayMerge,
    List<String> replaces) {
  /** Copies the list. */
  public StagedFile {
    replaces = List.copyOf(replaces);
  }

  /** A file that is published as it is. */
  public StagedFile(
      String stagedPath, String bucket, String name, long length, int crc32c, long records) {
    this(stagedPath, bucket, name, length, crc32c, records, false, List.of());
  }

  /** The same file, which its writer may or may not replace. */
  StagedFile mayMerge(boolean may) {
    return new StagedFile(stagedPath, bucket, name, length, crc32c, records, may, replaces);
  }
}
