package dev.weft.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code weft run -t local}: one process, no services. */
@ExtendWith(ClusterExtension.class)
class LocalRunIT {
  @Test
  void wordsAreCountedInOneProcess(TestCluster cluster) throws IOException {
    Path dir = cluster.scratch("words");
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 3000; i++) {
      text.append("The line number ").append(i).append(" of the text, seen ").append(i % 7);
      text.append(i % 3 == 0 ? "\n\n" : "\r\n");
    }
    Files.writeString(dir.resolve("in.txt"), text);
    cluster
        .distribution()
        .runLocally(
            cluster.distribution().example("WordCount"),
            "--from",
            dir.resolve("in.txt").toUri().toString(),
            "--into",
            dir.resolve("out").toUri().toString())
        .succeeds();
    Map<String, Long> expected = new TreeMap<>();
    for (String word : text.toString().toLowerCase(Locale.ROOT).split("\\W+")) {
      expected.merge(word, 1L, Long::sum);
    }
    assertEquals(expected, counts(dir.resolve("out")));
  }

  private static Map<String, Long> counts(Path directory) throws IOException {
    Map<String, Long> counts = new TreeMap<>();
    try (var files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (file.toString().contains("/.")) {
          continue;
        }
        for (String line : Files.readAllLines(file)) {
          String[] fields = line.split(" ");
          assertEquals(null, counts.put(fields[0], Long.parseLong(fields[1])), line);
        }
      }
    }
    return counts;
  }

  @Test
  void theLedgerOfABoundedStreamIsComplete(TestCluster cluster) throws IOException {
    String into = cluster.hadoop().defaultFs() + "/tmp/local-sessions";
    cluster
        .distribution()
        .runLocally(
            cluster.distribution().example("SessionCounts"),
            "--into",
            into,
            "--count",
            "20000",
            "--rate",
            "0",
            "--checkpoint",
            "200")
        .succeeds();
    assertEquals(20_000, Ledgers.check(cluster, into, 4).lines());
  }

  @Test
  void theRevenueOfEachDayIsInHive(TestCluster cluster) throws Exception {
    HiveTables tables = HiveTables.of(cluster);
    var expected = tables.loadLineitem();
    cluster
        .distribution()
        .runLocally(
            cluster.distribution().example("DailyRevenue"),
            "--from",
            "tpch.lineitem",
            "--into",
            "mart.local_revenue")
        .succeeds();
    tables.assertRevenues(expected, "mart", "local_revenue");
  }
}
