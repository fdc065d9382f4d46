package dev.weft.connectors.hive.table;

import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * A table as it was when the job was planned.
 *
 * @param database its database
 * @param name its name
 * @param location its directory
 * @param columns without the partition keys
 * @param partitionKeys empty for a table without partitions
 * @param format how new partitions, or the table itself, lie in files
 * @param parameters the table properties
 */
public record HiveTable(
    String database,
    String name,
    String location,
    List<HiveColumn> columns,
    List<HiveColumn> partitionKeys,
    StorageFormat format,
    Map<String, String> parameters)
    implements Serializable {
  /** Database and name. */
  public String qualifiedName() {
    return database + "." + name;
  }

  /** Whether the table has partitions. */
  public boolean partitioned() {
    return !partitionKeys.isEmpty();
  }
}
