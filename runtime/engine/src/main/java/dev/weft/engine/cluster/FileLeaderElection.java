package dev.weft.engine.cluster;

import dev.weft.api.fs.FileStatus;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.checkpoint.ChecksummedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An election for a cluster without ZooKeeper, whose JobManager is started by hand: who starts last
 * leads, under an epoch that is a file created exclusively. Pointers are numbered files that appear
 * by a rename, so each is whole or not there. A leader notices a later one before each write; that
 * two write at the same moment is not excluded, as it is by ZooKeeper.
 */
public final class FileLeaderElection implements LeaderElection {
  private static final Pattern EPOCH = Pattern.compile("epoch-(\\d+)");
  private static final Pattern POINTER = Pattern.compile("([A-Za-z0-9.-]+)_(\\d+)_(\\d+)");
  private static final String LEADER = ".leader";
  private static final byte PRESENT = 1;
  private static final byte REMOVED = 0;

  private final FileStore files;
  private final String directory;

  /**
   * An election.
   *
   * @param directory of this election alone; it is made
   */
  public FileLeaderElection(FileStore files, String directory) {
    this.files = files;
    this.directory = directory;
  }

  @Override
  public void start(String candidate, Listener listener) throws IOException {
    files.createDirectories(directory);
    while (true) {
      long epoch = newestEpoch() + 1;
      try {
        ChecksummedFile.create(
            files,
            directory + "/epoch-" + epoch,
            ChecksummedFile.seal(candidate.getBytes(StandardCharsets.UTF_8)));
        listener.granted(epoch);
        return;
      } catch (FileAlreadyExistsException e) {
        // Another candidate was faster: take the next number.
      }
    }
  }

  private long newestEpoch() throws IOException {
    long newest = 0;
    for (FileStatus file : files.list(directory)) {
      Matcher name = EPOCH.matcher(file.name());
      if (name.matches()) {
        newest = Math.max(newest, Long.parseLong(name.group(1)));
      }
    }
    return newest;
  }

  private void check(long epoch) throws IOException {
    long newest = newestEpoch();
    if (newest != epoch) {
      throw new FencedException("Epoch " + epoch + " is not the newest, which is " + newest);
    }
  }

  @Override
  public void publishLeader(long epoch, String leader) throws IOException {
    check(epoch);
    write(epoch, LEADER, leader.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public Optional<Leader> findLeader() throws IOException {
    Version newest = newest().get(LEADER);
    if (newest == null) {
      return Optional.empty();
    }
    return read(newest)
        .map(bytes -> new Leader(newest.epoch(), new String(bytes, StandardCharsets.UTF_8)));
  }

  @Override
  public Optional<byte[]> readPointer(long epoch, String name) throws IOException {
    Version newest = newest().get(name);
    return newest == null ? Optional.empty() : read(newest);
  }

  @Override
  public void writePointer(long epoch, String name, byte[] value) throws IOException {
    check(epoch);
    write(epoch, name, value);
  }

  @Override
  public List<String> listPointers(long epoch) throws IOException {
    TreeSet<String> names = new TreeSet<>();
    for (Version version : newest().values()) {
      if (!version.name().equals(LEADER) && read(version).isPresent()) {
        names.add(version.name());
      }
    }
    return List.copyOf(names);
  }

  @Override
  public void removeAll(long epoch) throws IOException {
    check(epoch);
    for (FileStatus file : files.list(directory)) {
      if (POINTER.matcher(file.name()).matches()) {
        files.delete(file.path());
      }
    }
  }

  @Override
  public void close() {}

  /** A file that holds a pointer. */
  private record Version(String name, long epoch, long number, String path) {
    boolean isNewerThan(Version other) {
      return other == null
          || epoch > other.epoch
          || (epoch == other.epoch && number > other.number);
    }
  }

  private TreeMap<String, Version> newest() throws IOException {
    TreeMap<String, Version> newest = new TreeMap<>();
    for (FileStatus file : files.list(directory)) {
      Matcher name = POINTER.matcher(file.name());
      if (name.matches()) {
        Version version =
            new Version(
                name.group(1),
                Long.parseLong(name.group(2)),
                Long.parseLong(name.group(3)),
                file.path());
        if (version.isNewerThan(newest.get(version.name()))) {
          newest.put(version.name(), version);
        }
      }
    }
    return newest;
  }

  private Optional<byte[]> read(Version version) throws IOException {
    byte[] content = ChecksummedFile.read(files, version.path());
    return content.length == 0 || content[0] == REMOVED
        ? Optional.empty()
        : Optional.of(java.util.Arrays.copyOfRange(content, 1, content.length));
  }

  private void write(long epoch, String name, byte[] value) throws IOException {
    Version before = newest().get(name);
    long number = before == null || before.epoch() < epoch ? 1 : before.number() + 1;
    byte[] content = new byte[value == null ? 1 : value.length + 1];
    content[0] = value == null ? REMOVED : PRESENT;
    if (value != null) {
      System.arraycopy(value, 0, content, 1, value.length);
    }
    String path = directory + "/" + name + "_" + epoch + "_" + number;
    files.delete(path + "_new");
    ChecksummedFile.create(files, path + "_new", ChecksummedFile.seal(content));
    files.rename(path + "_new", path);
    if (before != null) {
      files.delete(before.path());
    }
  }
}
