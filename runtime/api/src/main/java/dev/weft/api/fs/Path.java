package dev.weft.api.fs;

import java.io.Serializable;
import java.net.URI;

/**
 * The path of a file or directory, with or without a scheme, for programs that pass paths about as
 * values. Everything that takes one takes a string, too.
 */
public final class Path implements Serializable, Comparable<Path> {
  private static final long serialVersionUID = 1;

  private final String path;

  /** A path such as {@code hdfs://host/a/b} or {@code /a/b}. */
  public Path(String path) {
    if (path == null || path.isBlank()) {
      throw new IllegalArgumentException("a path is not empty");
    }
    this.path =
        path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  /** A path as a URI. */
  public Path(URI uri) {
    this(uri.toString());
  }

  /** A path below another. */
  public Path(String parent, String child) {
    this(new Path(parent) + "/" + child);
  }

  /** A path below another. */
  public Path(Path parent, String child) {
    this(parent.path, child);
  }

  /** The last element. */
  public String getName() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** The path without scheme and host. */
  public String getPath() {
    return toUri().getPath();
  }

  /** The path with everything that was given. */
  public URI toUri() {
    return URI.create(path);
  }

  @Override
  public int compareTo(Path other) {
    return path.compareTo(other.path);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Path that && path.equals(that.path);
  }

  @Override
  public int hashCode() {
    return path.hashCode();
  }

  @Override
  public String toString() {
    return path;
  }
}
