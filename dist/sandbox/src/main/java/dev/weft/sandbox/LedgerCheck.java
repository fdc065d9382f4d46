package dev.weft.sandbox;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Checks the output of the example SessionCounts, read with Hadoop's own client: lines {@code
 * index,session,count}. Each source split, which is the remainder of an index by the number of
 * splits, must be there from its start without a gap and without a line twice, and the counts of
 * each session must be exactly 1 to n. Then every record had its effect once. Not thread-safe.
 */
public final class LedgerCheck {
  private static final int FINDINGS_MAX = 20;
  private static final long ORDINAL_MAX = Integer.MAX_VALUE - 1;

  private final int splits;
  private final BitSet[] seen;
  private final Map<Long, BitSet> counts = new TreeMap<>();
  private final List<String> findings = new ArrayList<>();
  private long lines;
  private int files;
  private int findingsTotal;

  /**
   * Makes a check.
   *
   * @param splits how many source splits the job had, from 1
   */
  public LedgerCheck(int splits) {
    if (splits < 1) {
      throw new SandboxException("A ledger has at least 1 split, not " + splits + ".");
    }
    this.splits = splits;
    this.seen = new BitSet[splits];
    for (int i = 0; i < splits; i++) {
      seen[i] = new BitSet();
    }
  }

  /**
   * What was found.
   *
   * @param files visible files
   * @param lines lines of them
   * @param sessions how many different ones
   * @param findings the first things that are wrong, one line each
   * @param findingsTotal how many things are wrong
   */
  public record Report(
      int files, long lines, int sessions, List<String> findings, int findingsTotal) {
    /** Whether every record is there exactly once. */
    public boolean isCorrect() {
      return findingsTotal == 0;
    }

    @Override
    public String toString() {
      String head =
          String.format("%,d lines of %,d sessions in %,d files: ", lines, sessions, files);
      return isCorrect()
          ? head + "every record exactly once"
          : head + findingsTotal + " findings\n  " + String.join("\n  ", findings);
    }
  }

  /** Checks all visible files below a directory: names that start with . or _ are hidden. */
  public static Report of(FileSystem fileSystem, Path directory, int splits) throws IOException {
    LedgerCheck check = new LedgerCheck(splits);
    check.readDirectory(fileSystem, directory);
    return check.report();
  }

  private void readDirectory(FileSystem fileSystem, Path directory) throws IOException {
    for (FileStatus status : fileSystem.listStatus(directory)) {
      String name = status.getPath().getName();
      if (name.startsWith(".") || name.startsWith("_")) {
        continue;
      }
      if (status.isDirectory()) {
        readDirectory(fileSystem, status.getPath());
        continue;
      }
      files++;
      try (BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(fileSystem.open(status.getPath()), StandardCharsets.UTF_8))) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          add(line, name);
        }
      }
    }
  }

  /** Takes one line of a file. */
  void add(String line, String file) {
    lines++;
    String[] fields = line.split(",", -1);
    long index;
    long session;
    long count;
    try {
      if (fields.length != 3) {
        throw new NumberFormatException("not three fields");
      }
      index = Long.parseLong(fields[0]);
      session = Long.parseLong(fields[1]);
      count = Long.parseLong(fields[2]);
    } catch (NumberFormatException e) {
      find("'" + line + "' in " + file + " is not index,session,count");
      return;
    }
    if (index < 0 || index / splits > ORDINAL_MAX || count < 1 || count > ORDINAL_MAX) {
      find("'" + line + "' in " + file + " is out of range");
      return;
    }
    BitSet split = seen[(int) (index % splits)];
    if (split.get((int) (index / splits))) {
      find("index " + index + " is there twice, again in " + file);
    }
    split.set((int) (index / splits));
    BitSet ofSession = counts.computeIfAbsent(session, unseen -> new BitSet());
    if (ofSession.get((int) count)) {
      find("count " + count + " of session " + session + " is there twice, again in " + file);
    }
    ofSession.set((int) count);
  }

  private void find(String finding) {
    findingsTotal++;
    if (findings.size() < FINDINGS_MAX) {
      findings.add(finding);
    }
  }

  /** Looks for gaps and tells what was found. */
  Report report() {
    for (int i = 0; i < splits; i++) {
      int missing = seen[i].length() - seen[i].cardinality();
      if (missing > 0) {
        find(
            "split "
                + i
                + " misses "
                + missing
                + " records, the first with index "
                + ((long) seen[i].nextClearBit(0) * splits + i));
      }
    }
    counts.forEach(
        (session, ofSession) -> {
          // counts start at 1: bit 0 is never set
          int missing = ofSession.length() - 1 - ofSession.cardinality();
          if (missing > 0) {
            find(
                "session "
                    + session
                    + " misses "
                    + missing
                    + " counts, the first is "
                    + ofSession.nextClearBit(1));
          }
        });
    return new Report(files, lines, counts.size(), List.copyOf(findings), findingsTotal);
  }
}
