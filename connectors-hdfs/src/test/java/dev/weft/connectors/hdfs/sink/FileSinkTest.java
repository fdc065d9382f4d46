package dev.weft.connectors.hdfs.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.MemorySize;
import dev.weft.api.connector.Committable;
import dev.weft.api.connector.Committer;
import dev.weft.api.connector.CommittingSinkWriter;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileStore;
import dev.weft.connectors.hdfs.HadoopFileStoreFactory;
import dev.weft.connectors.hdfs.testing.FakeContexts;
import dev.weft.connectors.hdfs.testing.FaultyFileStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileSinkTest {
  private static final String JOB = "0123456789abcdef0123456789abcdef";

  @TempDir Path directory;
  private Path out;
  private FaultyFileStore files;
  private FileSink<String> sink;

  @BeforeEach
  void open() {
    FileStore store =
        new HadoopFileStoreFactory()
            .open(new Configuration().setString("hadoop.conf.fs.defaultFS", "file:///"));
    files = new FaultyFileStore(store);
    out = directory.resolve("out");
    sink = FileSink.forRowFormat(out.toString(), new LineEncoder<String>()).build();
  }

  @Test
  void outputAppearsOnlyWithTheCommit() throws Exception {
    List<Committable<StagedFile>> staged = stage(sink, 0, 1, 1, "a", "b");
    staged.addAll(stage(sink, 1, 1, 1, "c"));
    assertEquals(List.of(), visible());
    commit(staged);
    assertEquals(List.of("a", "b", "c"), visible());
    assertEquals(2, visibleFiles().size());
  }

  @Test
  void commitMayBeRepeated() throws Exception {
    List<Committable<StagedFile>> staged = stage(sink, 0, 1, 1, "a");
    commit(staged);
    commit(staged);
    assertEquals(List.of("a"), visible());
  }

  @ParameterizedTest
  @CsvSource({"0,true", "0,false", "1,true", "1,false", "2,true", "2,false"})
  void aCommitThatDiedHalfWayIsCompleted(int renames, boolean happens) throws Exception {
    List<Committable<StagedFile>> staged = stage(sink, 0, 1, 1, "a");
    staged.addAll(stage(sink, 1, 1, 1, "b"));
    staged.addAll(stage(sink, 2, 1, 1, "c"));
    files.failRenameAfter(renames, happens);
    assertThrows(IOException.class, () -> commit(staged));
    commit(copyOf(staged));
    assertEquals(List.of("a", "b", "c"), visible());
  }

  @Test
  void aForeignFileAtTheTargetStopsLoudly() throws Exception {
    List<Committable<StagedFile>> staged = stage(sink, 0, 1, 1, "a");
    Path target = out.resolve(staged.get(0).value().name());
    for (String foreign : List.of("other", "x\n")) {
      Files.writeString(target, foreign);
      WeftException e = assertThrows(WeftException.class, () -> commit(staged));
      assertEquals(ErrorCode.DATA, e.code());
      assertTrue(e.getMessage().contains(target.toString()), e.getMessage());
      assertEquals(foreign, Files.readString(target));
    }
  }

  @Test
  void aLostStagedFileStopsLoudly() throws Exception {
    List<Committable<StagedFile>> staged = stage(sink, 0, 1, 1, "a");
    Files.delete(Path.of(staged.get(0).value().stagedPath()));
    WeftException e = assertThrows(WeftException.class, () -> commit(staged));
    assertEquals(ErrorCode.ENGINE, e.code());
    assertTrue(e.getMessage().contains("1 records"), e.getMessage());
  }

  @Test
  void attemptsAndSubtasksNeverShareAName() throws Exception {
    List<Committable<StagedFile>> all = new ArrayList<>();
    for (int attempt = 0; attempt < 3; attempt++) {
      for (int subtask = 0; subtask < 3; subtask++) {
        all.addAll(stage(sink, subtask, attempt, 1, "same"));
      }
    }
    assertEquals(9, all.stream().map(c -> c.value().name()).distinct().count());
    commit(all);
    assertEquals(9, visible().size());
  }

  @Test
  void twoSinksOfAJobMayShareADirectory() throws Exception {
    List<Committable<StagedFile>> first = stage(sink, 0, 1, 1, "a");
    CommittingSinkWriter<String, StagedFile> other =
        sink.createWriter(new FakeContexts.Writer(files, JOB, "other", 0, 1));
    other.write("a", 0);
    List<StagedFile> second = other.prepareCommit(1);
    commit(first);
    commit(List.of(new Committable<>(1, 0, 1, second.get(0))));
    assertEquals(List.of("a", "a"), visible());
  }

  @Test
  void finishRemovesWhatThisSinkStaged() throws Exception {
    List<Committable<StagedFile>> committed = stage(sink, 0, 1, 1, "a");
    stage(sink, 0, 2, 2, "never committed");
    commit(committed);
    Committer<StagedFile> committer =
        sink.createCommitter(new FakeContexts.OfCommitter(files, JOB, "sink"));
    committer.finish(true);
    committer.finish(true);
    committer.close();
    assertEquals(List.of("a"), visible());
    assertFalse(Files.exists(out.resolve(StagingLayout.STAGING)));
  }

  @Test
  void theLastJobToEndRemovesTheDirectoryInWhichAllStage() throws Exception {
    String other = JOB.replace('0', 'f');
    CommittingSinkWriter<String, StagedFile> still =
        sink.createWriter(new FakeContexts.Writer(files, other, "sink", 0, 1));
    still.write("b", 0);
    List<StagedFile> staged = still.prepareCommit(1);
    stage(sink, 0, 1, 1, "a");
    finish(JOB);
    assertEquals(List.of(Path.of(staged.get(0).stagedPath())), stagedFiles());
    still.close();
    finish(other);
    assertFalse(Files.exists(out.resolve(StagingLayout.STAGING)));
  }

  @ParameterizedTest
  @CsvSource({"0,true", "0,false", "1,true", "1,false"})
  void theEndOfAJobMayBeRepeatedAfterAFailure(int changes, boolean happens) throws Exception {
    stage(sink, 0, 1, 1, "a");
    files.failChangeAfter(changes, happens);
    assertThrows(IOException.class, () -> finish(JOB));
    finish(JOB);
    assertFalse(Files.exists(out.resolve(StagingLayout.STAGING)));
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "2"})
  void aWriterThatFailsWhenItEndsItsFilesLeavesNone(int ends) throws Exception {
    FileSink<String> bucketed =
        FileSink.forRowFormat(out.toString(), new LineEncoder<String>())
            .withBucketAssigner(text -> text)
            .build();
    CommittingSinkWriter<String, StagedFile> writer = writer(bucketed, 0, 1);
    for (String record : List.of("a", "b", "c")) {
      writer.write(record, 0);
    }
    files.failCloseAfter(ends);
    assertThrows(IOException.class, () -> writer.prepareCommit(1));
    writer.close();
    assertEquals(List.of(), stagedFiles());
  }

  @Test
  void aWriterThatIsClosedKeepsWhatItHandedOverOnly() throws Exception {
    FileSink<String> rolling =
        FileSink.forRowFormat(out.toString(), new LineEncoder<String>())
            .withRollingSize(new MemorySize(1))
            .build();
    CommittingSinkWriter<String, StagedFile> writer = writer(rolling, 0, 1);
    writer.write("handed over", 0);
    List<StagedFile> handedOver = writer.prepareCommit(1);
    writer.write("rolled", 0);
    assertEquals(2, stagedFiles().size());
    writer.close();
    assertEquals(List.of(Path.of(handedOver.get(0).stagedPath())), stagedFiles());
    commit(List.of(new Committable<>(1, 0, 1, handedOver.get(0))));
    assertEquals(List.of("handed over"), visible());
  }

  @Test
  void aWriterClosedWithoutACheckpointLeavesNoOpenFile() throws Exception {
    CommittingSinkWriter<String, StagedFile> writer = writer(sink, 0, 1);
    writer.write("a", 0);
    writer.close();
    try (Stream<Path> left = Files.walk(out)) {
      assertFalse(left.anyMatch(Files::isRegularFile));
    }
  }

  @Test
  void filesRollBySize() throws Exception {
    FileSink<String> rolling =
        FileSink.forRowFormat(out.toString(), new LineEncoder<String>())
            .withRollingSize(new MemorySize(4))
            .withSuffix(".txt")
            .build();
    List<Committable<StagedFile>> staged = stage(rolling, 0, 1, 1, "a", "b", "c", "d", "e");
    assertEquals(3, staged.size());
    assertEquals(2, staged.get(0).value().records());
    assertTrue(staged.get(0).value().name().endsWith("-0.txt"));
    commit(staged);
    assertEquals(List.of("a", "b", "c", "d", "e"), visible());
  }

  @Test
  void filesRollByAgeAndWhenNothingComes() throws Exception {
    long[] millis = {0};
    FileSink<String> rolling =
        FileSink.forRowFormat(out.toString(), new LineEncoder<String>())
            .withBucketAssigner(text -> text)
            .withRollingPolicy(
                DefaultRollingPolicy.builder()
                    .withRolloverInterval(Duration.ofSeconds(10))
                    .withInactivityInterval(Duration.ofSeconds(3))
                    .build())
            .build();
    CommittingSinkWriter<String, StagedFile> writer =
        rolling.createWriter(
            new FakeContexts.Writer(
                files, JOB, "sink", 0, 1, () -> Instant.ofEpochMilli(millis[0])));
    writer.write("quiet", 0);
    for (int i = 0; i < 640; i++) {
      millis[0] += 25;
      writer.write("busy", 0);
    }
    List<StagedFile> staged = writer.prepareCommit(1);
    writer.close();
    assertEquals(1, staged.stream().filter(file -> file.bucket().equals("quiet")).count());
    assertEquals("quiet", staged.get(0).bucket());
    List<StagedFile> busy = staged.stream().filter(f -> f.bucket().equals("busy")).toList();
    assertEquals(2, busy.size());
    assertEquals(640, busy.stream().mapToLong(StagedFile::records).sum());
    assertTrue(busy.get(0).records() >= 400, "about ten seconds' records: " + busy);
  }

  @Test
  void bucketsByTheClockAndNamesByConfiguration() throws Exception {
    FileSink<String> named =
        FileSink.forRowFormat(out.toString(), new LineEncoder<String>())
            .withBucketAssigner(new DateTimeBucketAssigner<>("yyyy-MM-dd--HH", ZoneOffset.UTC))
            .withRollingPolicy(OnCheckpointRollingPolicy.build())
            .withOutputFileConfig(
                OutputFileConfig.builder().withPartPrefix("log").withPartSuffix(".txt").build())
            .build();
    commit(stage(named, 0, 1, 1, "a"));
    Path file = visibleFiles().get(0);
    assertEquals("1970-01-01--00", file.getParent().getFileName().toString());
    assertTrue(file.getFileName().toString().startsWith("log-"), file.toString());
    assertTrue(file.getFileName().toString().endsWith(".txt"), file.toString());
    assertThrows(WeftException.class, () -> new OutputFileConfig("_hidden", ""));
    assertThrows(WeftException.class, () -> new OutputFileConfig("a/b", ""));
  }

  @Test
  void bucketsBecomeDirectoriesAndFewStayOpen() throws Exception {
    FileSink<String> bucketed =
        FileSink.forRowFormat(out.toString(), new LineEncoder<String>())
            .withBucketAssigner(text -> "k=" + text)
            .build();
    String[] records =
        Stream.iterate(0, i -> i + 1).limit(100).map(i -> "r" + i).toArray(String[]::new);
    commit(stage(bucketed, 0, 1, 1, records));
    assertEquals(100, visible().size());
    assertTrue(Files.isDirectory(out.resolve("k=r99")));
  }

  @Test
  void mixedBucketsBeyondTheOpenFilesDoNotBecomeAFilePerRecord() throws Exception {
    FileSink<String> bucketed =
        FileSink.forRowFormat(out.toString(), new LineEncoder<String>())
            .withBucketAssigner(text -> text.substring(0, text.indexOf('-')))
            .build();
    String[] records =
        Stream.iterate(0, i -> i + 1)
            .limit(1000)
            .map(i -> "k" + i % 100 + "-" + i)
            .toArray(String[]::new);
    List<Committable<StagedFile>> staged = stage(bucketed, 0, 1, 1, records);
    assertEquals(100, staged.size());
    commit(staged);
    assertEquals(Stream.of(records).sorted().toList(), visible());
  }

  @Test
  void bucketsOutsideThePathAreRefused() throws Exception {
    for (String bucket : List.of("../x", "/x", "a//b", ".weft-staging/x", "a/")) {
      FileSink<String> bucketed =
          FileSink.forRowFormat(out.toString(), new LineEncoder<String>())
              .withBucketAssigner(text -> bucket)
              .build();
      CommittingSinkWriter<String, StagedFile> writer = writer(bucketed, 0, 1);
      WeftException e = assertThrows(WeftException.class, () -> writer.write("a", 0));
      assertEquals(ErrorCode.USER, e.code());
    }
  }

  private List<Committable<StagedFile>> stage(
      FileSink<String> target, int subtask, int attempt, long checkpoint, String... records)
      throws Exception {
    List<Committable<StagedFile>> staged = new ArrayList<>();
    CommittingSinkWriter<String, StagedFile> writer = writer(target, subtask, attempt);
    for (String record : records) {
      writer.write(record, 0);
    }
    writer.flush(false);
    for (StagedFile file : writer.prepareCommit(checkpoint)) {
      staged.add(new Committable<>(checkpoint, subtask, attempt, file));
    }
    writer.close();
    return staged;
  }

  private List<Committable<StagedFile>> copyOf(List<Committable<StagedFile>> staged)
      throws IOException {
    List<Committable<StagedFile>> copies = new ArrayList<>();
    for (Committable<StagedFile> c : staged) {
      byte[] bytes = sink.getCommittableSerializer().serialize(c.value());
      copies.add(
          new Committable<>(
              c.checkpointId(),
              c.subtask(),
              c.attempt(),
              sink.getCommittableSerializer()
                  .deserialize(sink.getCommittableSerializer().getVersion(), bytes)));
    }
    return copies;
  }

  private CommittingSinkWriter<String, StagedFile> writer(
      FileSink<String> target, int subtask, int attempt) throws IOException {
    return target.createWriter(new FakeContexts.Writer(files, JOB, "sink", subtask, attempt));
  }

  private void commit(List<Committable<StagedFile>> staged) throws Exception {
    try (Committer<StagedFile> committer =
        sink.createCommitter(new FakeContexts.OfCommitter(files, JOB, "sink"))) {
      committer.commit(staged);
    }
  }

  private void finish(String job) throws Exception {
    try (Committer<StagedFile> committer =
        sink.createCommitter(new FakeContexts.OfCommitter(files, job, "sink"))) {
      committer.finish(false);
    }
  }

  private List<Path> stagedFiles() throws IOException {
    try (Stream<Path> all = Files.walk(out.resolve(StagingLayout.STAGING))) {
      return all.filter(Files::isRegularFile)
          .filter(file -> !file.toString().endsWith(".crc"))
          .toList();
    }
  }

  private List<Path> visibleFiles() throws IOException {
    if (!Files.exists(out)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(out)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> !file.toString().contains("/."))
          .toList();
    }
  }

  private List<String> visible() throws IOException {
    List<String> lines = new ArrayList<>();
    for (Path file : visibleFiles()) {
      lines.addAll(Files.readAllLines(file));
    }
    return lines.stream().sorted().toList();
  }
}
