package dev.weft.connectors.hdfs.sink;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStatus;
import dev.weft.api.fs.FileStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/**
 * Tells which files of a sink's directory appeared together. A committer moves the files of a
 * checkpoint one after another; who lists the directory in between sees some of them. With {@link
 * FileSink.Builder#withPublicationLog} it then writes one entry that names them all. Who reads only
 * files that entries name sees at every moment the output of whole checkpoints, in their order.
 *
 * <p>Entries lie in {@code <path>/.weft-published/<job>-<sink>/<checkpoint>-<checksum>}: a line
 * {@code weft-published 1}, then one path relative to the sink's directory per line, with {@code
 * \\} for a backslash and {@code \n}, {@code \r} for ends of lines. The name carries the CRC32C of
 * the content, so that an entry which is cut off, or still being written, is known as such and
 * passed over. A file may be named by several entries, of which each is true: a commit that was
 * repeated after a failure names its files again.
 *
 * <p>An object of this class reads the log and remembers what it has read. Not thread-safe.
 */
public final class PublicationLog {
  /** The directory below a sink's path that holds the log; readers of files skip it as hidden. */
  public static final String DIRECTORY = ".weft-published";

  private static final String HEADER = "weft-published 1";
  private static final int COPIES_MAX = 100;

  private final FileStore files;
  private final String path;
  private final Set<String> read = new HashSet<>();
  private final Set<String> named = new HashSet<>();

  /**
   * What one commit published.
   *
   * @param sink the job and sink, as the log's directories are called
   * @param checkpointId the newest checkpoint that the files belong to
   * @param files full paths, sorted; without those that an earlier publication named
   */
  public record Publication(String sink, long checkpointId, List<String> files) {
    /** Copies the list. */
    public Publication {
      files = List.copyOf(files);
    }
  }

  /** The log of the sinks that write to a path; a slash at its end is ignored. */
  public PublicationLog(FileStore files, String path) {
    this.files = files;
    this.path = StagingLayout.withoutSlash(path);
  }

  /**
   * What was published since the last call; by sink, then in the order of the checkpoints.
   *
   * @throws IOException when it may be tried again; nothing is skipped by that
   * @throws WeftException with code DATA when an entry is of a later version
   */
  public List<Publication> poll() throws IOException {
    List<Publication> news = new ArrayList<>();
    Set<String> entries = new HashSet<>();
    Set<String> paths = new HashSet<>();
    for (FileStatus sink : files.list(path + "/" + DIRECTORY)) {
      for (FileStatus entry : files.list(sink.path())) {
        if (read.contains(entry.path())) {
          continue;
        }
        byte[] content = content(files, entry.path());
        String name = lastElement(entry.path());
        if (name.startsWith(entryName(checkpointOf(name), content))) {
          List<String> fresh =
              namedBy(entry.path(), content).stream()
                  .filter(file -> !named.contains(file) && paths.add(file))
                  .toList();
          news.add(new Publication(lastElement(sink.path()), checkpointOf(name), fresh));
          entries.add(entry.path());
        }
      }
    }
    read.addAll(entries);
    named.addAll(paths);
    return news;
  }

  private static byte[] content(FileStore files, String entry) throws IOException {
    try (FileInput input = files.open(entry)) {
      return input.readAllBytes();
    }
  }

  private List<String> namedBy(String entry, byte[] content) {
    List<String> lines = new String(content, StandardCharsets.UTF_8).lines().toList();
    if (lines.isEmpty() || !lines.get(0).equals(HEADER)) {
      throw new WeftException(
          ErrorCode.DATA,
          "The entry '"
              + entry
              + "' of a publication log does not begin with '"
              + HEADER
              + "'; it was written by a later version");
    }
    return lines.stream().skip(1).map(line -> path + "/" + unescape(line)).sorted().toList();
  }

  /**
   * Notes that files are published. An entry that is there already is left alone.
   *
   * @param relativePaths of the files, relative to the sink's path
   */
  static void append(
      FileStore files, StagingLayout layout, long checkpointId, Set<String> relativePaths)
      throws IOException {
    StringBuilder lines = new StringBuilder(HEADER).append('\n');
    new TreeSet<>(relativePaths).forEach(file -> lines.append(escape(file)).append('\n'));
    byte[] content = lines.toString().getBytes(StandardCharsets.UTF_8);
    files.createDirectories(layout.publicationDirectory());
    String entry = layout.publicationDirectory() + "/" + entryName(checkpointId, content);
    for (int copy = 0; copy < COPIES_MAX; copy++) {
      String name = copy == 0 ? entry : entry + "-" + copy;
      try (FileOutput output = files.create(name)) {
        output.write(content);
        return;
      } catch (FileAlreadyExistsException e) {
        if (Arrays.equals(content(files, name), content)) {
          return;
        }
      }
    }
    throw new WeftException(
        ErrorCode.DATA,
        "There are " + COPIES_MAX + " unfinished entries '" + entry + "' in the publication log");
  }

  private static String entryName(long checkpointId, byte[] content) {
    CRC32C checksum = new CRC32C();
    checksum.update(content);
    return String.format("%019d-%08x", checkpointId, checksum.getValue());
  }

  private static long checkpointOf(String entryName) {
    int dash = entryName.indexOf('-');
    try {
      return Long.parseLong(entryName.substring(0, Math.max(dash, 0)));
    } catch (NumberFormatException e) {
      return -1; // no entry of ours: its name matches no content
    }
  }

  private static String escape(String file) {
    return file.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
  }

  private static String unescape(String line) {
    StringBuilder file = new StringBuilder();
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\\' && i + 1 < line.length()) {
        i++;
        c = line.charAt(i) == 'n' ? '\n' : line.charAt(i) == 'r' ? '\r' : line.charAt(i);
      }
      file.append(c);
    }
    return file.toString();
  }

  private static String lastElement(String file) {
    return file.substring(file.lastIndexOf('/') + 1);
  }
}
