package dev.weft.chaos;

import dev.weft.chaos.job.LedgerJob;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Reads what the job published, file by file as it appears, and holds it against what must be:
 * every index of a split from its start without a gap and once; the numbers of an account from 1.
 * Files of one checkpoint appear one after another, and records that a barrier overtook come with a
 * later checkpoint: in between an index may be missing, which is counted and must not last. A line
 * that is there twice, or a file that goes, is never right. Not thread-safe.
 */
final class Output {
  private final FileSystem files;
  private final Path directory;
  private final long accounts;
  private final Set<String> seenFiles = new TreeSet<>();
  private final BitSet[] splits = new BitSet[LedgerJob.SPLITS];
  private final Map<Long, BitSet> numbers = new HashMap<>();
  private final Map<Long, int[]> seconds = new HashMap<>();
  private final Set<String> seenSeconds = new TreeSet<>();
  private long looks;
  private long tornLooks;
  private long tornSinceMillis;
  private long tornMillisMax;

  Output(FileSystem files, Path directory, long accounts) {
    this.files = files;
    this.directory = directory;
    this.accounts = accounts;
    for (int split = 0; split < splits.length; split++) {
      splits[split] = new BitSet();
    }
  }

  /** How often it was looked, how often there was a gap, and for how long at most. */
  record Looks(long looks, long torn, long tornMillisMax) {}

  Looks looks() {
    return new Looks(looks, tornLooks, tornMillisMax);
  }

  /** How many entries are visible. */
  long entries() {
    long entries = 0;
    for (BitSet split : splits) {
      entries += split.cardinality();
    }
    return entries;
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
    Set<String> present = new TreeSet<>();
    for (FileStatus file : files.listStatus(ledger)) {
      String name = file.getPath().getName();
      if (file.isFile() && !name.startsWith(".")) {
        present.add(name);
        if (!seenFiles.contains(name)) {
          read(file.getPath(), this::entry);
          seenFiles.add(name);
        }
      }
    }
    if (!present.containsAll(seenFiles)) {
      throw new AssertionError("published files are gone: " + seenFiles + " but " + present);
    }
    long now = System.currentTimeMillis();
    if (firstGap() == null) {
      tornSinceMillis = 0;
    } else {
      tornLooks++;
      tornSinceMillis = tornSinceMillis == 0 ? now : tornSinceMillis;
      tornMillisMax = Math.max(tornMillisMax, now - tornSinceMillis);
    }
  }

  private interface Line {
    void take(String[] fields, String where);
  }

  private void read(Path file, Line line) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(files.open(file), StandardCharsets.UTF_8))) {
      for (String text = reader.readLine(); text != null; text = reader.readLine()) {
        String[] fields = text.split(",", -1);
        if (fields.length != 3) {
          throw new AssertionError(file + " has a torn line: " + text);
        }
        line.take(fields, file.getName());
      }
    }
  }

  private void entry(String[] fields, String where) {
    long index = Long.parseLong(fields[0]);
    long account = Long.parseLong(fields[1]);
    if (account != LedgerJob.accountOf(index, accounts)) {
      throw new AssertionError(where + ": entry " + index + " has account " + account);
    }
    BitSet split = splits[(int) (index % LedgerJob.SPLITS)];
    int place = (int) (index / LedgerJob.SPLITS);
    if (split.get(place)) {
      throw new AssertionError(where + " repeats entry " + index);
    }
    split.set(place);
    BitSet ofAccount = numbers.computeIfAbsent(account, a -> new BitSet());
    int number = Integer.parseInt(fields[2]);
    if (ofAccount.get(number)) {
      throw new AssertionError(where + " repeats number " + number + " of account " + account);
    }
    ofAccount.set(number);
  }

  /** The first thing that is missing between others; null when there is none. */
  String firstGap() {
    for (int split = 0; split < splits.length; split++) {
      if (splits[split].nextClearBit(0) < splits[split].length()) {
        return "split " + split + " lacks place " + splits[split].nextClearBit(0);
      }
    }
    for (Map.Entry<Long, BitSet> account : numbers.entrySet()) {
      BitSet of = account.getValue();
      if (of.get(0) || of.nextClearBit(1) < of.length()) {
        return "account " + account.getKey() + " lacks number " + of.nextClearBit(1);
      }
    }
    return null;
  }

  /**
   * The job is stopped and its windows are complete: everything must be there.
   *
   * @throws AssertionError when it is not
   */
  void checkEnd() throws IOException {
    look();
    String gap = firstGap();
    if (gap != null) {
      throw new AssertionError("at the end " + gap);
    }
    if (entries() == 0) {
      throw new AssertionError("nothing was published");
    }
    for (FileStatus file : files.listStatus(new Path(directory, "seconds"))) {
      String name = file.getPath().getName();
      if (file.isFile() && !name.startsWith(".") && seenSeconds.add(name)) {
        read(file.getPath(), this::counted);
      }
    }
    for (int split = 0; split < splits.length; split++) {
      for (int place = 0; place < splits[split].length(); place++) {
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

  private void counted(String[] fields, String where) {
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
