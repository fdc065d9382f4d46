package dev.weft.engine.spill;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStore;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The temporary files of one operator; whatever is left of them goes with it. */
final class SpillFiles implements AutoCloseable {
  private final FileStore files;
  private final String prefix;
  private final String content;
  private final Set<String> paths = new LinkedHashSet<>();
  private int made;

  /**
   * No files yet.
   *
   * @param prefix a path in a local directory, which is made when it is not there, and the
   *     beginning of a name
   * @param content what is in them, for messages
   */
  SpillFiles(FileStore files, String prefix, String content) {
    this.files = files;
    this.prefix = prefix;
    this.content = content;
  }

  /** The path of the next file, to be {@linkplain #create created}. */
  String next() {
    return prefix + "-" + made++;
  }

  FileOutput create(String path) {
    try {
      if (paths.isEmpty()) {
        files.createDirectories(directory());
      }
      FileOutput output = files.createTemporary(path);
      paths.add(path);
      return output;
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  FileInput open(String path) {
    try {
      return files.open(path);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  void delete(String path) {
    paths.remove(path);
    try {
      files.delete(path);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /** The failure of a write, which a full disk is the usual cause of. */
  WeftException unwritable(IOException cause) {
    return new WeftException(
        ErrorCode.RESOURCE,
        content
            + " cannot be written to "
            + directory()
            + ": "
            + cause.getMessage()
            + "; free space there, or set io.tmp.dirs to a directory on a larger disk",
        cause);
  }

  /** The failure of a read. */
  static WeftException unreadable(String path, IOException cause) {
    return new WeftException(
        ErrorCode.RESOURCE,
        "The temporary file " + path + " cannot be read: " + cause.getMessage(),
        cause);
  }

  private String directory() {
    return prefix.substring(0, prefix.lastIndexOf('/'));
  }

  /** Deletes what is left. */
  @Override
  public void close() {
    for (String path : List.copyOf(paths)) {
      delete(path);
    }
  }
}
