package dev.weft.itests;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.sandbox.LedgerCheck;
import java.io.IOException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** What SessionCounts wrote. */
final class Ledgers {
  private Ledgers() {}

  /** Asserts that every record is there exactly once, and nothing but files of the ledger. */
  static LedgerCheck.Report check(TestCluster cluster, String directory, int splits)
      throws IOException {
    Path path = new Path(directory);
    LedgerCheck.Report report = LedgerCheck.of(cluster.hadoop().files(), path, splits);
    assertTrue(report.isCorrect(), report.toString());
    for (FileStatus entry : cluster.hadoop().files().listStatus(path)) {
      String name = entry.getPath().getName();
      assertTrue(
          entry.isFile() ? name.startsWith("part-") : name.startsWith("."),
          "no leftover is visible: " + entry.getPath());
    }
    return report;
  }

  /** How many bytes are visible now; 0 where there is no directory yet. */
  static long visibleBytes(TestCluster cluster, String directory) throws IOException {
    Path path = new Path(directory);
    if (!cluster.hadoop().files().exists(path)) {
      return 0;
    }
    long bytes = 0;
    for (var file : cluster.hadoop().files().listStatus(path)) {
      if (file.isFile() && !file.getPath().getName().startsWith(".")) {
        bytes += file.getLen();
      }
    }
    return bytes;
  }
}
