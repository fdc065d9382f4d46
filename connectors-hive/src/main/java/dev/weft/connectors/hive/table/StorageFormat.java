package dev.weft.connectors.hive.table;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the rows of a table or partition lie in files.
 *
 * @param kind the format
 * @param properties of its serializer, such as {@code field.delim}
 */
public record StorageFormat(Kind kind, Map<String, String> properties) implements Serializable {
  /** The formats that are read. */
  public enum Kind {
    /** Delimited text of LazySimpleSerDe. */
    TEXT,
    /** ORC. */
    ORC
  }

  /** Keeps the properties sorted. */
  public StorageFormat {
    properties = new TreeMap<>(properties);
  }
}
