package dev.weft.engine.worker;

import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStatus;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.protocol.SnapshotHandle;
import dev.weft.engine.state.FrozenState;
import dev.weft.engine.worker.snapshot.CheckpointFiles;
import dev.weft.engine.world.Oddity;
import dev.weft.engine.world.Rule;
import dev.weft.engine.world.World;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies on this machine's disk of the files that the tasks of a scope write for checkpoints, so
 * that tasks that start again here need not fetch them. Files of databases are linked, not copied:
 * they never change, and the database that is opened from them checks what it reads. A copy is
 * never needed: what can not be written is left out, and what is missing or damaged is read from
 * where the checkpoint lies. Thread-safe; its methods block.
 */
final class LocalCopies implements SnapshotFile.Creation, CheckpointFiles.Tables {
  private static final Logger LOG = LoggerFactory.getLogger(LocalCopies.class);

  /** File systems take no longer names. */
  private static final int NAME_LENGTH_MAX = 240;

  private static final String TABLE = ".table";
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private final World world;
  private final WorkerSettings.Copies settings;
  private final String workerId;
  private final String scope;

  /** Names of the tables that were placed in this scope's directory. */
  private final Set<String> tables = ConcurrentHashMap.newKeySet();

  /** Names of the copies that are being written. */
  private final Set<String> unfinished = ConcurrentHashMap.newKeySet();

  private volatile boolean distrusted;

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
   * Creates a file of a checkpoint and a copy of it, which counts once the file is closed. No step
   * waits for the disk: a copy that a crash cut off has no end and is not used.
   *
   * @throws IOException when the file itself can not be created
   */
  @Override
  public CopiedFile.Output create(String path) throws IOException {
    FileOutput file = world.files().create(path);
    String name = nameOf(path);
    if (!wanted(path, name)) {
      return CopiedFile.Output.alone(file);
    }
    String copy = directory(workerId) + "/" + name;
    try {
      world.files().createDirectories(directory(workerId));
      world.files().delete(copy);
      unfinished.add(name);
      return new CopiedFile.Output(
          file,
          world.files().createTemporary(copy),
          world.odd(Oddity.COPY_DAMAGED),
          () -> unfinished.remove(name));
    } catch (IOException e) {
      unfinished.remove(name);
      LOG.warn("{} gets no local copy: {}", path, e.toString());
      return CopiedFile.Output.alone(file);
    }
  }

  private boolean wanted(String path, String name) {
    return settings.wanted().test(path) && name.length() <= NAME_LENGTH_MAX;
  }

  @Override
  public void placed(SnapshotHandle handle, FrozenState.StateFile file) {
    String name = tableName(handle);
    if (distrusted || !wanted(handle.path(), name) || !tables.add(name)) {
      return;
    }
    try {
      world.files().createDirectories(directory(workerId));
      file.link(directory(workerId) + "/" + name);
    } catch (IOException e) {
      tables.remove(name);
      LOG.warn("{} of {} gets no local copy: {}", file.name(), handle.path(), e.toString());
    }
  }

  /** Where checkpoints are read: from copies where there are whole ones. */
  CheckpointFiles reading() {
    return new CheckpointFiles(
        new CopiedFile.Reading(world.files(), this::find, world.keeps(Rule.VERIFY_COPIES)), this);
  }

  @Override
  public String find(SnapshotHandle handle) throws IOException {
    String name = tableName(handle);
    FileStatus table = distrusted || !wanted(handle.path(), name) ? null : locate(name);
    return table == null || table.length() != handle.length() ? null : table.path();
  }

  /** Deletes the tables of this scope on this machine, whoever linked them. */
  @Override
  public void distrust() {
    distrusted = true;
    try {
      for (FileStatus worker : world.files().list(settings.directory())) {
        for (FileStatus copy : world.files().list(worker.path() + "/" + scope)) {
          if (copy.name().endsWith(TABLE)) {
            world.files().delete(copy.path());
          }
        }
      }
      LOG.warn("The local tables of {} are deleted: one is damaged", scope);
    } catch (IOException e) {
      LOG.warn("The local tables of {}, one of which is damaged, are left behind", scope, e);
    }
  }

  /** The copy of a file, also one that another process of this machine made; null without one. */
  private FileInput find(String path) throws IOException {
    String name = nameOf(path);
    FileStatus copy = wanted(path, name) ? locate(name) : null;
    return copy == null ? null : world.files().open(copy.path());
  }

  private FileStatus locate(String name) throws IOException {
    Optional<FileStatus> own = world.files().status(directory(workerId) + "/" + name);
    if (own.isPresent()) {
      return own.get();
    }
    for (FileStatus other : world.files().list(settings.directory())) {
      Optional<FileStatus> copy =
          other.directory()
              ? world.files().status(other.path() + "/" + scope + "/" + name)
              : Optional.empty();
      if (copy.isPresent()) {
        return copy.get();
      }
    }
    return null;
  }

  /** Deletes the copies that this worker made of anything else. */
  void retain(List<SnapshotHandle> needed) throws IOException {
    Set<String> names = new HashSet<>();
    for (SnapshotHandle handle : needed) {
      names.add(nameOf(handle.path()));
      names.add(tableName(handle));
    }
    for (FileStatus copy : world.files().list(directory(workerId))) {
      if (!names.contains(copy.name()) && !unfinished.contains(copy.name())) {
        world.files().delete(copy.path());
        tables.remove(copy.name());
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

  /** The checksum is part of it: other bytes in the same place are another table. */
  private static String tableName(SnapshotHandle handle) {
    return nameOf(handle.path())
        + "@"
        + handle.offset()
        + "-"
        + Integer.toHexString(handle.crc32c())
        + TABLE;
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
