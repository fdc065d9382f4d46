package dev.weft.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerCheckTest {
  @TempDir Path dir;

  private static LedgerCheck.Report check(int splits, String... lines) {
    LedgerCheck check = new LedgerCheck(splits);
    for (String line : lines) {
      check.add(line, "file");
    }
    return check.report();
  }

  private static void finds(String expected, LedgerCheck.Report report) {
    assertFalse(report.isCorrect());
    assertEquals(1, report.findingsTotal(), report.toString());
    assertTrue(report.findings().get(0).contains(expected), report.toString());
  }

  @Test
  void prefixesOfDifferentLengthAreCorrect() {
    LedgerCheck.Report report = check(2, "0,7,1", "2,7,2", "4,8,1", "1,7,3");
    assertTrue(report.isCorrect(), report.toString());
    assertEquals(4, report.lines());
    assertEquals(2, report.sessions());
  }

  @Test
  void nothingIsCorrect() {
    assertTrue(check(4).isCorrect());
  }

  @Test
  void aMissingRecordIsFound() {
    finds("split 0 misses 1 records, the first with index 2", check(2, "0,7,1", "4,8,1", "1,9,1"));
  }

  @Test
  void aRecordTwiceIsFound() {
    finds("index 1 is there twice", check(1, "0,7,1", "1,7,2", "1,7,3"));
  }

  @Test
  void aMissingCountIsFound() {
    finds("session 7 misses 1 counts, the first is 1", check(1, "0,7,2", "1,8,1"));
  }

  @Test
  void aCountTwiceIsFound() {
    finds("count 1 of session 7 is there twice", check(1, "0,7,1", "1,7,1"));
  }

  @Test
  void aTornLineIsFound() {
    finds("'1,7' in file is not index,session,count", check(1, "0,7,1", "1,7"));
  }

  @Test
  void anIndexBelowZeroIsFound() {
    finds("out of range", check(1, "-1,7,1"));
  }

  @Test
  void splitsStartAtOne() {
    assertThrows(SandboxException.class, () -> new LedgerCheck(0));
  }

  @Test
  void hiddenFilesAreNotRead() throws IOException {
    Files.writeString(dir.resolve("part-0"), "0,7,1\n");
    Files.createDirectories(dir.resolve("2026-11-21"));
    Files.writeString(dir.resolve("2026-11-21/part-1"), "1,7,2\n");
    Files.createDirectories(dir.resolve(".weft-staging"));
    Files.writeString(dir.resolve(".weft-staging/part-2"), "1,7,2\n");
    Files.writeString(dir.resolve("_temporary"), "rubbish\n");
    LedgerCheck.Report report =
        LedgerCheck.of(
            FileSystem.getLocal(new Configuration()),
            new org.apache.hadoop.fs.Path(dir.toUri()),
            1);
    assertTrue(report.isCorrect(), report.toString());
    assertEquals(2, report.files());
  }
}
