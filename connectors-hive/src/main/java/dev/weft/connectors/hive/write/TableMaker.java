package dev.weft.connectors.hive.write;

import dev.weft.connectors.hive.table.HiveColumn;
import dev.weft.connectors.hive.table.HiveTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.hive.metastore.api.FieldSchema;
import org.apache.hadoop.hive.metastore.api.SerDeInfo;
import org.apache.hadoop.hive.metastore.api.StorageDescriptor;
import org.apache.hadoop.hive.metastore.api.Table;

/** Describes new ORC tables to the metastore. */
final class TableMaker {
  private TableMaker() {}

  static Table tableFor(HiveTable planned) {
    SerDeInfo serde = new SerDeInfo();
    serde.setName(planned.name());
    serde.setSerializationLib("org.apache.hadoop.hive.ql.io.orc.OrcSerde");
    serde.setParameters(new LinkedHashMap<>(planned.format().properties()));
    StorageDescriptor storage = new StorageDescriptor();
    storage.setCols(fields(planned.columns()));
    storage.setLocation(planned.location());
    storage.setInputFormat("org.apache.hadoop.hive.ql.io.orc.OrcInputFormat");
    storage.setOutputFormat("org.apache.hadoop.hive.ql.io.orc.OrcOutputFormat");
    storage.setNumBuckets(-1);
    storage.setSerdeInfo(serde);
    storage.setBucketCols(List.of());
    storage.setSortCols(List.of());
    storage.setParameters(Map.of());
    Table table = new Table();
    table.setDbName(planned.database());
    table.setTableName(planned.name());
    table.setTableType("MANAGED_TABLE");
    table.setSd(storage);
    table.setPartitionKeys(fields(planned.partitionKeys()));
    table.setParameters(new LinkedHashMap<>(planned.parameters()));
    table.setOwner(System.getProperty("user.name"));
    return table;
  }

  private static List<FieldSchema> fields(List<HiveColumn> columns) {
    return columns.stream()
        .map(column -> new FieldSchema(column.name(), column.type().text(), ""))
        .toList();
  }
}
