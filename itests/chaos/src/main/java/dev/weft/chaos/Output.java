package dev.weft.chaos;

import dev.weft.chaos.job.LedgerJob;
import dev.weft.connectors.hdfs.HadoopFileStore;
import dev.weft.connectors.hdfs.sink.PublicationLog;
import dev.weft.connectors.hdfs.sink.PublicationLog.Publication;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Reads what the job published, in two ways. File by file as it appears: files of one checkpoint
 * come one after another, so in between an entry may be missing, which is counted and must not
 * last; a line that is there twice, or a file that goes, is never right. And by the publication
 * log: where barriers overtake nothing, what it names is at every moment a prefix of the input, and
 * checkpoints come in their order. Not thread-safe.
 */
final class Output {
  private final FileSystem files;
  private final Path directory;
  private final long accounts;
  private final Set<String> seenFiles = new TreeSet<>();
  private final Entries found;
  private final Entries logged;
  private final boolean prefixes;
  private final PublicationLog log;
  private final Deque<Publication> unread = new ArrayDeque<>();
  private final Map<Long, int[]> seconds = new HashMap<>();
  private final Set<String> seenSeconds = new TreeSet<>();
  private long lastCheckpoint;
  private long publications;
  private long looks;
  private long tornLooks;
  private long tornSinceMillis;
  private long tornMillisMax;

  /**
   * Reads what the job writes into a directory.
   *
   * @param prefixes whether every checkpoint covers a prefix of the input
   */
  Output(FileSystem files, Path directory, long accounts, boolean prefixes) {
    this.files = files;
    this.directory = directory;
    this.accounts = accounts;
    this.prefixes = prefixes;
    this.found = new Entries(accounts);
    this.logged = new Entries(accounts);
    this.log =
        new PublicationLog(
            new HadoopFileStore(files.getConf()), new Path(directory, "ledger").toString());
  }

  /** How often it was looked, how often the files had a gap, and for how long at most. */
  record Looks(long looks, long torn, long tornMillisMax, long publications) {}

  Looks looks() {
    return new Looks(looks, tornLooks, tornMillisMax, publications);
  }

  /** How many entries are visible. */
  long entries() {
    return found.count();
  }

  /**
   * Reads what is new.
   *
   * @throws AssertionError when something is there that must not be
   * @throws IOException when it can not be read now
   */
  void look() throws IOException {
    Path ledger = new Path(directory, "ledger");
    if (!files.exists(ledger)) {
      return;
    }
    looks++;
    unread.addAll(log.poll());
    Set<String> present = new TreeSet<>();
    for (FileStatus file : files.listStatus(ledger)) {
      String name = file.getPath().getName();
      if (file.isFile() && !name.startsWith(".")) {
        present.add(name);
        if (!seenFiles.contains(name)) {
          read(file.getPath()).forEach(fields -> found.add(fields, name));
          seenFiles.add(name);
        }
      }
    }
    if (!present.containsAll(seenFiles)) {
      throw new AssertionError("published files are gone: " + seenFiles + " but " + present);
    }
    while (!unread.isEmpty()) {
      follow(unread.element(), present);
      unread.remove();
    }
    long now = System.currentTimeMillis();
    if (found.firstGap() == null) {
      tornSinceMillis = 0;
    } else {
      tornLooks++;
      tornSinceMillis = tornSinceMillis == 0 ? now : tornSinceMillis;
      tornMillisMax = Math.max(tornMillisMax, now - tornSinceMillis);
    }
  }

  /** Takes what one entry of the log names, all of it or nothing. */
  private void follow(Publication publication, Set<String> present) throws IOException {
    String what = "the publication of checkpoint " + publication.checkpointId();
    List<String[]> lines = new ArrayList<>();
    for (String file : publication.files()) {
      Path path = new Path(file);
      if (!present.contains(path.getName())) {
        throw new AssertionError(what + " names " + file + ", which is not there");
      }
      lines.addAll(read(path));
    }
    lines.forEach(fields -> logged.add(fields, what));
    if (publication.checkpointId() < lastCheckpoint) {
      throw new AssertionError(what + " comes after that of " + lastCheckpoint);
    }
    lastCheckpoint = publication.checkpointId();
    publications++;
    if (prefixes && logged.firstGap() != null) {
      throw new AssertionError("after " + what + " " + logged.firstGap());
    }
  }

  private List<String[]> read(Path file) throws IOException {
    List<String[]> lines = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(files.open(file), StandardCharsets.UTF_8))) {
      for (String text = reader.readLine(); text != null; text = reader.readLine()) {
        String[] fields = text.split(",", -1);
        if (fields.length != 3) {
          throw new AssertionError(file + " has a torn line: " + text);
        }
        lines.add(fields);
      }
    }
    return lines;
  }

  /**
   * The job is stopped and its windows are complete: everything must be there.
   *
   * @throws AssertionError when it is not
   */
  void checkEnd() throws IOException {
    look();
    String gap = found.firstGap();
    if (gap != null) {
      throw new AssertionError("at the end " + gap);
    }
    if (entries() == 0) {
      throw new AssertionError("nothing was published");
    }
    if (logged.count() != entries()) {
      throw new AssertionError(
          "the log has " + logged.count() + " entries, the files have " + entries());
    }
    for (FileStatus file : files.listStatus(new Path(directory, "seconds"))) {
      String name = file.getPath().getName();
      if (file.isFile() && !name.startsWith(".") && seenSeconds.add(name)) {
        read(file.getPath()).forEach(this::counted);
      }
    }
    for (int split = 0; split < LedgerJob.SPLITS; split++) {
      for (int place = 0; place < found.length(split); place++) {
        long index = (long) place * LedgerJob.SPLITS + split;
        add(LedgerJob.accountOf(index, accounts), LedgerJob.time(index) / 1000, -1);
      }
    }
    seconds.forEach(
        (account, surplus) -> {
          for (int second = 0; second < surplus.length; second++) {
            if (surplus[second] != 0) {
              throw new AssertionError(
                  "the counts of windows differ: account %d in second %d has %+d"
                      .formatted(account, second, surplus[second]));
            }
          }
        });
  }

  private void counted(String[] fields) {
    add(Long.parseLong(fields[0]), Long.parseLong(fields[1]), Integer.parseInt(fields[2]));
  }

  /** Changes the surplus of an account's published entries of a second. */
  private void add(long account, long second, int entries) {
    int index = Math.toIntExact(second);
    int[] surplus = seconds.computeIfAbsent(account, a -> new int[index + 1]);
    if (index >= surplus.length) {
      surplus = Arrays.copyOf(surplus, 2 * index + 1);
      seconds.put(account, surplus);
    }
    surplus[index] += entries;
  }
}
