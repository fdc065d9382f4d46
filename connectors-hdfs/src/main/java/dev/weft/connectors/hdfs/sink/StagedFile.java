package dev.weft.connectors.hdfs.sink;

/**
 * A closed file that waits to be published.
 *
 * @param stagedPath where it lies
 * @param bucket the directory relative to the sink's path into which it goes; empty for none
 * @param name the name it gets there
 * @param length bytes
 * @param crc32c checksum of the bytes
 * @param records how many records it holds
 */
public record StagedFile(
    String stagedPath, String bucket, String name, long length, int crc32c, long records) {}
