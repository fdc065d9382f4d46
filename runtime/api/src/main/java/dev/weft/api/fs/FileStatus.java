package dev.weft.api.fs;

/**
 * What a store knows of a path.
 *
 * @param path the full path
 * @param directory whether it is a directory
 * @param length bytes; 0 for a directory
 * @param modifiedMillis time of the last change, milliseconds since the epoch
 */
public record FileStatus(String path, boolean directory, long length, long modifiedMillis) {
  /** The last element of the path. */
  public String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
