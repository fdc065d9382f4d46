package dev.weft.engine.protocol;

/** Records in messages. */
public final class RecordText {
  private static final int CHARS_MAX = 200;

  private RecordText() {}

  /** The record's own text, cut where it is long; never fails. */
  public static String of(Object record) {
    String text;
    try {
      text = String.valueOf(record);
    } catch (RuntimeException e) {
      return "(a " + record.getClass().getName() + " whose toString threw " + e + ")";
    }
    return text.length() <= CHARS_MAX
        ? text
        : text.substring(0, CHARS_MAX) + "… (" + text.length() + " characters)";
  }
}
