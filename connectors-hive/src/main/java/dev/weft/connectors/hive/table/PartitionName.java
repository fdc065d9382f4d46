package dev.weft.connectors.hive.table;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.util.ArrayList;
import java.util.List;

/** Partition names and directories, {@code key=value/key=value}, with Hive's escapes. */
public final class PartitionName {
  /** Stands for a null value. */
  public static final String NULL_VALUE = "__HIVE_DEFAULT_PARTITION__";

  private static final String ESCAPED = "\"#%'*/:=?\\\u007F{[]^";

  private PartitionName() {}

  /** The name of the partition with these values; null stands for the null partition. */
  public static String format(List<HiveColumn> keys, List<String> values) {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < keys.size(); i++) {
      if (i > 0) {
        name.append('/');
      }
      String value = values.get(i);
      name.append(escape(keys.get(i).name()))
          .append('=')
          .append(value == null || value.isEmpty() ? NULL_VALUE : escape(value));
    }
    return name.toString();
  }

  /**
   * The values in a partition's name; null for the null partition.
   *
   * @throws WeftException with code DATA when the name does not fit the keys
   */
  public static List<String> parse(List<HiveColumn> keys, String name) {
    String[] elements = name.split("/", -1);
    List<String> values = new ArrayList<>();
    for (int i = 0; i < elements.length; i++) {
      int equals = elements[i].indexOf('=');
      if (elements.length != keys.size()
          || equals < 0
          || !unescape(elements[i].substring(0, equals)).equalsIgnoreCase(keys.get(i).name())) {
        throw new WeftException(
            ErrorCode.DATA,
            "The metastore has a partition '" + name + "' that does not fit the keys " + keys);
      }
      values.add(orNull(unescape(elements[i].substring(equals + 1))));
    }
    return values;
  }

  /** A partition value as the metastore keeps it, or null for the null partition. */
  public static String orNull(String value) {
    return value.equals(NULL_VALUE) ? null : value;
  }

  static String escape(String text) {
    StringBuilder escaped = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean special = c < 0x20 || ESCAPED.indexOf(c) >= 0;
      if (special && escaped == null) {
        escaped = new StringBuilder(text.length() + 8).append(text, 0, i);
      }
      if (special) {
        escaped.append('%').append(String.format("%02X", (int) c));
      } else if (escaped != null) {
        escaped.append(c);
      }
    }
    return escaped == null ? text : escaped.toString();
  }

  static String unescape(String text) {
    int percent = text.indexOf('%');
    if (percent < 0) {
      return text;
    }
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%' && i + 2 < text.length()) {
        int high = Character.digit(text.charAt(i + 1), 16);
        int low = Character.digit(text.charAt(i + 2), 16);
        if (high >= 0 && low >= 0) {
          plain.append((char) (high << 4 | low));
          i += 2;
          continue;
        }
      }
      plain.append(c);
    }
    return plain.toString();
  }
}
