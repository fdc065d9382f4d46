package dev.weft.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A short selection of the faults, as the command tries them. */
class ChaosIT {
  private static final long MINUTES_MAX = 8;

  @Test
  void theLedgerSurvivesTheDeathOfProcesses() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(System.getProperty("weft.chaos.run"), "A1", "A4", "E1")
            .inheritIO()
            .start();
    assertTrue(process.waitFor(MINUTES_MAX, TimeUnit.MINUTES), "it does not end");
    assertEquals(0, process.exitValue());
  }
}
