package dev.weft.connectors.hive;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.hive.metastore.api.FieldSchema;
import org.apache.hadoop.hive.metastore.api.Partition;
import org.apache.hadoop.hive.metastore.api.SerDeInfo;
import org.apache.hadoop.hive.metastore.api.StorageDescriptor;
import org.apache.hadoop.hive.metastore.api.Table;

/** Descriptions of tables as a metastore gives them. */
final class Tables {
  private Tables() {}

  /** A delimited text table; columns are written {@code name type}. */
  static Table text(String name, Path location, List<String> columns, String... keys) {
    return table(
        name,
        location,
        columns,
        List.of(keys),
        "org.apache.hadoop.mapred.TextInputFormat",
        "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe");
  }

  /** An ORC table. */
  static Table orc(String name, Path location, List<String> columns, String... keys) {
    return table(
        name,
        location,
        columns,
        List.of(keys),
        "org.apache.hadoop.hive.ql.io.orc.OrcInputFormat",
        "org.apache.hadoop.hive.ql.io.orc.OrcSerde");
  }

  static Partition partition(Table table, Path location, String... values) {
    Partition partition = new Partition();
    partition.setDbName(table.getDbName());
    partition.setTableName(table.getTableName());
    partition.setValues(List.of(values));
    partition.setSd(table.getSd().deepCopy());
    partition.getSd().setLocation("file:" + location);
    partition.setParameters(new LinkedHashMap<>());
    return partition;
  }

  private static Table table(
      String name,
      Path location,
      List<String> columns,
      List<String> keys,
      String inputFormat,
      String serde) {
    String[] parts = name.split("\\.");
    StorageDescriptor storage = new StorageDescriptor();
    storage.setCols(fields(columns));
    storage.setLocation("file:" + location);
    storage.setInputFormat(inputFormat);
    storage.setSerdeInfo(
        new SerDeInfo(parts[1], serde, new LinkedHashMap<>(Map.of("serialization.format", "1"))));
    storage.setNumBuckets(-1);
    Table table = new Table();
    table.setDbName(parts[0]);
    table.setTableName(parts[1]);
    table.setTableType("MANAGED_TABLE");
    table.setSd(storage);
    table.setPartitionKeys(fields(keys));
    table.setParameters(new LinkedHashMap<>());
    return table;
  }

  private static List<FieldSchema> fields(List<String> columns) {
    List<FieldSchema> fields = new ArrayList<>();
    for (String column : columns) {
      int space = column.indexOf(' ');
      fields.add(new FieldSchema(column.substring(0, space), column.substring(space + 1), ""));
    }
    return fields;
  }
}
