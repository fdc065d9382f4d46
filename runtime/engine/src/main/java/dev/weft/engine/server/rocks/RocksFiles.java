package dev.weft.engine.server.rocks;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.state.RowDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A directory of hard links to the files of a database; deleted when closed. */
final class RocksFiles implements RowDatabase.Files {
  private static final Logger LOG = LoggerFactory.getLogger(RocksFiles.class);

  /** Tables never change, and their numbers are not used again. */
  private static final String TABLE = ".sst";

  private final Path directory;

  RocksFiles(Path directory) {
    this.directory = directory;
  }

  @Override
  public List<Entry> list() {
    List<Entry> entries = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        entries.add(new Entry(name, Files.size(file), name.endsWith(TABLE)));
      }
    } catch (IOException e) {
      throw new WeftException(
          ErrorCode.RESOURCE, "The files of state in " + directory + " cannot be listed: " + e, e);
    }
    return entries;
  }

  @Override
  public InputStream open(String name) throws IOException {
    return Files.newInputStream(directory.resolve(name));
  }

  @Override
  public void close() {
    delete(directory);
  }

  /** Deletes a directory; what cannot be deleted is left to the end of the process. */
  static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      LOG.warn("The files of closed state in {} could not all be deleted: {}", directory, e);
    }
  }
}
