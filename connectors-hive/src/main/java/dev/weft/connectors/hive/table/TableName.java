package dev.weft.connectors.hive.table;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The name of a table.
 *
 * @param database in lower case
 * @param table in lower case
 */
public record TableName(String database, String table) {
  private static final Pattern PART = Pattern.compile("[\\p{L}\\p{N}_]{1,256}");

  /**
   * Reads {@code database.table} or, for the database {@code default}, {@code table}; backticks
   * around a part are taken off.
   *
   * @throws WeftException with code USER when it is neither
   */
  public static TableName parse(String text) {
    String[] parts = text.trim().split("\\.", -1);
    String database = parts.length == 2 ? bare(parts[0]) : "default";
    String table = parts.length <= 2 ? bare(parts[parts.length - 1]) : "";
    if (!PART.matcher(database).matches() || !PART.matcher(table).matches()) {
      throw new WeftException(
          ErrorCode.USER, "'" + text + "' is no table name; write database.table");
    }
    return new TableName(database, table);
  }

  private static String bare(String part) {
    String trimmed = part.trim().toLowerCase(Locale.ROOT);
    boolean quoted = trimmed.length() > 1 && trimmed.startsWith("`") && trimmed.endsWith("`");
    return quoted ? trimmed.substring(1, trimmed.length() - 1) : trimmed;
  }

  @Override
  public String toString() {
    return database + "." + table;
  }
}
