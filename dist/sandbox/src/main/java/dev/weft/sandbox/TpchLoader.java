package dev.weft.sandbox;

import io.trino.tpch.LineItem;
import io.trino.tpch.LineItemGenerator;
import io.trino.tpch.Order;
import io.trino.tpch.OrderGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hive.metastore.api.FieldSchema;
import org.apache.hadoop.hive.metastore.api.Table;
import org.apache.thrift.TException;

/**
 * Loads the TPC-H tables {@code orders} and {@code lineitem} into the database {@code tpch} as Hive
 * text tables, and creates the empty database {@code mart} for results.
 *
 * <p>Columns have TPC-H's names and order. {@code lineitem} is partitioned by the month of shipping
 * ({@code ship_month}, such as 1994-03). An order knows no date of shipping, only its lines do, and
 * they may ship in different months; so {@code orders} is partitioned by the month of ordering
 * ({@code order_month}). Each partition is one file.
 *
 * <p>A table becomes visible when its files are in place. Loading the same scale again does
 * nothing; another scale replaces the tables.
 */
final class TpchLoader {
  static final String DATABASE = "tpch";
  static final String RESULTS = "mart";

  private static final String SCALE = "weft.tpch.scale";
  private static final String PARTITIONS = "weft.tpch.partitions";
  private static final double SCALE_MAX = 10;
  private static final int BUFFER_BYTES = 64 * 1024;

  private final Warehouse warehouse;
  private final double scale;
  private final Consumer<String> progress;

  TpchLoader(Warehouse warehouse, double scale, Consumer<String> progress) {
    if (!(scale > 0 && scale <= SCALE_MAX)) {
      throw new SandboxException(
          "The scale is " + scale + "; it must be above 0 and at most " + SCALE_MAX + ".");
    }
    this.warehouse = warehouse;
    this.scale = scale;
    this.progress = progress;
    // some eighty files are open at once: a few packets each will do
    warehouse.conf().setInt("dfs.client.write.max-packets-in-flight", 4);
  }

  /** What a table is made of and how. */
  private record Source<T>(
      String table,
      List<FieldSchema> columns,
      String partitionColumn,
      Iterable<T> rows,
      ToIntFunction<T> epochDay,
      Function<T, String> line) {}

  void load() {
    try {
      warehouse.createDatabase(DATABASE);
      warehouse.createDatabase(RESULTS);
      load(
          new Source<>(
              "orders",
              ORDERS,
              "order_month",
              new OrderGenerator(scale, 1, 1),
              Order::getOrderDate,
              TpchLoader::line));
      load(
          new Source<>(
              "lineitem",
              LINEITEM,
              "ship_month",
              new LineItemGenerator(scale, 1, 1),
              LineItem::getShipDate,
              TpchLoader::line));
    } catch (TException | IOException e) {
      throw new SandboxException("Cannot load the TPC-H tables: " + e.getMessage() + ".", e);
    }
  }

  private <T> void load(Source<T> source) throws TException, IOException {
    String name = DATABASE + "." + source.table();
    if (isLoaded(source.table())) {
      progress.accept(name + " is there already, scale " + scale);
      return;
    }
    warehouse.metastore().dropTable(DATABASE, source.table(), true, true);
    Path target = new Path(warehouse.directory(DATABASE), source.table());
    Path staging = new Path(warehouse.directory(DATABASE), ".loading-" + source.table());
    warehouse.files().delete(staging, true);
    warehouse.files().delete(target, true);
    List<String> months = new ArrayList<>();
    long rows = write(source, staging, months);
    if (!warehouse.files().rename(staging, target)) {
      throw new IOException("cannot rename " + staging + " to " + target);
    }
    Table table =
        Warehouse.textTable(
            DATABASE,
            source.table(),
            target,
            source.columns(),
            new FieldSchema(source.partitionColumn(), "string", null),
            "|");
    table.setParameters(
        Map.of(SCALE, Double.toString(scale), PARTITIONS, Integer.toString(months.size())));
    warehouse.metastore().createTable(table);
    warehouse.addPartitions(table, months);
    progress.accept(name + ": " + rows + " rows in " + months.size() + " partitions");
  }

  private boolean isLoaded(String name) throws TException {
    if (!warehouse.metastore().tableExists(DATABASE, name)) {
      return false;
    }
    Map<String, String> parameters = warehouse.table(DATABASE, name).getParameters();
    int partitions = warehouse.metastore().listPartitionNames(DATABASE, name, (short) -1).size();
    return Double.toString(scale).equals(parameters.get(SCALE))
        && Integer.toString(partitions).equals(parameters.get(PARTITIONS));
  }

  /** Writes one file for each month; fills {@code months}, in order. Returns the number of rows. */
  private <T> long write(Source<T> source, Path directory, List<String> months) throws IOException {
    Map<String, OutputStream> files = new TreeMap<>();
    long rows = 0;
    try {
      for (T row : source.rows()) {
        String month =
            LocalDate.ofEpochDay(source.epochDay().applyAsInt(row)).toString().substring(0, 7);
        OutputStream file = files.get(month);
        if (file == null) {
          Path path = new Path(directory, source.partitionColumn() + "=" + month + "/part-00000");
          file = warehouse.files().create(path, false, BUFFER_BYTES);
          files.put(month, file);
        }
        file.write(source.line().apply(row).getBytes(StandardCharsets.UTF_8));
        rows++;
      }
    } finally {
      for (OutputStream file : files.values()) {
        file.close();
      }
    }
    months.addAll(files.keySet());
    return rows;
  }

  static String line(Order order) {
    return new StringBuilder(160)
        .append(order.getOrderKey())
        .append('|')
        .append(order.getCustomerKey())
        .append('|')
        .append(order.getOrderStatus())
        .append('|')
        .append(hundredths(order.getTotalPriceInCents()))
        .append('|')
        .append(LocalDate.ofEpochDay(order.getOrderDate()))
        .append('|')
        .append(order.getOrderPriority())
        .append('|')
        .append(order.getClerk())
        .append('|')
        .append(order.getShipPriority())
        .append('|')
        .append(order.getComment())
        .append('\n')
        .toString();
  }

  static String line(LineItem item) {
    return new StringBuilder(200)
        .append(item.getOrderKey())
        .append('|')
        .append(item.getPartKey())
        .append('|')
        .append(item.getSupplierKey())
        .append('|')
        .append(item.getLineNumber())
        .append('|')
        .append(item.getQuantity())
        .append('|')
        .append(hundredths(item.getExtendedPriceInCents()))
        .append('|')
        .append(hundredths(item.getDiscountPercent()))
        .append('|')
        .append(hundredths(item.getTaxPercent()))
        .append('|')
        .append(item.getReturnFlag())
        .append('|')
        .append(item.getStatus())
        .append('|')
        .append(LocalDate.ofEpochDay(item.getShipDate()))
        .append('|')
        .append(LocalDate.ofEpochDay(item.getCommitDate()))
        .append('|')
        .append(LocalDate.ofEpochDay(item.getReceiptDate()))
        .append('|')
        .append(item.getShipInstructions())
        .append('|')
        .append(item.getShipMode())
        .append('|')
        .append(item.getComment())
        .append('\n')
        .toString();
  }

  /** A number of hundredths, none of which is negative in TPC-H, as a decimal with two places. */
  private static String hundredths(long value) {
    long fraction = value % 100;
    return value / 100 + (fraction < 10 ? ".0" : ".") + fraction;
  }

  private static List<FieldSchema> columns(String... namesAndTypes) {
    List<FieldSchema> columns = new ArrayList<>();
    for (int i = 0; i < namesAndTypes.length; i += 2) {
      columns.add(new FieldSchema(namesAndTypes[i], namesAndTypes[i + 1], null));
    }
    return List.copyOf(columns);
  }

  private static final List<FieldSchema> ORDERS =
      columns(
          "o_orderkey", "bigint",
          "o_custkey", "bigint",
          "o_orderstatus", "string",
          "o_totalprice", "decimal(15,2)",
          "o_orderdate", "date",
          "o_orderpriority", "string",
          "o_clerk", "string",
          "o_shippriority", "int",
          "o_comment", "string");

  private static final List<FieldSchema> LINEITEM =
      columns(
          "l_orderkey", "bigint",
          "l_partkey", "bigint",
          "l_suppkey", "bigint",
          "l_linenumber", "int",
          "l_quantity", "decimal(15,2)",
          "l_extendedprice", "decimal(15,2)",
          "l_discount", "decimal(15,2)",
          "l_tax", "decimal(15,2)",
          "l_returnflag", "string",
          "l_linestatus", "string",
          "l_shipdate", "date",
          "l_commitdate", "date",
          "l_receiptdate", "date",
          "l_shipinstruct", "string",
          "l_shipmode", "string",
          "l_comment", "string");
}
