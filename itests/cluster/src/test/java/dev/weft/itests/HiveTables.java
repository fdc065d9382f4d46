package dev.weft.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.trino.tpch.LineItem;
import io.trino.tpch.LineItemGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hive.common.type.HiveDecimal;
import org.apache.hadoop.hive.metastore.api.AlreadyExistsException;
import org.apache.hadoop.hive.metastore.api.Database;
import org.apache.hadoop.hive.metastore.api.FieldSchema;
import org.apache.hadoop.hive.metastore.api.NoSuchObjectException;
import org.apache.hadoop.hive.metastore.api.Partition;
import org.apache.hadoop.hive.metastore.api.SerDeInfo;
import org.apache.hadoop.hive.metastore.api.StorageDescriptor;
import org.apache.hadoop.hive.metastore.api.Table;
import org.apache.hadoop.hive.ql.exec.vector.DecimalColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.LongColumnVector;
import org.apache.hadoop.hive.ql.exec.vector.VectorizedRowBatch;
import org.apache.orc.OrcFile;
import org.apache.orc.Reader;
import org.apache.orc.RecordReader;
import org.apache.orc.TypeDescription;
import org.apache.orc.Writer;
import org.apache.thrift.TException;

/** Makes and reads Hive tables with Hive's Thrift client and ORC's reader and writer. */
final class HiveTables {
  private static final String ORC = "org.apache.hadoop.hive.ql.io.orc.Orc";
  private static final int ROWS = 1000;
  private static final double SCALE = 0.01;

  private static final Map<String, String> LINEITEM = new LinkedHashMap<>();

  static {
    for (String column :
        List.of(
            "l_orderkey bigint",
            "l_partkey bigint",
            "l_suppkey bigint",
            "l_linenumber int",
            "l_quantity decimal(15,2)",
            "l_extendedprice decimal(15,2)",
            "l_discount decimal(15,2)",
            "l_tax decimal(15,2)",
            "l_returnflag string",
            "l_linestatus string",
            "l_shipdate date",
            "l_commitdate date",
            "l_receiptdate date",
            "l_shipinstruct string",
            "l_shipmode string",
            "l_comment string")) {
      LINEITEM.put(column.split(" ")[0], column.split(" ")[1]);
    }
  }

  private final Metastore metastore;
  private final FileSystem files;
  private final String warehouse;

  private HiveTables(Metastore metastore, FileSystem files, String warehouse) {
    this.metastore = metastore;
    this.files = files;
    this.warehouse = warehouse;
  }

  static HiveTables of(TestCluster cluster) {
    try {
      HiveTables tables =
          new HiveTables(
              cluster.metastore(),
              cluster.hadoop().files(),
              cluster.hadoop().defaultFs() + "/user/hive/warehouse");
      tables.createDatabase("mart");
      tables.createDatabase("tpch");
      return tables;
    } catch (IOException | TException e) {
      throw new AssertionError("The databases cannot be made", e);
    }
  }

  /**
   * A row of the example's result.
   *
   * @param day of shipping
   * @param revenue its sum
   * @param lines how many
   * @param month the partition
   */
  record Revenue(LocalDate day, BigDecimal revenue, long lines, String month) {}

  void createDatabase(String name) throws TException {
    metastore.call(
        client -> {
          try {
            client.create_database(
                new Database(name, "", warehouse + "/" + name + ".db", Map.of()));
          } catch (AlreadyExistsException e) {
            // an earlier test made it
          }
          return null;
        });
  }

  boolean exists(String database, String table) throws TException {
    return metastore.call(
        client -> {
          try {
            client.get_table(database, table);
            return true;
          } catch (NoSuchObjectException e) {
            return false;
          }
        });
  }

  /** Registers a table with one string partition column and partitions in its directory. */
  void create(
      String database,
      String name,
      List<FieldSchema> columns,
      String partitionColumn,
      boolean orc,
      List<String> partitions)
      throws TException {
    StorageDescriptor storage = new StorageDescriptor();
    storage.setCols(columns);
    storage.setLocation(directory(database, name));
    storage.setInputFormat(orc ? ORC + "InputFormat" : "org.apache.hadoop.mapred.TextInputFormat");
    storage.setOutputFormat(
        orc ? ORC + "OutputFormat" : "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat");
    storage.setSerdeInfo(
        orc
            ? new SerDeInfo(name, ORC + "Serde", Map.of("serialization.format", "1"))
            : new SerDeInfo(
                name,
                "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
                Map.of("field.delim", "|", "serialization.format", "|")));
    storage.setBucketCols(List.of());
    storage.setSortCols(List.of());
    storage.setParameters(Map.of());
    Table table = new Table();
    table.setDbName(database);
    table.setTableName(name);
    table.setOwner("tests");
    table.setTableType("MANAGED_TABLE");
    table.setSd(storage);
    table.setParameters(Map.of());
    table.setPartitionKeys(List.of(new FieldSchema(partitionColumn, "string", null)));
    List<Partition> added = new ArrayList<>();
    for (String value : partitions) {
      StorageDescriptor own = new StorageDescriptor(storage);
      own.setLocation(storage.getLocation() + "/" + partitionColumn + "=" + value);
      Partition partition = new Partition();
      partition.setDbName(database);
      partition.setTableName(name);
      partition.setValues(List.of(value));
      partition.setSd(own);
      partition.setParameters(Map.of());
      added.add(partition);
    }
    metastore.call(
        client -> {
          client.create_table(table);
          return client.add_partitions(added);
        });
  }

  String directory(String database, String name) {
    return warehouse + "/" + database + ".db/" + name;
  }

  FileSystem files() {
    return files;
  }

  /**
   * An ORC table with the columns that the example reads, and two partitions: a good one, and one
   * whose file is no ORC file.
   *
   * @return the name of that file
   */
  String createCorruptLineitem(String database, String name) throws TException, IOException {
    createDatabase(database);
    String directory = directory(database, name);
    writeGood(new Path(directory, "ship_month=1994-01/good.orc"));
    Path corrupt = new Path(directory, "ship_month=1994-02/corrupt.orc");
    try (FSDataOutputStream out = files.create(corrupt)) {
      out.write("This was an ORC file once. ".repeat(400).getBytes(StandardCharsets.US_ASCII));
    }
    create(
        database,
        name,
        List.of(
            new FieldSchema("l_shipdate", "date", null),
            new FieldSchema("l_extendedprice", "decimal(15,2)", null),
            new FieldSchema("l_discount", "decimal(15,2)", null)),
        "ship_month",
        true,
        List.of("1994-01", "1994-02"));
    return corrupt.getName();
  }

  /**
   * Loads TPC-H's {@code lineitem} as text, partitioned by the month of shipping, once.
   *
   * @return what the example must make of it, by the day
   */
  Map<LocalDate, Revenue> loadLineitem() throws TException, IOException {
    Map<LocalDate, Revenue> expected = new TreeMap<>();
    String directory = directory("tpch", "lineitem");
    Map<String, StringBuilder> months = new TreeMap<>();
    for (LineItem item : new LineItemGenerator(SCALE, 1, 1)) {
      LocalDate day = LocalDate.ofEpochDay(item.getShipDate());
      String month = day.toString().substring(0, 7);
      months
          .computeIfAbsent(month, unseen -> new StringBuilder())
          .append(item.toLine())
          .append('\n');
      BigDecimal paid =
          BigDecimal.valueOf(item.getExtendedPriceInCents() * (100 - item.getDiscountPercent()), 4);
      expected.merge(
          day,
          new Revenue(day, paid, 1, month),
          (a, b) -> new Revenue(day, a.revenue().add(b.revenue()), a.lines() + b.lines(), month));
    }
    if (exists("tpch", "lineitem")) {
      return expected;
    }
    for (Map.Entry<String, StringBuilder> month : months.entrySet()) {
      Path file = new Path(directory, "ship_month=" + month.getKey() + "/part-00000");
      try (FSDataOutputStream out = files.create(file)) {
        out.write(month.getValue().toString().getBytes(StandardCharsets.UTF_8));
      }
    }
    create(
        "tpch",
        "lineitem",
        LINEITEM.entrySet().stream()
            .map(column -> new FieldSchema(column.getKey(), column.getValue(), null))
            .toList(),
        "ship_month",
        false,
        List.copyOf(months.keySet()));
    return expected;
  }

  /** Asserts that a table holds these rows, each once. */
  void assertRevenues(Map<LocalDate, Revenue> expected, String database, String name)
      throws TException, IOException {
    Map<LocalDate, Revenue> found = new TreeMap<>();
    for (Revenue row : revenues(database, name)) {
      Revenue same = new Revenue(row.day(), row.revenue().setScale(4), row.lines(), row.month());
      assertNull(found.put(row.day(), same), "twice: " + row);
    }
    assertEquals(expected, found);
  }

  private void writeGood(Path path) throws IOException {
    TypeDescription schema =
        TypeDescription.fromString(
            "struct<l_shipdate:date,l_extendedprice:decimal(15,2),l_discount:decimal(15,2)>");
    try (Writer writer =
        OrcFile.createWriter(
            path, OrcFile.writerOptions(files.getConf()).fileSystem(files).setSchema(schema))) {
      VectorizedRowBatch batch = schema.createRowBatchV2();
      for (int i = 0; i < ROWS; i++) {
        batch.reset();
        batch.size = 1;
        ((LongColumnVector) batch.cols[0]).vector[0] = LocalDate.of(1994, 1, 5).toEpochDay();
        for (int c = 1; c < 3; c++) {
          ((org.apache.hadoop.hive.ql.exec.vector.Decimal64ColumnVector) batch.cols[c]).vector[0] =
              i;
        }
        writer.addRowBatch(batch);
      }
    }
  }

  List<Partition> partitions(String database, String name) throws TException {
    return metastore.call(client -> client.get_partitions(database, name, (short) -1));
  }

  /** What a reader of the example's result finds, partition by partition. */
  List<Revenue> revenues(String database, String name) throws TException, IOException {
    List<Revenue> rows = new ArrayList<>();
    for (Partition partition : partitions(database, name)) {
      for (FileStatus file : visible(new Path(partition.getSd().getLocation()))) {
        read(file.getPath(), partition.getValues().get(0), rows);
      }
    }
    return rows;
  }

  private List<FileStatus> visible(Path directory) throws IOException {
    return List.of(
        files.listStatus(
            directory, path -> !path.getName().startsWith(".") && !path.getName().startsWith("_")));
  }

  private void read(Path file, String month, List<Revenue> into) throws IOException {
    try (Reader reader =
            OrcFile.createReader(file, OrcFile.readerOptions(files.getConf()).filesystem(files));
        RecordReader records = reader.rows()) {
      assertEquals(
          List.of("ship_date", "revenue", "lines"),
          reader.getSchema().getFieldNames(),
          file.toString());
      VectorizedRowBatch batch = reader.getSchema().createRowBatch();
      while (records.nextBatch(batch)) {
        for (int i = 0; i < batch.size; i++) {
          HiveDecimal sum =
              ((DecimalColumnVector) batch.cols[1])
                  .vector[batch.cols[1].isRepeating ? 0 : i].getHiveDecimal();
          into.add(
              new Revenue(
                  LocalDate.ofEpochDay(number(batch, 0, i)),
                  sum.bigDecimalValue(),
                  number(batch, 2, i),
                  month));
        }
      }
    }
  }

  private static long number(VectorizedRowBatch batch, int column, int row) {
    LongColumnVector vector = (LongColumnVector) batch.cols[column];
    return vector.vector[vector.isRepeating ? 0 : row];
  }

  /** No partition is known, and no reader of the table's directory would find a file. */
  void assertNothingVisible(String database, String name) throws TException, IOException {
    if (exists(database, name)) {
      assertEquals(List.of(), partitions(database, name));
    }
    Path directory = new Path(directory(database, name));
    if (files.exists(directory)) {
      for (FileStatus partition : visible(directory)) {
        assertEquals(
            List.of(),
            partition.isFile() ? List.of(partition) : visible(partition.getPath()),
            "files of " + partition.getPath());
      }
    }
  }
}
