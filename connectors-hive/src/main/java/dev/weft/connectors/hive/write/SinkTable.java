package dev.weft.connectors.hive.write;

import dev.weft.connectors.hive.table.HiveTable;
import java.io.Serializable;
import java.util.List;

/**
 * Where a sink writes and from which components.
 *
 * @param table the table, or the one to be made
 * @param create whether the table is made when it is missing
 * @param columnComponents for each column the record's component, or -1 for always NULL
 * @param keySources for each partition key where its value comes from
 */
public record SinkTable(
    HiveTable table, boolean create, List<Integer> columnComponents, List<KeySource> keySources)
    implements Serializable {
  /**
   * Where the value of a partition key comes from.
   *
   * @param component the record's component, or -1 when the value is fixed
   * @param fixed the fixed value; null for the null partition
   */
  public record KeySource(int component, String fixed) implements Serializable {}
}
