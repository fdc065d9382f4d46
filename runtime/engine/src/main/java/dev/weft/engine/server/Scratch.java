package dev.weft.engine.server;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.server.host.LocalFileStore;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The local directory of a process: exchanges, spilled runs, jars. It goes with the process; what a
 * killed one left is removed by the next that starts in the same place. A lock on a file inside
 * tells who lives, since the system gives it back however its owner ends. The file's name has the
 * owner's process id: a process must not open its own, since to close it anywhere gives back the
 * lock.
 *
 * @param directory for its owner alone
 * @param lock held for as long as the directory is used
 */
record Scratch(Path directory, FileChannel lock) implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Scratch.class);
  private static final String PREFIX = "weft-";
  private static final String UNFINISHED = ".weft-new-";
  private static final String LOCK_FILE = ".lock-";

  /** Checkpoints of a process without a place for them; someone may want to start from these. */
  static final String STORAGE = "storage";

  /**
   * Makes a directory in the first place where one can be made, and removes there what dead
   * processes left.
   *
   * @param name of the process
   * @param places directories, the best first
   * @throws WeftException with code RESOURCE when no place takes one
   */
  static Scratch open(String name, List<String> places) {
    IOException failure = null;
    for (String place : places) {
      try {
        Path parent = Files.createDirectories(Path.of(place));
        Scratch scratch = make(parent, name);
        removeLeftOvers(parent);
        return scratch;
      } catch (IOException e) {
        failure = e;
      }
    }
    throw new WeftException(
        ErrorCode.RESOURCE,
        "No directory can be made in " + places + "; set io.tmp.dirs to a place with room",
        failure);
  }

  /** Nobody sees the directory under its name before it is locked. */
  private static Scratch make(Path parent, String name) throws IOException {
    Path made =
        Files.createTempDirectory(
            parent,
            UNFINISHED + name + "-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    FileChannel lock =
        FileChannel.open(
            made.resolve(LOCK_FILE + ProcessHandle.current().pid()),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE);
    try {
      lock.lock();
      Path named =
          parent.resolve(PREFIX + made.getFileName().toString().substring(UNFINISHED.length()));
      return new Scratch(Files.move(made, named, StandardCopyOption.ATOMIC_MOVE), lock);
    } catch (IOException e) {
      lock.close();
      delete(made);
      throw e;
    }
  }

  private static void removeLeftOvers(Path parent) throws IOException {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(parent, PREFIX + "*")) {
      for (Path directory : found) {
        try {
          if (isLeftOver(directory)) {
            LOG.info("Removes {}, which a process left that is gone", directory);
            delete(directory);
          }
        } catch (IOException e) {
          LOG.warn("{} could not be removed; its process is gone", directory, e);
        }
      }
    }
  }

  private static boolean isLeftOver(Path directory) throws IOException {
    if (Files.exists(directory.resolve(LOCK_FILE + ProcessHandle.current().pid()))
        || Files.exists(directory.resolve(STORAGE))) {
      return false;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, LOCK_FILE + "*")) {
      for (Path file : files) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock()) {
          return lock != null;
        }
      }
      return false; // not one of these
    } catch (AccessDeniedException | NoSuchFileException | NotDirectoryException e) {
      return false; // of another user, or another process was quicker
    }
  }

  private static void delete(Path directory) throws IOException {
    new LocalFileStore().delete(directory.toAbsolutePath().toString());
  }

  @Override
  public void close() throws IOException {
    delete(directory);
    lock.close();
  }
}
