package dev.weft.connectors.hdfs.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.config.Configuration;
import dev.weft.api.connector.Committable;
import dev.weft.api.connector.Committer;
import dev.weft.api.connector.CommittingSinkWriter;
import dev.weft.api.error.WeftException;
import dev.weft.connectors.hdfs.HadoopFileStoreFactory;
import dev.weft.connectors.hdfs.source.TextLineFormat;
import dev.weft.connectors.hdfs.testing.FakeContexts;
import dev.weft.connectors.hdfs.testing.FaultyFileStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Small files are merged and every record appears once. {@link Job} stands for the engine: it keeps
 * committables in its checkpoints, and forgets what came after the last one when it fails.
 */
class CompactionTest {
  private static final String JOB = "0123456789abcdef0123456789abcdef";
  private static final String SECOND_JOB = "f".repeat(32);

  @TempDir Path directory;
  private Path out;
  private FaultyFileStore files;

  @BeforeEach
  void open() {
    out = directory.resolve("out");
    files =
        new FaultyFileStore(
            new HadoopFileStoreFactory()
                .open(new Configuration().setString("hadoop.conf.fs.defaultFS", "file:///")));
  }

  private FileSink.Builder<String> builder() {
    return FileSink.forRowFormat(out.toString(), new LineEncoder<String>())
        .withBucketAssigner(text -> text.substring(0, 1));
  }

  private FileSink<String> everyCheckpoints(int count) {
    return builder()
        .enableCompact(
            FileCompactStrategy.Builder.newBuilder().enableCompactionOnCheckpoint(count).build(),
            new ConcatFileCompactor())
        .build();
  }

  /** The engine's part: checkpoints of one writer and what they hold uncommitted. */
  private final class Job {
    final FileSink<String> sink;
    final String id;
    List<Committable<StagedFile>> durable = new ArrayList<>();
    List<Committable<StagedFile>> unacknowledged = new ArrayList<>();
    CommittingSinkWriter<String, StagedFile> writer;
    Committer<StagedFile> committer;
    int attempt;
    long checkpoint;

    Job(FileSink<String> sink, String id) throws IOException {
      this.sink = sink;
      this.id = id;
      lead();
      startWriter();
    }

    void lead() throws IOException {
      committer = sink.createCommitter(new FakeContexts.OfCommitter(files, id, "sink"));
    }

    void startWriter() throws IOException {
      attempt++;
      unacknowledged.clear();
      writer = sink.createWriter(new FakeContexts.Writer(files, id, "sink", 0, attempt));
    }

    void write(String... records) throws IOException {
      for (String record : records) {
        writer.write(record, 0);
      }
    }

    List<Committable<StagedFile>> prepare(boolean savepoint) throws IOException {
      writer.flush(false);
      checkpoint++;
      for (StagedFile file :
          savepoint ? writer.prepareSavepoint(checkpoint) : writer.prepareCommit(checkpoint)) {
        unacknowledged.add(new Committable<>(checkpoint, 0, attempt, read(sink, file)));
      }
      return unacknowledged;
    }

    /** A checkpoint that completes, without its commit. */
    void complete() throws IOException {
      durable.addAll(prepare(false));
      unacknowledged = new ArrayList<>();
    }

    void commit(boolean all) throws IOException {
      durable = new ArrayList<>(committer.commitDue(durable, all));
    }

    void end() throws Exception {
      writer.flush(true);
      complete();
      commit(true);
      committer.finish(true);
      writer.close();
    }
  }

  private static StagedFile read(FileSink<String> sink, StagedFile file) throws IOException {
    byte[] bytes = sink.getCommittableSerializer().serialize(file);
    return sink.getCommittableSerializer()
        .deserialize(sink.getCommittableSerializer().getVersion(), bytes);
  }

  @Test
  void filesOfSeveralCheckpointsBecomeOnePerBucket() throws Exception {
    Job job = new Job(everyCheckpoints(4), JOB);
    for (int i = 0; i < 8; i++) {
      job.write("a" + i, "b" + i);
      job.complete();
      job.commit(false);
    }
    job.end();
    assertEquals(rows("a", 8, "b", 8), visible());
    assertEquals(4, visibleFiles().size());
    assertTrue(
        visibleFiles().stream().allMatch(f -> f.getFileName().toString().startsWith("compacted-")));
    assertFalse(Files.exists(out.resolve(StagingLayout.STAGING)));
  }

  @Test
  void filesBecomeOneWhenTheyHaveTheSizeAndLargeOnesStay() throws Exception {
    FileSink<String> sink =
        builder()
            .enableCompact(
                FileCompactStrategy.Builder.newBuilder()
                    .setSizeThreshold(9)
                    .setNumCompactThreads(2)
                    .build(),
                new ConcatFileCompactor())
            .build();
    Job job = new Job(sink, JOB);
    for (int i = 0; i < 6; i++) {
      job.write("a" + i);
      job.complete();
      job.commit(false);
    }
    job.write("a6", "a7", "a8");
    job.complete();
    job.commit(false);
    job.end();
    assertEquals(rows("a", 9), visible());
    assertEquals(3, visibleFiles().size());
  }

  @Test
  void aFileThatIsAloneAppearsAsItIs() throws Exception {
    Job job = new Job(everyCheckpoints(3), JOB);
    job.write("a0");
    job.complete();
    job.commit(false);
    assertEquals(List.of(), visible());
    for (int i = 0; i < 2; i++) {
      job.complete();
      job.commit(false);
    }
    assertEquals(List.of("a0"), visible());
    assertTrue(visibleFiles().get(0).getFileName().toString().startsWith("part-"));
  }

  @Test
  void recordsAreReadAndWrittenAnewWhereFormatsNeedIt() throws Exception {
    FileSink<String> sink =
        builder()
            .enableCompact(
                FileCompactStrategy.Builder.newBuilder().enableCompactionOnCheckpoint(2).build(),
                new RecordWiseFileCompactor<>(new TextLineFormat(), UpperCase::new))
            .build();
    Job job = new Job(sink, JOB);
    for (int i = 0; i < 4; i++) {
      job.write("a" + i);
      job.complete();
      job.commit(false);
    }
    job.end();
    assertEquals(List.of("A0", "A1", "A2", "A3"), visible());
    assertEquals(2, visibleFiles().size());
  }

  private record UpperCase(dev.weft.api.fs.FileOutput output) implements RecordWriter<String> {
    @Override
    public void write(String record) throws IOException {
      output.write((record.toUpperCase(java.util.Locale.ROOT) + "\n").getBytes());
    }

    @Override
    public long bytes() {
      return output.position();
    }

    @Override
    public void finish() {}
  }

  @Test
  void aMergeThatFailsFailsTheWriter() throws Exception {
    FileSink<String> sink =
        builder()
            .enableCompact(
                FileCompactStrategy.Builder.newBuilder().enableCompactionOnCheckpoint(2).build(),
                (store, inputs, output) -> {
                  throw new IOException("disk broken");
                })
            .build();
    Job job = new Job(sink, JOB);
    job.write("a0");
    job.complete();
    job.commit(false);
    job.write("a1");
    job.writer.flush(true);
    IOException e = assertThrows(IOException.class, job::complete);
    assertTrue(e.getMessage().contains("2 files"), e.getMessage());
    assertEquals("disk broken", e.getCause().getMessage());
  }

  @Test
  void strategiesWithoutConditionAreRefused() {
    assertThrows(WeftException.class, () -> FileCompactStrategy.Builder.newBuilder().build());
    assertThrows(WeftException.class, () -> new FileCompactStrategy(0, -1, 1));
    assertThrows(WeftException.class, () -> new FileCompactStrategy(-1, 0, 1));
    assertThrows(WeftException.class, () -> new FileCompactStrategy(1, -1, 0));
  }

  /** Both jobs publish what the savepoint covers; each record is there once. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aJobThatStartsFromASavepointAndTheOneThatGoesOnDoubleNothing(boolean secondFirst)
      throws Exception {
    Job first = new Job(everyCheckpoints(3), JOB);
    first.write("a0");
    first.complete();
    first.commit(false);
    first.write("a1");
    List<Committable<StagedFile>> savepoint = new ArrayList<>(first.durable);
    savepoint.addAll(first.prepare(true));

    Job second = new Job(everyCheckpoints(3), SECOND_JOB);
    second.durable.addAll(savepoint);
    if (secondFirst) {
      second.commit(true);
    }
    for (int i = 2; i < 8; i++) {
      first.write("a" + i);
      first.complete();
      first.commit(false);
    }
    second.commit(true);
    first.end();
    second.end();
    assertEquals(rows("a", 8), visible());
  }

  /** The leader and the writer die at random places; every record of a checkpoint appears once. */
  @Test
  void nothingIsLostOrDoubledUnderFaults() throws Exception {
    int merged = 0;
    int seeds = Integer.getInteger("weft.compaction.seeds", 12);
    for (int seed = 0; seed < seeds; seed++) {
      out = directory.resolve("out-" + seed);
      merged += faulty(new Random(seed), seed);
    }
    assertTrue(merged > seeds, "only " + merged + " merged files");
  }

  private int faulty(Random random, int seed) throws Exception {
    Job job = new Job(everyCheckpoints(1 + random.nextInt(4)), JOB);
    List<String> expected = new ArrayList<>();
    List<String> open = new ArrayList<>();
    for (int step = 0; step < 40; step++) {
      String record = (random.nextBoolean() ? "a" : "b") + step;
      job.write(record);
      open.add(record);
      switch (random.nextInt(8)) {
        case 0 -> job.prepare(random.nextBoolean()); // a checkpoint or savepoint that fails
        case 1 -> { // the writer dies: records since the last checkpoint come again
          job.writer.close();
          job.startWriter();
          open.forEach(again -> uncheckedWrite(job, again));
          commitWithFault(job, random, true);
        }
        case 2 -> { // another leader takes over while the writer lives
          job.lead();
          commitWithFault(job, random, random.nextBoolean());
        }
        default -> {
          job.complete();
          expected.addAll(open);
          open.clear();
          if (random.nextInt(3) > 0) {
            commitWithFault(job, random, false);
          }
        }
      }
    }
    job.end();
    expected.addAll(open);
    assertEquals(expected.stream().sorted().toList(), visible(), "seed " + seed);
    return (int)
        visibleFiles().stream().filter(f -> f.getFileName().toString().startsWith("comp")).count();
  }

  private static void uncheckedWrite(Job job, String record) {
    try {
      job.write(record);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** A commit that may break off, is then repeated by the same or another leader, or forgotten. */
  private void commitWithFault(Job job, Random random, boolean all) throws IOException {
    files.failChangeAfter(
        random.nextBoolean() ? Integer.MAX_VALUE : random.nextInt(6), random.nextBoolean());
    List<Committable<StagedFile>> before = List.copyOf(job.durable);
    try {
      job.commit(all);
      if (random.nextInt(4) == 0) {
        job.durable = new ArrayList<>(before); // the leader died before it remembered
      }
    } catch (IOException e) {
      assertTrue(e.getMessage().contains("connection lost"), e.getMessage());
    } finally {
      files.failChangeAfter(Integer.MAX_VALUE, false);
    }
  }

  private static List<String> rows(Object... prefixAndCount) {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < prefixAndCount.length; i += 2) {
      String prefix = (String) prefixAndCount[i];
      IntStream.range(0, (int) prefixAndCount[i + 1]).forEach(n -> rows.add(prefix + n));
    }
    return rows.stream().sorted().toList();
  }

  private List<Path> visibleFiles() throws IOException {
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
