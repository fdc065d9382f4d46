package dev.weft.engine.worker;

import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStatus;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.world.Oddity;
import dev.weft.engine.world.Rule;
import dev.weft.engine.world.World;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies on this machine's disk of the files that the tasks of a scope write for checkpoints, so
 * that tasks that start again here need not fetch them. A copy is never needed: what can not be
 * written is left out, and what is missing or damaged is read from where the checkpoint lies.
 * Thread-safe; its methods block.
 */
final class LocalCopies {
  private static final Logger LOG = LoggerFactory.getLogger(LocalCopies.class);

  /** File systems take no longer names. */
  private static final int NAME_LENGTH_MAX = 240;

  private static final String UNFINISHED = ".part";
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private final World world;
  private final WorkerSettings.Copies settings;
  private final String workerId;
  private final String scope;

  /**
   * The copies of a scope.
   *
   * @param scope the job and its failure region, as the name of a directory
   */
  LocalCopies(World world, WorkerSettings.Copies settings, String workerId, String scope) {
    this.world = world;
    this.settings = settings;
    this.workerId = workerId;
    this.scope = scope;
  }

  /**
   * Creates a file of a checkpoint and a copy of it, which counts once the file is closed.
   *
   * @throws IOException when the file itself can not be created
   */
  FileOutput create(String path) throws IOException {
    FileOutput file = world.files().create(path);
    String name = nameOf(path);
    if (!settings.wanted().test(path) || name.length() > NAME_LENGTH_MAX) {
      return file;
    }
    String copy = directory(workerId) + "/" + name;
    try {
      world.files().createDirectories(directory(workerId));
      world.files().delete(copy + UNFINISHED);
      return new CopiedFile.Output(
          file,
          world.files().createTemporary(copy + UNFINISHED),
          world.odd(Oddity.COPY_DAMAGED),
          () -> {
            world.files().delete(copy);
            world.files().rename(copy + UNFINISHED, copy);
          });
    } catch (IOException e) {
      LOG.warn("{} gets no local copy: {}", path, e.toString());
      return file;
    }
  }

  /** Files of checkpoints, read from their copies where there are whole ones. */
  FileStore files() {
    return new CopiedFile.Reading(world.files(), this::find, world.keeps(Rule.VERIFY_COPIES));
  }

  /** The copy of a file, also one that another process of this machine made; null without one. */
  private FileInput find(String path) throws IOException {
    String name = nameOf(path);
    if (!settings.wanted().test(path) || name.length() > NAME_LENGTH_MAX) {
      return null;
    }
    String own = directory(workerId) + "/" + name;
    if (world.files().status(own).isPresent()) {
      return world.files().open(own);
    }
    for (FileStatus other : world.files().list(settings.directory())) {
      String copy = other.path() + "/" + scope + "/" + name;
      if (other.directory() && world.files().status(copy).isPresent()) {
        return world.files().open(copy);
      }
    }
    return null;
  }

  /** Deletes the copies that this worker made of other files than these. */
  void retain(Set<String> paths) throws IOException {
    Set<String> names = paths.stream().map(LocalCopies::nameOf).collect(Collectors.toSet());
    for (FileStatus copy : world.files().list(directory(workerId))) {
      if (!names.contains(copy.name()) && !copy.name().endsWith(UNFINISHED)) {
        world.files().delete(copy.path());
      }
    }
  }

  /**
   * Deletes what processes left behind that have written nothing for a long time.
   *
   * @param nowMillis wall-clock milliseconds
   * @param ageMillis how old it must be
   */
  static void clean(FileStore files, String directory, long nowMillis, long ageMillis)
      throws IOException {
    for (FileStatus worker : files.list(directory)) {
      long newest = worker.modifiedMillis();
      for (FileStatus scope : files.list(worker.path())) {
        newest = Math.max(newest, scope.modifiedMillis());
      }
      if (nowMillis - newest > ageMillis) {
        files.delete(worker.path());
      }
    }
  }

  private String directory(String worker) {
    return settings.directory() + "/" + worker + "/" + scope;
  }

  /** Two files never have one name. */
  private static String nameOf(String path) {
    StringBuilder name = new StringBuilder();
    for (byte each : path.getBytes(StandardCharsets.UTF_8)) {
      boolean plain = each == '.' || each == '-' || Character.isLetterOrDigit((char) each);
      name.append(each >= 0 && plain ? String.valueOf((char) each) : "%" + HEX.toHexDigits(each));
    }
    return name.toString();
  }
}
