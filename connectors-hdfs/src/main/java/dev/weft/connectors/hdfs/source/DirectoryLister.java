package dev.weft.connectors.hdfs.source;

import dev.weft.api.config.Configuration;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileStatus;
import dev.weft.api.fs.FileStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds files and the files in directories. Names that begin with {@code _} or {@code .} are left
 * out, and so are files that {@code hadoop fs -put} has not finished; so are empty files, which
 * hold no record.
 */
public final class DirectoryLister implements FileLister {
  private static final String UNFINISHED_COPY = "._COPYING_";

  private final List<String> paths;
  private final boolean recursive;

  /**
   * A lister of the given files and directories.
   *
   * @param recursive whether directories within directories are searched
   */
  public DirectoryLister(List<String> paths, boolean recursive) {
    this.paths = List.copyOf(paths);
    this.recursive = recursive;
  }

  @Override
  public List<SourceFile> list(FileStore files, Configuration configuration) throws IOException {
    List<SourceFile> found = new ArrayList<>();
    for (String path : paths) {
      FileStatus status =
          files
              .status(path)
              .orElseThrow(
                  () ->
                      new WeftException(
                          ErrorCode.USER,
                          "The input path '" + path + "' does not exist; check the path"));
      if (status.directory()) {
        addFiles(files, path, recursive, "", found);
      } else {
        add(status, "", found);
      }
    }
    return found;
  }

  /**
   * Adds the visible files of a directory.
   *
   * @param attachment what each file gets as its attachment
   */
  public static void addFiles(
      FileStore files,
      String directory,
      boolean recursive,
      String attachment,
      List<SourceFile> found)
      throws IOException {
    for (FileStatus child : files.list(directory)) {
      if (hidden(child.name())) {
        continue;
      }
      if (!child.directory()) {
        add(child, attachment, found);
      } else if (recursive) {
        addFiles(files, child.path(), true, attachment, found);
      }
    }
  }

  /** Whether a file or directory of this name is no input. */
  public static boolean hidden(String name) {
    return name.startsWith("_") || name.startsWith(".") || name.endsWith(UNFINISHED_COPY);
  }

  private static void add(FileStatus file, String attachment, List<SourceFile> found) {
    if (file.length() > 0) {
      found.add(new SourceFile(file.path(), file.length(), file.modifiedMillis(), attachment));
    }
  }

  @Override
  public String toString() {
    return paths.toString();
  }
}
