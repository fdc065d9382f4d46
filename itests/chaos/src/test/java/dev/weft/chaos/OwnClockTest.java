package dev.weft.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnClockTest {
  @TempDir Path directory;

  @Test
  void onlyTheProcessThatAsksHasAnotherTime() throws Exception {
    assumeTrue(OwnClock.hindrance() == null, OwnClock.hindrance());
    for (long off : new long[] {-3_600, 0, 3_600}) {
      long before = System.currentTimeMillis() / 1_000;
      ProcessBuilder date = new ProcessBuilder("date", "+%s");
      date.environment().putAll(OwnClock.environment(directory, off));
      Process process = date.start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, process.waitFor());
      long seconds = Long.parseLong(said.strip()) - off;
      long after = System.currentTimeMillis() / 1_000;
      assertTrue(before <= seconds && seconds <= after, before + " " + seconds + " " + after);
    }
  }
}
