package dev.weft.engine.server;

import dev.weft.api.fs.FileInput;
import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStatus;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.cluster.LeaderElection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * An election by a directory in a file store whose name carries the epoch: {@code epoch-7}. Taking
 * the leadership is renaming it to {@code epoch-8}. Pointers are files in it that appear by a
 * rename, too, so every write of the leader before fails from that moment on, because its directory
 * is not there any more. The newest candidate leads at once; there is no detection of dead leaders,
 * so whoever starts a second process must mean it.
 */
public final class FileElection implements LeaderElection {
  private static final String EPOCH = "epoch-";
  private static final String LEADER = ".leader";
  private static final String PARTIAL = ".partial";
  private static final char NUMBER = '@';
  private static final int ATTEMPTS_MAX = 100;
  private static final long CHECK_SECONDS = 2;

  private final FileStore files;
  private final String root;
  private ScheduledExecutorService checker;
  private long partials;

  /**
   * An election.
   *
   * @param directory of the application; made when needed
   */
  public FileElection(FileStore files, String directory) {
    this.files = files;
    this.root = directory;
  }

  @Override
  public synchronized void start(String candidate, Listener listener) throws IOException {
    checker =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "election");
              thread.setDaemon(true);
              return thread;
            });
    long epoch = takeOver();
    checker.execute(() -> listener.granted(epoch));
    checker.scheduleWithFixedDelay(
        () -> check(epoch, listener), CHECK_SECONDS, CHECK_SECONDS, TimeUnit.SECONDS);
  }

  private long takeOver() throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      long newest = newestEpoch();
      if (newest < 0) {
        files.createDirectories(directory(0));
        newest = 0;
      }
      if (moved(newest, newest + 1)) {
        return newest + 1;
      }
    }
    throw new IOException("The leadership in " + root + " changes hands all the time");
  }

  /** False when another candidate was faster; it will lose to this one or win over it. */
  private boolean moved(long from, long to) throws IOException {
    try {
      files.rename(directory(from), directory(to));
      return true;
    } catch (NoSuchFileException | FileAlreadyExistsException e) {
      return false;
    }
  }

  private void check(long epoch, Listener listener) {
    try {
      if (files.status(directory(epoch)).isEmpty()) {
        listener.lost("another process took the leadership in " + root);
        synchronized (this) {
          checker.shutdown();
        }
      }
    } catch (IOException e) {
      // Unknown; writes are fenced anyway, and the next check follows.
      return;
    }
  }

  private long newestEpoch() throws IOException {
    long newest = -1;
    for (FileStatus child : files.list(root)) {
      if (child.name().startsWith(EPOCH)) {
        newest = Math.max(newest, number(child.name().substring(EPOCH.length())));
      }
    }
    return newest;
  }

  private static long number(String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private String directory(long epoch) {
    return root + "/" + EPOCH + epoch;
  }

  @Override
  public void publishLeader(long epoch, String leader) throws IOException {
    // With the epoch, since the file outlives it: the directory takes it along to the next one.
    write(epoch, LEADER, (epoch + " " + leader).getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public Optional<Leader> findLeader() throws IOException {
    long epoch = newestEpoch();
    if (epoch < 0) {
      return Optional.empty();
    }
    try {
      return newest(epoch, LEADER).flatMap(FileElection::published);
    } catch (NoSuchFileException e) {
      // The leadership changes this very moment.
      return Optional.empty();
    }
  }

  private static Optional<Leader> published(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    int space = text.indexOf(' ');
    long epoch = space < 0 ? -1 : number(text.substring(0, space));
    // Without an epoch it is of an earlier release, and its leader is not the newest.
    return epoch < 0 ? Optional.empty() : Optional.of(new Leader(epoch, text.substring(space + 1)));
  }

  @Override
  public synchronized Optional<byte[]> readPointer(long epoch, String name) throws IOException {
    requireEpoch(epoch);
    return newest(epoch, name).filter(bytes -> bytes.length > 0).map(FileElection::unwrapped);
  }

  @Override
  public void writePointer(long epoch, String name, byte[] value) throws IOException {
    write(epoch, name, value == null ? new byte[0] : wrapped(value));
  }

  /** A value that is not there is empty, so one that is there has a byte ahead. */
  private static byte[] wrapped(byte[] value) {
    byte[] bytes = new byte[value.length + 1];
    System.arraycopy(value, 0, bytes, 1, value.length);
    return bytes;
  }

  private static byte[] unwrapped(byte[] bytes) {
    return java.util.Arrays.copyOfRange(bytes, 1, bytes.length);
  }

  @Override
  public synchronized List<String> listPointers(long epoch) throws IOException {
    requireEpoch(epoch);
    List<String> names = new ArrayList<>();
    for (FileStatus child : files.list(directory(epoch))) {
      int at = child.name().lastIndexOf(NUMBER);
      String name = at < 0 ? LEADER : child.name().substring(0, at);
      if (!name.equals(LEADER) && !names.contains(name)) {
        if (newest(epoch, name).filter(bytes -> bytes.length > 0).isPresent()) {
          names.add(name);
        }
      }
    }
    return List.copyOf(names);
  }

  /** Every write is a new file with a higher number; those with lower ones go afterwards. */
  private synchronized void write(long epoch, String name, byte[] bytes) throws IOException {
    String directory = directory(epoch);
    try {
      List<Version> versions = versions(epoch, name);
      long number = versions.isEmpty() ? 1 : versions.get(versions.size() - 1).number() + 1;
      partials++;
      String partial = directory + "/" + name + "-" + System.nanoTime() + "-" + partials + PARTIAL;
      FileOutput out = files.create(partial);
      try {
        out.write(bytes);
        out.close();
      } catch (IOException e) {
        out.abort();
        throw e;
      }
      files.rename(partial, directory + "/" + name + NUMBER + number);
      for (Version version : versions) {
        files.delete(version.path());
      }
    } catch (NoSuchFileException e) {
      throw fenced(epoch, "writing " + name);
    }
  }

  private record Version(long number, String path) {}

  private List<Version> versions(long epoch, String name) throws IOException {
    List<Version> versions = new ArrayList<>();
    String prefix = name + NUMBER;
    for (FileStatus child : files.list(directory(epoch))) {
      if (child.name().startsWith(prefix)) {
        versions.add(new Version(number(child.name().substring(prefix.length())), child.path()));
      }
    }
    versions.sort(java.util.Comparator.comparingLong(Version::number));
    return versions;
  }

  private Optional<byte[]> newest(long epoch, String name) throws IOException {
    for (int attempt = 0; ; attempt++) {
      List<Version> versions = versions(epoch, name);
      if (versions.isEmpty()) {
        return Optional.empty();
      }
      try (FileInput in = files.open(versions.get(versions.size() - 1).path())) {
        return Optional.of(in.readAllBytes());
      } catch (NoSuchFileException e) {
        // A newer version replaced it meanwhile, or the directory has another epoch now.
        if (attempt >= ATTEMPTS_MAX || files.status(directory(epoch)).isEmpty()) {
          throw e;
        }
      }
    }
  }

  private void requireEpoch(long epoch) throws IOException {
    if (files.status(directory(epoch)).isEmpty()) {
      throw fenced(epoch, "reading");
    }
  }

  private FencedException fenced(long epoch, String what) {
    return new FencedException(
        "The epoch " + epoch + " in " + root + " is not the newest; refused " + what);
  }

  @Override
  public synchronized void removeAll(long epoch) throws IOException {
    requireEpoch(epoch);
    if (checker != null) {
      checker.shutdownNow();
    }
    // What a later leader could find goes first; the epoch stays, so that it never goes back.
    for (FileStatus child : files.list(directory(epoch))) {
      files.delete(child.path());
    }
  }

  @Override
  public synchronized void close() {
    if (checker != null) {
      checker.shutdownNow();
    }
  }
}
