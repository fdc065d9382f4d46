package dev.weft.connectors.hdfs.source;

/**
 * A file as it was when it was found; a file that differs later is refused.
 *
 * @param path the full path
 * @param length bytes
 * @param modifiedMillis time of the last change, milliseconds since the epoch
 * @param attachment what the lister wants the format to know of the file; may be empty
 */
public record SourceFile(String path, long length, long modifiedMillis, String attachment) {}
