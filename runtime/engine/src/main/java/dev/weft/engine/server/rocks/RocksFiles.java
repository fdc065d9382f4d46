package dev.weft.engine.server.rocks;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.server.host.LocalFileStore;
import dev.weft.engine.state.RowDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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

  private static final String UNFINISHED = ".part";

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
  public void link(String name, String target) throws IOException {
    try {
      link(directory.resolve(name), LocalFileStore.local(target));
    } catch (FileAlreadyExistsException e) {
      LOG.debug("{} is there already", target);
    }
  }

  /** Makes a hard link, or a copy where the disk is another one. */
  static void link(Path file, Path target) throws IOException {
    try {
      Files.createLink(target, file);
    } catch (FileAlreadyExistsException | NoSuchFileException e) {
      throw e;
    } catch (FileSystemException | UnsupportedOperationException e) {
      Path unfinished = target.resolveSibling(target.getFileName() + UNFINISHED);
      Files.copy(file, unfinished, StandardCopyOption.REPLACE_EXISTING);
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    }
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
