package dev.weft.connectors.hive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.config.Configuration;
import dev.weft.api.connector.Committable;
import dev.weft.api.connector.Committer;
import dev.weft.api.connector.CommittingSinkWriter;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.connectors.hdfs.HadoopFileStoreFactory;
import dev.weft.connectors.hdfs.sink.StagedFile;
import dev.weft.connectors.hdfs.testing.FakeContexts;
import dev.weft.connectors.hdfs.testing.FaultyFileStore;
import dev.weft.connectors.hdfs.testing.SourceDriver;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.hive.metastore.api.Database;
import org.apache.hadoop.hive.metastore.api.Partition;
import org.apache.hadoop.hive.metastore.api.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HiveSinkTest {
  private static final String JOB = "0123456789abcdef0123456789abcdef";

  @TempDir Path directory;
  private FakeMetastore metastore;
  private FaultyFileStore files;

  record Revenue(LocalDate ds, String country, BigDecimal revenue, long orders) {}

  record Plain(long id, String name) {}

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
      LocalDate day,
      LocalDateTime at,
      int primitiveInt) {}

  @BeforeEach
  void open() throws Exception {
    metastore = new FakeMetastore();
    metastore.databases.put(
        "mart", new Database("mart", "", "file:" + directory.resolve("mart.db"), Map.of()));
    files =
        new FaultyFileStore(
            new HadoopFileStoreFactory()
                .open(new Configuration().setString("hadoop.conf.fs.defaultFS", "file:///")));
  }

  @AfterEach
  void close() throws Exception {
    files.close();
    metastore.close();
  }

  @Test
  void dynamicPartitionsAppearWholeWithTheCommit() throws Exception {
    HiveSink<Revenue> sink = created();
    List<Committable<StagedFile>> staged = stage(sink, 0, 1, revenue(1, "de"), revenue(2, null));
    staged.addAll(stage(sink, 1, 1, revenue(1, "de"), revenue(1, "fr/x")));
    assertFalse(metastore.tables.containsKey("mart.daily"));
    commit(sink, staged);
    assertEquals(
        List.of(
            "ds=2024-01-01/country=de",
            "ds=2024-01-01/country=fr%2Fx",
            "ds=2024-01-02/country=__HIVE_DEFAULT_PARTITION__"),
        partitions().keySet().stream().sorted().toList());
    Partition german = partitions().get("ds=2024-01-01/country=de");
    assertEquals("2", german.getParameters().get("numRows"));
    assertEquals("2", german.getParameters().get("numFiles"));
    assertEquals(JOB + ":sink:1", german.getParameters().get("weft.commit"));
    List<Revenue> rows = readRevenue();
    assertEquals(4, rows.size());
    assertTrue(rows.contains(revenue(2, null)));
    assertTrue(rows.contains(revenue(1, "fr/x")));
  }

  @Test
  void commitsMayBeRepeatedAndPartitionsGrow() throws Exception {
    HiveSink<Revenue> sink = created();
    List<Committable<StagedFile>> first = stage(sink, 0, 1, revenue(1, "de"));
    commit(sink, first);
    commit(sink, first);
    List<Committable<StagedFile>> second = stage(sink, 0, 2, revenue(1, "de"), revenue(1, "de"));
    commit(sink, second);
    commit(sink, second);
    Partition partition = partitions().get("ds=2024-01-01/country=de");
    assertEquals("3", partition.getParameters().get("numRows"));
    assertEquals("2", partition.getParameters().get("numFiles"));
    assertEquals(3, readRevenue().size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "add_partitions_req",
        "create_table",
        "get_partitions_by_names",
        "alter_partitions_with_environment_context"
      })
  void aLostReplyOfTheMetastoreLeavesNothingTwice(String call) throws Exception {
    HiveSink<Revenue> sink = created();
    if (call.startsWith("alter")) {
      commit(sink, stage(sink, 0, 1, revenue(1, "de")));
    }
    List<Committable<StagedFile>> staged = stage(sink, 0, 7, revenue(1, "de"));
    metastore.loseReplyOf = call;
    try {
      commit(sink, staged);
    } catch (IOException e) {
      assertTrue(e.getMessage().contains("unknown"), e.getMessage());
      commit(sink, staged);
    }
    int expected = call.startsWith("alter") ? 2 : 1;
    assertEquals(expected, readRevenue().size());
    assertEquals(
        String.valueOf(expected),
        partitions().get("ds=2024-01-01/country=de").getParameters().get("numRows"));
  }

  @Test
  void aCommitThatDiedBetweenRenamesShowsNoPartition() throws Exception {
    HiveSink<Revenue> sink = created();
    List<Committable<StagedFile>> staged = stage(sink, 0, 1, revenue(1, "de"), revenue(2, "de"));
    files.failRenameAfter(1, true);
    assertThrows(IOException.class, () -> commit(sink, staged));
    assertEquals(Map.of(), partitions());
    commit(sink, staged);
    assertEquals(2, readRevenue().size());
  }

  @Test
  void aPartitionThatLiesElsewhereGetsItsFilesThere() throws Exception {
    HiveSink<Revenue> sink = created();
    commit(sink, stage(sink, 0, 1, revenue(1, "de")));
    Path elsewhere = Files.createDirectories(directory.resolve("elsewhere"));
    partitions().get("ds=2024-01-01/country=de").getSd().setLocation("file:" + elsewhere);
    commit(sink, stage(sink, 0, 2, revenue(1, "de")));
    try (Stream<Path> found = Files.list(elsewhere)) {
      assertEquals(1, found.count());
    }
  }

  @Test
  void fixedPartitionsAndTablesWithoutPartitionsAreWritten() throws Exception {
    HiveSink<Plain> fixed =
        HiveSink.table("mart.fixed", Plain.class)
            .metastore(metastore.uri())
            .partition("DS", "2024-05-05")
            .createIfMissing()
            .build();
    commit(fixed, stage(fixed, 0, 1, new Plain(1, "a")));
    assertTrue(metastore.partitions.get("mart.fixed").containsKey("ds=2024-05-05"));
    HiveSink<Plain> flat =
        HiveSink.table("mart.flat", Plain.class)
            .metastore(metastore.uri())
            .createIfMissing()
            .build();
    List<Committable<StagedFile>> staged = stage(flat, 0, 1, new Plain(1, "a"), new Plain(2, null));
    commit(flat, staged);
    commit(flat, staged);
    assertEquals("2", metastore.tables.get("mart.flat").getParameters().get("numRows"));
    assertEquals(
        List.of(new Plain(1, "a"), new Plain(2, null)),
        SourceDriver.readAll(
            HiveSource.table("mart.flat", Plain.class).metastore(metastore.uri()).build(),
            files,
            1,
            true));
  }

  @Test
  void everyTypeIsReadAsItWasWrittenAcrossManyBatchesAndSplits() throws Exception {
    HiveSink<Wide> sink =
        HiveSink.table("mart.wide", Wide.class)
            .metastore(metastore.uri())
            .columnType("dec", "decimal(30,3)")
            .createIfMissing()
            .build();
    Wide[] records = new Wide[5000];
    for (int i = 0; i < records.length; i++) {
      records[i] =
          i % 7 == 0
              ? new Wide(null, null, null, null, null, null, null, null, null, null, null, i)
              : new Wide(
                  i % 2 == 0,
                  (byte) i,
                  (short) i,
                  -i,
                  i * 1_000_000_007L,
                  i / 3f,
                  i / 7d,
                  BigDecimal.valueOf(i * 7919L, 3),
                  "text " + i,
                  LocalDate.of(1500, 1, 1).plusDays(i * 50L),
                  LocalDateTime.of(1969, 12, 31, 20, 0, 0, 999_999_999)
                      .plusNanos(i * 1_000_001_001L),
                  i);
    }
    commit(sink, stage(sink, 0, 1, records));
    HiveSource<Wide> source =
        HiveSource.table("mart.wide", Wide.class).metastore(metastore.uri()).build();
    assertSame(records, SourceDriver.readAll(source, files, 10_000, false));
    assertSame(records, SourceDriver.readAll(source, files, 333, true));
  }

  private static void assertSame(Wide[] expected, List<Wide> rows) {
    assertEquals(expected.length, rows.size());
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], rows.get(i));
    }
  }

  @Test
  void aDamagedOrcFileIsNamed() throws Exception {
    HiveSink<Revenue> sink = created();
    commit(sink, stage(sink, 0, 1, revenue(1, "de")));
    Path file;
    try (Stream<Path> all = Files.walk(directory.resolve("mart.db/daily"))) {
      file = all.filter(p -> p.toString().endsWith(".orc")).findFirst().orElseThrow();
    }
    byte[] whole = Files.readAllBytes(file);
    for (byte[] damaged :
        List.of(
            Arrays.copyOf(whole, whole.length / 2),
            new byte[100],
            "ORC".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
            flipped(whole, whole.length - 1),
            flipped(whole, whole.length - 5))) {
      Files.write(file, damaged);
      WeftException e = assertThrows(WeftException.class, this::readRevenue);
      assertEquals(ErrorCode.DATA, e.code());
      assertTrue(e.getMessage().contains(file.getFileName().toString()), e.getMessage());
      assertTrue(e.getMessage().contains("mart.daily"), e.getMessage());
      assertTrue(e.getMessage().contains("ds=2024-01-01/country=de"), e.getMessage());
    }
  }

  private static byte[] flipped(byte[] bytes, int at) {
    byte[] copy = bytes.clone();
    copy[at] ^= 0x55;
    return copy;
  }

  @Test
  void aTableDroppedWhileTheJobRunsKeepsTheOutput() throws Exception {
    HiveSink<Revenue> sink = created();
    commit(sink, stage(sink, 0, 1, revenue(1, "de")));
    Table dropped = metastore.tables.remove("mart.daily");
    HiveSink<Revenue> found = created();
    List<Committable<StagedFile>> staged = stage(found, 0, 2, revenue(2, "de"));
    Committer<StagedFile> committer = committer(found);
    commitWith(committer, stage(found, 0, 3, revenue(3, "de")));
    metastore.tables.remove("mart.daily");
    WeftException e = assertThrows(WeftException.class, () -> commitWith(committer, staged));
    assertEquals(ErrorCode.DATA, e.code());
    committer.finish(false);
    assertTrue(Files.exists(Path.of(staged.get(0).value().stagedPath().substring(7))));
    metastore.tables.put("mart.daily", dropped);
    commitWith(committer, staged);
    committer.close();
  }

  @Test
  void policiesOfTheTableAreFollowed() throws Exception {
    Table table =
        Tables.orc(
            "mart.policy",
            directory.resolve("p"),
            List.of("id bigint", "name string"),
            "ds string");
    table.getParameters().put("sink.partition-commit.policy.kind", "metastore,success-file");
    table.getParameters().put("sink.rolling-policy.file-size", "1 kb");
    table.getParameters().put("sink.shuffle-by-partition.enable", "true");
    table.getParameters().put("orc.compress", "SNAPPY");
    metastore.addTable(table);
    HiveSink<Plain> sink =
        HiveSink.table("mart.policy", Plain.class)
            .metastore(metastore.uri())
            .partition("ds", "x")
            .build();
    Plain[] records = new Plain[3000];
    for (int i = 0; i < records.length; i++) {
      records[i] = new Plain(i, "name " + i);
    }
    List<Committable<StagedFile>> staged = stage(sink, 0, 1, records);
    assertEquals(3, staged.size());
    commit(sink, staged);
    assertTrue(Files.exists(directory.resolve("p/ds=x/_SUCCESS")));
  }

  @Test
  void whatDoesNotFitTheTableIsRefusedWhenPlanned() throws Exception {
    metastore.addTable(
        Tables.orc("mart.t", directory, List.of("id int", "nam string"), "ds string"));
    assertUser(
        "component 'id' of the record Plain is a Long and cannot be written into the column 'id int'",
        HiveSink.table("mart.t", Plain.class).partition("ds", "x"));
    metastore.addTable(Tables.orc("mart.u", directory, List.of("id bigint"), "ds string"));
    assertUser("component 'name'", HiveSink.table("mart.u", Plain.class).partition("ds", "x"));
    metastore.addTable(
        Tables.orc("mart.v", directory, List.of("id bigint", "name string"), "ds date"));
    assertUser("'ds'", HiveSink.table("mart.v", Plain.class));
    assertUser(
        "'day' is no partition key",
        HiveSink.table("mart.v", Plain.class).partition("ds", "2024-01-01").partition("day", "x"));
    assertUser("is no date", HiveSink.table("mart.v", Plain.class).partition("ds", "today"));
    metastore.addTable(Tables.text("mart.w", directory, List.of("id bigint", "name string")));
    assertUser("only ORC is written", HiveSink.table("mart.w", Plain.class));
    assertUser("no table 'x'", HiveSink.table("mart.x", Plain.class));
    assertUser("no Hive database 'mort'", HiveSink.table("mort.x", Plain.class).createIfMissing());
    Table bucketed = Tables.orc("mart.b", directory, List.of("id bigint", "name string"));
    bucketed.getSd().setNumBuckets(4);
    metastore.addTable(bucketed);
    assertUser("bucketed", HiveSink.table("mart.b", Plain.class));
  }

  @Test
  void valuesThatDoNotFitTheirColumnFailTheJob() throws Exception {
    metastore.addTable(
        Tables.orc("mart.small", directory, List.of("dec decimal(4,2)", "str varchar(2)")));
    HiveSink<Small> sink =
        HiveSink.table("mart.small", Small.class).metastore(metastore.uri()).build();
    for (Small record :
        List.of(
            new Small(new BigDecimal("99.995"), "a"),
            new Small(new BigDecimal("1e1000000"), "a"),
            new Small(BigDecimal.ONE, "abc"))) {
      WeftException e = assertThrows(WeftException.class, () -> stage(sink, 0, 1, record));
      assertEquals(ErrorCode.DATA, e.code());
    }
  }

  record Small(BigDecimal dec, String str) {}

  @Test
  void finishMakesTheTableOfAnEmptyResultAndCleansUp() throws Exception {
    HiveSink<Revenue> sink = created();
    try (Committer<StagedFile> committer = committer(sink)) {
      committer.commit(List.of());
      committer.finish(true);
      committer.finish(true);
    }
    assertEquals(
        "decimal(38,18)", metastore.tables.get("mart.daily").getSd().getCols().get(0).getType());
    assertEquals(0, readRevenue().size());
  }

  private HiveSink<Revenue> created() {
    return HiveSink.table("mart.daily", Revenue.class)
        .metastore(metastore.uri())
        .partitionedBy("ds", "country")
        .createIfMissing()
        .build();
  }

  private static Revenue revenue(int day, String country) {
    return new Revenue(
        LocalDate.of(2024, 1, day), country, new BigDecimal("12.500000000000000000"), day);
  }

  private Map<String, Partition> partitions() {
    return metastore.partitions.get("mart.daily");
  }

  private List<Revenue> readRevenue() throws Exception {
    return SourceDriver.readAll(
            HiveSource.table("mart.daily", Revenue.class).metastore(metastore.uri()).build(),
            files,
            2,
            true)
        .stream()
        .sorted(Comparator.comparing(Revenue::toString))
        .toList();
  }

  @SafeVarargs
  private <T> List<Committable<StagedFile>> stage(
      HiveSink<T> sink, int subtask, long checkpoint, T... records) throws Exception {
    List<Committable<StagedFile>> staged = new ArrayList<>();
    try (CommittingSinkWriter<T, StagedFile> writer =
        sink.createWriter(new FakeContexts.Writer(files, JOB, "sink", subtask, (int) checkpoint))) {
      for (T record : records) {
        writer.write(record, 0);
      }
      writer.flush(false);
      for (StagedFile file : writer.prepareCommit(checkpoint)) {
        staged.add(new Committable<>(checkpoint, subtask, (int) checkpoint, file));
      }
    }
    return staged;
  }

  private Committer<StagedFile> committer(HiveSink<?> sink) {
    return sink.createCommitter(new FakeContexts.OfCommitter(files, JOB, "sink"));
  }

  private void commit(HiveSink<?> sink, List<Committable<StagedFile>> staged) throws Exception {
    try (Committer<StagedFile> committer = committer(sink)) {
      commitWith(committer, staged);
    }
  }

  private static void commitWith(
      Committer<StagedFile> committer, List<Committable<StagedFile>> staged) throws IOException {
    committer.commit(staged);
  }

  private void assertUser(String message, HiveSink.Builder<?> builder) {
    WeftException e =
        assertThrows(WeftException.class, () -> builder.metastore(metastore.uri()).build());
    assertEquals(ErrorCode.USER, e.code());
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }
}
