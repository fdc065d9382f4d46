package dev.weft.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

/**
 * How a command ended.
 *
 * @param line what was called
 * @param code exit code
 * @param out standard output
 * @param err standard error
 */
record CommandResult(List<String> line, int code, String out, String err) {
  CommandResult succeeds() {
    assertEquals(0, code, toString());
    return this;
  }

  /** The command failed with a code and told why in one last line, which holds all the words. */
  CommandResult failsWith(int expected, String... words) {
    assertEquals(expected, code, toString());
    String last =
        err.lines()
            .filter(text -> text.startsWith("weft: "))
            .reduce((first, second) -> second)
            .orElse("");
    for (String word : words) {
      assertTrue(last.contains(word), "'" + word + "' is missed in: " + this);
    }
    assertFalse(err.lines().anyMatch(text -> text.startsWith("\tat ")), "a stack trace: " + this);
    return this;
  }

  @Override
  public String toString() {
    return String.join(" ", line) + "\nexit code " + code + "\n--- out\n" + out + "--- err\n" + err;
  }
}
