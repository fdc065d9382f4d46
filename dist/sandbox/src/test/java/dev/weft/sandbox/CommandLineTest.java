package dev.weft.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {
  @TempDir Path dir;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... args) {
    return new CommandLine(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8))
        .run(args);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "begin, Unknown command 'begin'",
    "start --purge, Unknown option '--purge' of start",
    "start --dir, Option --dir needs a value",
    "stop now, stop takes no argument 'now'",
    "show-table, show-table takes one table",
    "load-tpch --scale big, 'big'",
    "show-table a.b --limit 0, --limit is 0",
    "check-ledger, check-ledger takes one directory",
    "check-ledger file:///tmp --splits 0, --splits is 0",
  })
  void wrongUsageIsExplainedInOneLine(String line, String expected) {
    assertEquals(2, run(line.split(" ")));
    assertTrue(err().contains(expected), err());
    assertEquals(1, err().lines().count());
  }

  @Test
  void noCommandShowsTheUsage() {
    assertEquals(2, run());
    assertTrue(err().startsWith("Usage:"), err());
  }

  @Test
  void aCorrectLedgerIsToldFromAWrongOne() throws java.io.IOException {
    Files.writeString(dir.resolve("part"), "0,7,1\n1,7,2\n");
    String ledger = dir.toUri().toString();
    assertEquals(0, run("check-ledger", ledger, "--splits", "2", "--dir", dir.toString()), err());
    assertTrue(out().contains("2 lines of 1 sessions in 1 files: every record exactly once"));
    Files.writeString(dir.resolve("part-2"), "1,7,2\n");
    assertEquals(1, run("check-ledger", ledger, "--splits", "2", "--dir", dir.toString()), err());
    assertTrue(out().contains("index 1 is there twice"), out());
  }

  @Test
  void aMissingLedgerIsExplainedInOneLine() {
    String ledger = dir.resolve("none").toUri().toString();
    assertEquals(1, run("check-ledger", ledger, "--dir", dir.toString()));
    assertTrue(err().contains("Cannot read the ledger"), err());
    assertEquals(1, err().lines().count());
  }

  @Test
  void helpIsNoError() {
    assertEquals(0, run("--help"));
    assertTrue(out().startsWith("Usage:"), out());
  }

  @Test
  void statusWithoutASandboxFails() {
    assertEquals(1, run("status", "--dir", dir.toString()));
    assertTrue(out().contains("stopped"), out());
  }

  @Test
  void stopWithoutASandboxSucceeds() {
    assertEquals(0, run("stop", "--dir", dir.resolve("none").toString()));
    assertTrue(out().contains("not running"), out());
  }

  @Test
  void purgeLeavesWhatIsNotOurs() throws Exception {
    Path foreign = Files.writeString(dir.resolve("letter.txt"), "dear");
    Files.createDirectories(dir.resolve("data/namenode"));
    assertEquals(0, run("stop", "--purge", "--dir", dir.toString()));
    assertTrue(Files.exists(foreign));
    assertEquals(1, dir.toFile().list().length);
  }

  @Test
  void tablesNeedARunningSandbox() {
    assertEquals(1, run("load-tpch", "--dir", dir.toString()));
    assertTrue(err().contains("weft sandbox start"), err());
  }
}
