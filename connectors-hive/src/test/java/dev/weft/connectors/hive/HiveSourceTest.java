package dev.weft.connectors.hive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.config.Configuration;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileStore;
import dev.weft.connectors.hdfs.HadoopFileStoreFactory;
import dev.weft.connectors.hdfs.testing.SourceDriver;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.hive.metastore.api.Database;
import org.apache.hadoop.hive.metastore.api.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HiveSourceTest {
  @TempDir Path directory;
  private FakeMetastore metastore;
  private FileStore files;

  record Item(Long orderKey, String l_comment, BigDecimal price, String month) {}

  record Wide(
      Boolean b,
      Byte t,
      Short s,
      Integer i,
      Long l,
      Float f,
      Double d,
      BigDecimal dec,
      String str,
      String v,
      String c,
      LocalDate day,
      LocalDateTime ts) {}

  record Primitive(long orderKey) {}

  @BeforeEach
  void open() throws Exception {
    metastore = new FakeMetastore();
    metastore.databases.put("tpch", new Database("tpch", "", "file:" + directory, Map.of()));
    files =
        new HadoopFileStoreFactory()
            .open(new Configuration().setString("hadoop.conf.fs.defaultFS", "file:///"));
  }

  @AfterEach
  void close() throws Exception {
    files.close();
    metastore.close();
  }

  @Test
  void readsPartitionsOfTextWithTheColumnsThatTheRecordNames() throws Exception {
    lineitem();
    HiveSource<Item> source = source(Item.class).build();
    List<Item> expected =
        List.of(
            new Item(1L, "one", new BigDecimal("1.50"), "1995-01"),
            new Item(2L, null, new BigDecimal("-0.10"), "1995-01"),
            new Item(3L, "", null, "1995-02"),
            new Item(null, "bad", null, null));
    assertEquals(expected, SourceDriver.readAll(source, files, 100, false));
    assertEquals(expected, SourceDriver.readAll(shipped(source), files, 1, true));
    assertTrue(metastore.calls.contains("get_table_req"));
  }

  @Test
  void readsOnlyTheChosenPartitions() throws Exception {
    lineitem();
    assertEquals(
        List.of(3L),
        SourceDriver.readAll(
                source(Item.class).partitions("ship_month > '1995-01'").build(), files, 9, false)
            .stream()
            .map(Item::orderKey)
            .toList());
    assertEquals(
        2,
        SourceDriver.readAll(
                source(Item.class).partition(Map.of("ship_month", "1995-01")).build(),
                files,
                9,
                false)
            .size());
    assertEquals(
        1,
        SourceDriver.readAll(
                source(Item.class).partitions("ship_month is null").build(), files, 9, false)
            .size());
  }

  @Test
  void readsEveryTypeOfTextAsHiveDoes() throws Exception {
    Table table = Tables.text("tpch.wide", directory, WIDE);
    table.getSd().getSerdeInfo().getParameters().put("field.delim", "|");
    table.getSd().getSerdeInfo().getParameters().put("escape.delim", "\\");
    table.getSd().getSerdeInfo().getParameters().put("serialization.null.format", "null");
    table.getParameters().put("skip.header.line.count", "1");
    metastore.addTable(table);
    Files.writeString(
        directory.resolve("f"),
        "b|t|s|i|l|f|d|dec|str|v|c|day|ts\n"
            + "TRUE|127|-32768|2147483647|-9223372036854775808|1.5|1e300|123.456|a\\|b|vvvvvv|c "
            + " |2024-02-29|2024-02-29 23:59:59.123\n"
            + "yes|128|1.9|x|9223372036854775808||nan?|99999999||||2024-02-30|2024-02-29\n"
            + "false|-1|+7\n"
            + "null|null|null|null|null|null|null|null|null|null|null|null|null|extra\n");
    List<Wide> rows =
        SourceDriver.readAll(
            HiveSource.table("tpch.wide", Wide.class).metastore(metastore.uri()).build(),
            files,
            1,
            true);
    assertEquals(
        new Wide(
            true,
            (byte) 127,
            (short) -32768,
            2147483647,
            Long.MIN_VALUE,
            1.5f,
            1e300,
            new BigDecimal("123.46"),
            "a|b",
            "vvvvv",
            "c",
            LocalDate.of(2024, 2, 29),
            LocalDateTime.of(2024, 2, 29, 23, 59, 59, 123_000_000)),
        rows.get(0));
    assertEquals(
        new Wide(
            null,
            null,
            (short) 1,
            null,
            null,
            null,
            null,
            null,
            "",
            "",
            "",
            null,
            LocalDateTime.of(2024, 2, 29, 0, 0)),
        rows.get(1));
    assertEquals((short) 7, rows.get(2).s());
    assertEquals(null, rows.get(2).i());
    assertEquals(
        new Wide(null, null, null, null, null, null, null, null, null, null, null, null, null),
        rows.get(3));
  }

  @Test
  void genericRowsHaveAllColumnsAndSurviveTheirSerializer() throws Exception {
    lineitem();
    HiveSource<HiveRow> source =
        HiveSource.table("TPCH.LineItem").metastore(metastore.uri()).build();
    List<HiveRow> rows = SourceDriver.readAll(shipped(source), files, 10, false);
    assertEquals("1995-01", rows.get(0).get("ship_month"));
    assertEquals(1L, rows.get(0).get("orderkey", Long.class));
    var type = (dev.weft.api.types.TypeInformation.CustomType<HiveRow>) source.getProducedType();
    for (HiveRow row : rows) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      type.serializer().serialize(row, new DataOutputStream(bytes));
      assertEquals(
          row,
          type.serializer()
              .deserialize(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()))));
    }
    assertThrows(WeftException.class, () -> rows.get(0).get("nope"));
  }

  @Test
  void aMissingTableDatabaseOrColumnIsAnsweredWithASuggestion() throws Exception {
    lineitem();
    assertUser("did you mean 'lineitem'?", HiveSource.table("tpch.lineitems"));
    assertUser("did you mean 'tpch'?", HiveSource.table("tpcc.lineitem"));
    assertUser(
        "component 'orderKye' of the record Misspelt has no column",
        HiveSource.table("tpch.lineitem", Misspelt.class));
    assertUser(
        "of type bigint and the component is of Integer",
        HiveSource.table("tpch.lineitem", Narrow.class));
    assertUser("no partition key", HiveSource.table("tpch.lineitem").partitions("mouth = 'x'"));
  }

  record Misspelt(Long orderKye) {}

  record Narrow(int orderKey) {}

  @Test
  void kindsOfTablesThatAreNotSupportedAreRefusedWhenPlanned() throws Exception {
    Table view = Tables.text("tpch.v", directory, List.of("a int"));
    view.setTableType("VIRTUAL_VIEW");
    metastore.addTable(view);
    assertUser("it is a view", HiveSource.table("tpch.v"));
    Table acid = Tables.orc("tpch.a", directory, List.of("a int"));
    acid.getParameters().put("transactional", "TRUE");
    metastore.addTable(acid);
    assertUser("transactional", HiveSource.table("tpch.a"));
    Table csv = Tables.text("tpch.c", directory, List.of("a int"));
    csv.getSd().getSerdeInfo().setSerializationLib("org.apache.hadoop.hive.serde2.OpenCSVSerde");
    metastore.addTable(csv);
    assertUser("OpenCSVSerde", HiveSource.table("tpch.c"));
    metastore.addTable(Tables.text("tpch.n", directory, List.of("a array<int>")));
    assertUser("array<int>, which is not supported", HiveSource.table("tpch.n"));
  }

  @Test
  void nullInAPrimitiveComponentIsNamed() throws Exception {
    lineitem();
    WeftException e =
        assertThrows(
            WeftException.class,
            () -> SourceDriver.readAll(source(Primitive.class).build(), files, 9, false));
    assertEquals(ErrorCode.DATA, e.code());
    assertTrue(e.getMessage().contains("'orderkey' is NULL"), e.getMessage());
    assertTrue(e.getMessage().contains("ship_month=__HIVE_DEFAULT_PARTITION__"), e.getMessage());
  }

  @Test
  void anUnreachableMetastoreIsNamed() throws Exception {
    String uri = metastore.uri();
    metastore.close();
    WeftException e =
        assertThrows(
            WeftException.class,
            () -> HiveSource.table("tpch.x").configuration(siteWithShortRetries(uri)).build());
    assertEquals(ErrorCode.DEPENDENCY, e.code());
    assertTrue(e.getMessage().contains(uri), e.getMessage());
    assertTrue(e.getMessage().contains("hive-site.xml"), e.getMessage());
  }

  @Test
  void aSecuredMetastoreIsRefused() throws Exception {
    Configuration site =
        site("hive.metastore.uris", "thrift://h:1", "hive.metastore.sasl.enabled", "true");
    WeftException e =
        assertThrows(
            WeftException.class, () -> HiveSource.table("tpch.x").configuration(site).build());
    assertEquals(ErrorCode.DEPENDENCY, e.code());
    assertTrue(e.getMessage().contains("sasl"), e.getMessage());
  }

  @Test
  void aLostReplyToAReadIsAskedAgainAndOldMetastoresAreUnderstood() throws Exception {
    lineitem();
    metastore.withoutRequests = true;
    metastore.loseReplyOf = "get_table";
    assertEquals(4, SourceDriver.readAll(source(Item.class).build(), files, 9, false).size());
  }

  private static final List<String> WIDE =
      List.of(
          "b boolean",
          "t tinyint",
          "s smallint",
          "i int",
          "l bigint",
          "f float",
          "d double",
          "dec decimal(7,2)",
          "str string",
          "v varchar(5)",
          "c char(4)",
          "day date",
          "ts timestamp");

  private <T> HiveSource.Builder<T> source(Class<T> recordClass) {
    return HiveSource.table("tpch.lineitem", recordClass).metastore(metastore.uri());
  }

  private void lineitem() throws IOException {
    Table table =
        Tables.text(
            "tpch.lineitem",
            directory.resolve("lineitem"),
            List.of("orderkey bigint", "price decimal(12,2)", "l_comment string"),
            "ship_month string",
            "month string");
    metastore.addTable(table);
    addPartition(table, "1995-01", "1\u00011.5\u0001one\n2\u0001-.1\u0001\\N\n");
    addPartition(table, "1995-02", "3\u0001x\u0001\n");
    addPartition(table, "__HIVE_DEFAULT_PARTITION__", "?\u0001\\N\u0001bad\n");
  }

  private void addPartition(Table table, String value, String text) throws IOException {
    Path location = directory.resolve("lineitem/elsewhere-" + value);
    Files.createDirectories(location);
    Files.writeString(location.resolve("000000_0"), text);
    metastore
        .partitions
        .get("tpch.lineitem")
        .put(
            "ship_month=" + value + "/month=" + value,
            Tables.partition(table, location, value, value));
  }

  private void assertUser(String message, HiveSource.Builder<?> builder) {
    WeftException e =
        assertThrows(WeftException.class, () -> builder.metastore(metastore.uri()).build());
    assertEquals(ErrorCode.USER, e.code());
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  private Configuration siteWithShortRetries(String uri) throws IOException {
    return site("hive.metastore.uris", uri, "hive.metastore.connect.retries", "1");
  }

  private Configuration site(String... pairs) throws IOException {
    StringBuilder xml = new StringBuilder("<configuration>");
    for (int i = 0; i < pairs.length; i += 2) {
      xml.append("<property><name>").append(pairs[i]).append("</name><value>");
      xml.append(pairs[i + 1]).append("</value></property>");
    }
    Path conf = Files.createDirectories(directory.resolve("conf"));
    Files.writeString(conf.resolve("hive-site.xml"), xml.append("</configuration>"));
    return new Configuration().setString("env.hive.conf.dir", conf.toString());
  }

  @SuppressWarnings("unchecked")
  private static <S> S shipped(S source) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(source);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (S) in.readObject();
    }
  }
}
