package dev.weft.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ArgumentsTest {
  @Test
  void namesWhatIsWrong() {
    var unknown =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Arguments(new String[] {"--form", "x"}, "from", "into"));
    assertTrue(unknown.getMessage().contains("'--form'"));
    assertTrue(unknown.getMessage().contains("--from --into"));
    assertThrows(
        IllegalArgumentException.class, () -> new Arguments(new String[] {"--from"}, "from"));
    Arguments given = new Arguments(new String[] {"--rate", "fast"}, "rate", "into");
    assertThrows(IllegalArgumentException.class, () -> given.number("rate", 1));
    assertThrows(IllegalArgumentException.class, () -> given.required("into"));
  }

  @Test
  void sessionsAreSpread() {
    long[] seen = new long[10];
    for (long i = 0; i < 10_000; i++) {
      seen[(int) SessionCounts.sessionOf(i, 10)]++;
    }
    for (long count : seen) {
      assertTrue(count > 800 && count < 1200, "a session has " + count + " of 10,000 clicks");
    }
    assertEquals(SessionCounts.sessionOf(77, 10), SessionCounts.sessionOf(77, 10));
  }
}
