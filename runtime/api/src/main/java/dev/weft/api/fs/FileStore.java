package dev.weft.api.fs;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Files by path. A path is a URI with a scheme ({@code hdfs://host/a}, {@code file:///a}) or an
 * absolute path without one, which belongs to the store's default scheme. Thread-safe; every call
 * may block.
 *
 * <p>The calls are chosen so that exactly-once can be built on them: creation and rename never
 * overwrite, and a writer never makes a directory by accident.
 */
public interface FileStore extends Closeable {
  /**
   * Creates a file that must not exist, in a directory that must exist.
   *
   * @throws java.nio.file.FileAlreadyExistsException when the path exists
   * @throws java.nio.file.NoSuchFileException when the parent directory does not exist
   */
  FileOutput create(String path) throws IOException;

  /**
   * Creates a file like {@link #create} whose bytes need not survive a crash of the machine: it can
   * be read once it is closed, and closing it does not wait for the disk.
   */
  default FileOutput createTemporary(String path) throws IOException {
    return create(path);
  }

  /**
   * Opens a file for reading.
   *
   * @throws java.nio.file.NoSuchFileException when there is none
   */
  FileInput open(String path) throws IOException;

  /** What lies at the path, or empty when nothing does. */
  Optional<FileStatus> status(String path) throws IOException;

  /**
   * The children of a directory, sorted by path; empty when the directory does not exist. The paths
   * are full and in the same form (with or without scheme) as the argument.
   */
  List<FileStatus> list(String directory) throws IOException;

  /** Makes a directory and its parents; nothing happens when it exists. */
  void createDirectories(String directory) throws IOException;

  /**
   * Moves a file or directory atomically without overwriting.
   *
   * @throws java.nio.file.FileAlreadyExistsException when the target exists
   * @throws java.nio.file.NoSuchFileException when the source or the target's parent is missing
   */
  void rename(String from, String to) throws IOException;

  /** Deletes a file or a directory with all below it; false when nothing was there. */
  boolean delete(String path) throws IOException;

  /**
   * Deletes a directory that has no children, atomically: what comes into it meanwhile is never
   * lost. By default nothing happens, for stores without an atomic way.
   *
   * @return whether the directory is gone by this call; false when nothing was there, when it has
   *     children, or when it is a file
   */
  default boolean deleteEmptyDirectory(String directory) throws IOException {
    return false;
  }

  /** Host names that hold the byte range of a file, best first; empty when unknown. */
  default List<String> hosts(String path, long offset, long length) throws IOException {
    return List.of();
  }

  /** Releases what the store holds. Files being written are left behind unfinished. */
  @Override
  void close() throws IOException;
}
