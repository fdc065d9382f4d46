package dev.weft.connectors.hive.table;

import java.util.Collection;
import java.util.Locale;

/** Finds what a user may have meant. */
public final class Suggestion {
  private Suggestion() {}

  /** {@code "; did you mean 'x'?"} with the nearest of the names, or the empty text. */
  public static String nearest(String wrong, Collection<String> names) {
    String best = null;
    int bestDistance = Math.max(2, wrong.length() / 3) + 1;
    for (String name : names) {
      int distance = distance(wrong.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
      if (distance < bestDistance) {
        best = name;
        bestDistance = distance;
      }
    }
    return best == null ? "" : "; did you mean '" + best + "'?";
  }

  /** How many characters must be put in, taken out or replaced (Levenshtein). */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replace = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replace, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
