package dev.weft.connectors.hive.table;

import java.io.Serializable;

/**
 * A column or a partition key.
 *
 * @param name in lower case, as the metastore keeps it
 * @param type its type
 */
public record HiveColumn(String name, HiveType type) implements Serializable {
  @Override
  public String toString() {
    return name + " " + type;
  }
}
