package dev.weft.sandbox;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hive.metastore.HiveMetaStoreClient;
import org.apache.hadoop.hive.metastore.TableType;
import org.apache.hadoop.hive.metastore.api.AlreadyExistsException;
import org.apache.hadoop.hive.metastore.api.Database;
import org.apache.hadoop.hive.metastore.api.FieldSchema;
import org.apache.hadoop.hive.metastore.api.MetaException;
import org.apache.hadoop.hive.metastore.api.NoSuchObjectException;
import org.apache.hadoop.hive.metastore.api.Partition;
import org.apache.hadoop.hive.metastore.api.SerDeInfo;
import org.apache.hadoop.hive.metastore.api.StorageDescriptor;
import org.apache.hadoop.hive.metastore.api.Table;
import org.apache.thrift.TException;

/**
 * The sandbox's tables as Hadoop's and Hive's own clients see them. Not for use by several threads.
 */
final class Warehouse implements AutoCloseable {
  private static final String TEXT_SERDE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe";
  private static final String TEXT_INPUT = "org.apache.hadoop.mapred.TextInputFormat";
  private static final String TEXT_OUTPUT =
      "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat";

  private final FileSystem files;
  private final HiveMetaStoreClient metastore;
  private final Configuration conf;

  /** Connects by the configuration directories that the sandbox wrote. */
  Warehouse(Sandbox sandbox) {
    conf = new Configuration();
    for (String name : List.of("core-site.xml", "hdfs-site.xml")) {
      conf.addResource(new Path(sandbox.hadoopConfDir().resolve(name).toUri()));
    }
    conf.addResource(new Path(sandbox.hiveConfDir().resolve("hive-site.xml").toUri()));
    try {
      files = FileSystem.get(conf);
      metastore = new HiveMetaStoreClient(conf);
    } catch (IOException | MetaException e) {
      throw new SandboxException("Cannot connect to the sandbox: " + e.getMessage() + ".", e);
    }
  }

  FileSystem files() {
    return files;
  }

  Configuration conf() {
    return conf;
  }

  HiveMetaStoreClient metastore() {
    return metastore;
  }

  Path directory(String database) {
    return new Path(conf.get("hive.metastore.warehouse.dir"), database + ".db");
  }

  void createDatabase(String name) throws TException {
    try {
      metastore.createDatabase(
          new Database(name, "Made by the Weft sandbox", directory(name).toString(), Map.of()));
    } catch (AlreadyExistsException e) {
      // what was asked for
    }
  }

  Table table(String database, String name) throws TException {
    try {
      return metastore.getTable(database, name);
    } catch (NoSuchObjectException e) {
      throw new SandboxException("There is no table " + database + "." + name + ".", e);
    }
  }

  /** A managed table of lines whose fields are separated by {@code delimiter}; not yet created. */
  static Table textTable(
      String database,
      String name,
      Path location,
      List<FieldSchema> columns,
      FieldSchema partitionColumn,
      String delimiter) {
    StorageDescriptor storage = new StorageDescriptor();
    storage.setCols(columns);
    storage.setLocation(location.toString());
    storage.setInputFormat(TEXT_INPUT);
    storage.setOutputFormat(TEXT_OUTPUT);
    storage.setSerdeInfo(
        new SerDeInfo(
            name, TEXT_SERDE, Map.of("field.delim", delimiter, "serialization.format", delimiter)));
    storage.setBucketCols(List.of());
    storage.setSortCols(List.of());
    storage.setParameters(Map.of());
    Table table = new Table();
    table.setDbName(database);
    table.setTableName(name);
    table.setOwner(System.getProperty("user.name"));
    table.setTableType(TableType.MANAGED_TABLE.toString());
    table.setSd(storage);
    table.setPartitionKeys(List.of(partitionColumn));
    return table;
  }

  /** Registers partitions of a table with one partition column, all or none. */
  void addPartitions(Table table, List<String> values) throws TException {
    String column = table.getPartitionKeys().get(0).getName();
    List<Partition> partitions = new ArrayList<>();
    for (String value : values) {
      StorageDescriptor storage = new StorageDescriptor(table.getSd());
      storage.setLocation(table.getSd().getLocation() + "/" + column + "=" + value);
      Partition partition = new Partition();
      partition.setDbName(table.getDbName());
      partition.setTableName(table.getTableName());
      partition.setValues(List.of(value));
      partition.setSd(storage);
      partitions.add(partition);
    }
    metastore.add_partitions(partitions, false, false);
  }

  @Override
  public void close() {
    metastore.close();
    try {
      files.close();
    } catch (IOException e) {
      throw new SandboxException("Cannot close the connection to HDFS: " + e + ".", e);
    }
  }
}
