package dev.weft.engine.batch.stored;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Panes as a snapshot names them.
 *
 * @param paneMillis the length of a pane
 * @param offsetMillis by how much the beginnings of panes are shifted from the epoch
 * @param accumulatorType the text of the type of the accumulators
 */
public record PaneText(long paneMillis, long offsetMillis, String accumulatorType) {
  private static final Pattern FORM =
      Pattern.compile("panes of (\\d{1,18}) ms from (\\d{1,18}) ms with (.+)", Pattern.DOTALL);

  /**
   * The panes of a text.
   *
   * @throws IllegalArgumentException when it names none
   */
  public static PaneText parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("'" + text + "' names no panes that this release knows");
    }
    return new PaneText(
        Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)), matcher.group(3));
  }

  @Override
  public String toString() {
    return "panes of " + paneMillis + " ms from " + offsetMillis + " ms with " + accumulatorType;
  }
}
