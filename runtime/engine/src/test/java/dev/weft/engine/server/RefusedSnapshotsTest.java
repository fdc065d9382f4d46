package dev.weft.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.RuntimeExecutionMode;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.CheckpointingOptions.ClaimMode;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.PipelineOptions;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.connector.builtin.DiscardingSink;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.KeyedProcessFunction;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.Types;
import dev.weft.engine.checkpoint.CheckpointStatistics;
import dev.weft.engine.checkpoint.ChecksummedFile;
import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.Planner;
import dev.weft.engine.plugin.Plugins;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every snapshot that a job can not start from is refused in clear words, and nothing is lost. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusedSnapshotsTest {
  private static final int KEYS = 4000;
  private static final String FIRST = "a".repeat(32);

  @TempDir static Path directory;

  private LocalCluster cluster;
  private Path savepoint;
  private int jobs;

  record Count(long key, long count) {}

  record Texts(long key, String count) {}

  /** Counts per key; the state's type is up to the test. */
  static class Counting<T> extends KeyedProcessFunction<Long, Long, Long> {
    private final List<ValueStateDescriptor<T>> descriptors;
    private final T value;
    transient ValueState<T> state;

    Counting(T value, List<ValueStateDescriptor<T>> descriptors) {
      this.value = value;
      this.descriptors = descriptors;
    }

    @Override
    public void open(OpenContext context) {
      for (ValueStateDescriptor<T> descriptor : descriptors) {
        state = getRuntimeContext().getState(descriptor);
      }
    }

    @Override
    public void processElement(Long n, Context ctx, Collector<Long> out) throws Exception {
      state.update(value);
      out.collect(n);
    }
  }

  /** Declares what it keeps in {@code open} only. */
  private static final class Silent extends Counting<String> {
    Silent() {
      super("1", List.of());
    }

    @Override
    public void open(OpenContext context) {
      state = getRuntimeContext().getState(new ValueStateDescriptor<>("seen", Types.STRING));
    }
  }

  /** A program; what differs from the one that took the savepoint. */
  private static final class Program {
    private String counts = "counts";
    private String uniques = "uniques";
    private boolean texts;
    private Counting<?> counting =
        new Counting<>(1L, List.of(new ValueStateDescriptor<>("seen", Types.LONG)));
    private TypeInformation<?> keyType = Types.LONG;
    private final Configuration options = new Configuration();

    private JobPlan plan(String jobId, String path) {
      Configuration own = Configuration.of(options.toMap());
      if (path != null) {
        own.set(CheckpointingOptions.RESTORE_PATH, path);
      }
      StreamExecutionEnvironment environment =
          StreamExecutionEnvironment.createLocalEnvironment(own);
      environment.setParallelism(2);
      if (!own.contains(CheckpointingOptions.CHECKPOINTING_INTERVAL)) {
        environment.enableCheckpointing(100);
      }
      var numbers =
          environment
              .fromSource(
                  new DataGeneratorSource<>(n -> n, Types.LONG).withRatePerReader(20_000),
                  WatermarkStrategy.noWatermarks(),
                  "numbers")
              .uid("numbers");
      if (texts) {
        numbers
            .map(n -> new Texts(n % KEYS, "1"))
            .keyBy(Texts::key, Types.LONG)
            .reduce((a, b) -> b)
            .uid(counts)
            .sinkTo(new DiscardingSink<>());
      } else if (keyType.equals(Types.STRING)) {
        numbers
            .map(n -> new Count(n % KEYS, 1))
            .keyBy(count -> "" + count.key(), Types.STRING)
            .reduce((a, b) -> b)
            .uid(counts)
            .sinkTo(new DiscardingSink<>());
      } else {
        numbers
            .map(n -> new Count(n % KEYS, 1))
            .keyBy(Count::key, Types.LONG)
            .reduce((a, b) -> new Count(a.key(), a.count() + b.count()))
            .uid(counts)
            .sinkTo(new DiscardingSink<>());
      }
      numbers
          .keyBy(n -> n % KEYS, Types.LONG)
          .process(counting)
          .returns(Types.LONG)
          .uid(uniques)
          .sinkTo(new DiscardingSink<>());
      return Planner.plan(environment.pipeline("program"), jobId);
    }
  }

  private static Program program(java.util.function.Consumer<Program> change) {
    Program program = new Program();
    change.accept(program);
    return program;
  }

  /** Makes of a copy of the savepoint what a job is to start from. */
  private interface Damage {
    String of(Path copy) throws IOException;
  }

  /**
   * A refusal.
   *
   * @param atOnce whether the submission is refused; else the job fails when its operators open
   */
  private record Row(
      String what, ErrorCode code, boolean atOnce, Damage damage, Program program, String... says) {
    @Override
    public String toString() {
      return what;
    }
  }

  private static Damage change(
      Predicate<String> name, java.util.function.UnaryOperator<byte[]> how) {
    return copy -> {
      for (Path file : files(copy)) {
        if (name.test(file.getFileName().toString())) {
          Files.write(file, how.apply(Files.readAllBytes(file)));
        }
      }
      return copy.toUri().toString();
    };
  }

  private static Damage manifest(java.util.function.UnaryOperator<byte[]> how) {
    return change("_metadata"::equals, how);
  }

  private static Damage state(java.util.function.UnaryOperator<byte[]> how) {
    return change(name -> !name.startsWith("_"), how);
  }

  private static byte[] flipped(byte[] bytes) {
    bytes[bytes.length / 2] ^= 0x10;
    return bytes;
  }

  private static byte[] cut(byte[] bytes) {
    return java.util.Arrays.copyOf(bytes, bytes.length - 5);
  }

  /** What the manifest begins with tells its format. */
  private static byte[] newer(byte[] sealed) {
    byte[] content = java.util.Arrays.copyOf(sealed, sealed.length - Integer.BYTES);
    ByteBuffer.wrap(content).putInt(0, ByteBuffer.wrap(content).getInt(0) + 1);
    return ChecksummedFile.seal(content);
  }

  private static Damage whole() {
    return copy -> copy.toUri().toString();
  }

  private static Row path(String what, Damage damage, String... says) {
    return new Row(what, ErrorCode.USER, true, damage, new Program(), says);
  }

  private static Row other(
      String what, boolean atOnce, java.util.function.Consumer<Program> change, String... says) {
    return new Row(what, ErrorCode.USER, atOnce, whole(), program(change), says);
  }

  static Stream<Row> rows() {
    return Stream.of(
        path("nothing there", copy -> copy + "/none", "there is nothing at", "/none"),
        path(
            "a directory of something else",
            copy -> Files.createDirectory(copy.resolve("empty")).toString(),
            "/empty has no file _metadata"),
        path(
            "a file of something else",
            copy -> Files.writeString(copy.resolve("notes.txt"), "not a savepoint").toString(),
            "/notes.txt is damaged: its checksum is"),
        path(
            "a scheme that is not allowed",
            copy -> "gopher://old/savepoint",
            "No plugin serves the scheme 'gopher' of the path gopher://old/savepoint",
            "known are file"),
        path(
            "of a newer version",
            manifest(RefusedSnapshotsTest::newer),
            "_metadata can not be understood",
            "if a later release wrote it, use that release"),
        path("a cut manifest", manifest(RefusedSnapshotsTest::cut), "_metadata is damaged"),
        path(
            "a flipped byte in the manifest",
            manifest(RefusedSnapshotsTest::flipped),
            "_metadata is damaged: its checksum is",
            "recorded is"),
        path(
            "a cut file of state",
            state(RefusedSnapshotsTest::cut),
            ".state of the snapshot is cut: it has",
            "bring it back"),
        path(
            "a file of state is missing",
            copy -> {
              for (Path file : files(copy)) {
                if (!file.getFileName().toString().startsWith("_")) {
                  Files.delete(file);
                }
              }
              return copy.toUri().toString();
            },
            ".state of the snapshot is missing; bring it back"),
        new Row(
            "a flipped byte in a file of state",
            ErrorCode.DATA,
            false,
            state(RefusedSnapshotsTest::flipped),
            new Program(),
            "The state in",
            ".state at offset",
            "the checksum of its"),
        other(
            "of another job",
            true,
            program -> {
              program.counts = "sums";
              program.uniques = "others";
            },
            "holds state of operators that the job does not have: counts, uniques",
            "--allowNonRestoredState"),
        other(
            "another max parallelism",
            true,
            program -> program.options.set(PipelineOptions.MAX_PARALLELISM, 64),
            "in 128 key groups, the job has 64: set pipeline.max-parallelism to 128"),
        other(
            "a state of another type that is declared in open",
            false,
            program -> program.counting = new Silent(),
            "State 'seen' of",
            "STRING",
            "LONG"),
        other(
            "a state that the engine keeps of another type",
            true,
            program -> program.texts = true,
            "State 'weft:reduce' of",
            "class dev.weft.engine.server.RefusedSnapshotsTest$Count",
            "class dev.weft.engine.server.RefusedSnapshotsTest$Texts"),
        other(
            "keys of another type",
            true,
            program -> program.keyType = Types.STRING,
            "The keys of",
            "are of type STRING",
            "LONG"),
        other(
            "a state of another type",
            true,
            program ->
                program.counting =
                    new Counting<>("1", List.of(new ValueStateDescriptor<>("seen", Types.STRING))),
            "State 'seen' of",
            "STRING",
            "LONG"),
        other(
            "a state name used twice",
            true,
            program ->
                program.counting =
                    new Counting<Object>(
                        1L,
                        List.of(
                            (ValueStateDescriptor) new ValueStateDescriptor<>("seen", Types.LONG),
                            (ValueStateDescriptor)
                                new ValueStateDescriptor<>("seen", Types.STRING))),
            "State 'seen' of",
            "is declared as value of LONG and as value of STRING",
            "give each state a name of its own"));
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static Map<String, String> contents(Path directory) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    for (Path file : files(directory)) {
      contents.put(
          directory.relativize(file).toString(),
          java.util.Arrays.hashCode(Files.readAllBytes(file)) + "/" + Files.size(file));
    }
    return contents;
  }

  private Path checkpoints() {
    return directory.resolve("checkpoints");
  }

  @BeforeAll
  void takeTheSavepoint() throws Exception {
    ClassLoader code = RefusedSnapshotsTest.class.getClassLoader();
    Configuration options =
        new Configuration()
            .set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints().toUri().toString())
            .setString("io.tmp.dirs", directory.resolve("tmp").toString());
    cluster =
        LocalCluster.start(
            new LocalCluster.Settings(
                options, Plugins.onClassPath(code), code, 1, 6, false, false));
    cluster.submit(new Program().plan(FIRST, null));
    await(FIRST, statistics -> statistics.counts().completed() >= 2);
    cluster.order(
        FIRST,
        new SnapshotOrder("s", SnapshotOrder.Kind.STOP, directory.resolve("saved").toString()));
    JobDetails ended = cluster.ended(FIRST).get(60, TimeUnit.SECONDS);
    assertEquals(JobStatus.FINISHED, ended.summary().status(), ended.failures().toString());
    savepoint = Path.of(ended.snapshots().get(0).location());
    assertTrue(files(savepoint).size() > 2, "there is state in files");
  }

  @AfterAll
  void stop() {
    cluster.close();
  }

  private void await(String job, Predicate<CheckpointStatistics> wanted) throws Exception {
    while (!wanted.test(cluster.job(job).get().checkpoints())) {
      if (cluster.ended(job).isDone()) {
        throw new AssertionError(cluster.ended(job).get().failures().toString());
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private String nextJob() {
    return String.format("%032x", ++jobs);
  }

  private Path copyOfSavepoint(String name) throws IOException {
    Path copy = Files.createDirectories(directory.resolve("copy-" + name));
    for (Path file : files(savepoint)) {
      Files.copy(file, copy.resolve(file.getFileName()));
    }
    return copy;
  }

  @ParameterizedTest
  @MethodSource("rows")
  void areRefusedInClearWords(Row row) throws Exception {
    String job = nextJob();
    Path copy = copyOfSavepoint(job);
    String path = row.damage().of(copy);
    Map<String, String> before = contents(copy);
    JobPlan plan = row.program().plan(job, path);
    String message;
    if (row.atOnce()) {
      WeftException refused = assertThrows(WeftException.class, () -> cluster.submit(plan));
      assertEquals(row.code(), refused.code());
      message = refused.getMessage();
      assertTrue(message.contains(path.replaceFirst("/$", "")), "names the path: " + message);
      assertTrue(message.endsWith("Nothing was changed"), message);
      assertTrue(cluster.job(job).isEmpty(), "there is no job");
    } else {
      cluster.submit(plan);
      JobDetails ended = cluster.ended(job).get(60, TimeUnit.SECONDS);
      assertEquals(JobStatus.FAILED, ended.summary().status());
      assertEquals(1, ended.failures().size(), "not retried: " + ended.failures());
      assertEquals(row.code(), ended.failures().get(0).cause().code());
      message = ended.failures().get(0).cause().message();
    }
    for (String part : row.says()) {
      assertTrue(message.contains(part), "'" + part + "' is missed in: " + message);
    }
    assertEquals(before, contents(copy), "the snapshot is as it was");
    assertFalse(Files.exists(checkpoints().resolve(job)), "nothing is left of the job");
  }

  @Test
  void theSavepointItselfIsTakenAndGoesOn() throws Exception {
    String job = nextJob();
    Map<String, String> before = contents(savepoint);
    cluster.submit(new Program().plan(job, savepoint.toString()));
    await(job, statistics -> statistics.counts().completed() >= 1);
    cluster.cancel(job);
    cluster.ended(job).get(60, TimeUnit.SECONDS);
    assertEquals(before, contents(savepoint));
  }

  @Test
  void aRefusalLeavesARunningJobAlone() throws Exception {
    String running = nextJob();
    cluster.submit(new Program().plan(running, savepoint.toString()));
    await(running, statistics -> statistics.counts().completed() >= 1);
    Program other = program(changed -> changed.texts = true);
    JobPlan plan = other.plan(nextJob(), savepoint.toString());
    assertThrows(WeftException.class, () -> cluster.submit(plan));
    long before = cluster.job(running).get().checkpoints().counts().completed();
    await(running, statistics -> statistics.counts().completed() > before);
    JobDetails details = cluster.job(running).get();
    assertEquals(JobStatus.RUNNING, details.summary().status());
    assertEquals(List.of(), details.failures());
    cluster.cancel(running);
    cluster.ended(running).get(60, TimeUnit.SECONDS);
  }

  /** Who claims it, who has it, and whether that is refused. */
  @ParameterizedTest
  @CsvSource({"CLAIM, CLAIM, true", "NO_CLAIM, CLAIM, false", "NO_CLAIM, NO_CLAIM, false"})
  void whatARunningJobHasClaimedIsClaimedByNoOther(
      ClaimMode first, ClaimMode second, boolean refused) throws Exception {
    String owner = nextJob();
    Path copy = copyOfSavepoint(owner);
    cluster.submit(claiming(first).plan(owner, copy.toUri().toString()));
    if (first == ClaimMode.NO_CLAIM) {
      await(owner, statistics -> statistics.counts().completed() >= 1); // it needs it no more
    }
    String other = nextJob();
    JobPlan plan = claiming(second).plan(other, copy.resolve("_metadata").toString());
    if (refused) {
      WeftException refusal = assertThrows(WeftException.class, () -> cluster.submit(plan));
      assertEquals(ErrorCode.USER, refusal.code());
      assertTrue(
          refusal.getMessage().contains("job " + owner + " runs and may have to start from it"),
          refusal.getMessage());
      assertTrue(cluster.job(other).isEmpty(), "there is no job");
    } else {
      cluster.submit(plan);
      cluster.cancel(other);
      cluster.ended(other).get(60, TimeUnit.SECONDS);
    }
    assertFalse(cluster.ended(owner).isDone(), "the owner goes on");
    cluster.cancel(owner);
    cluster.ended(owner).get(60, TimeUnit.SECONDS);
  }

  @Test
  void aCheckpointOfARunningJobIsClaimedByNoOther() throws Exception {
    String owner = nextJob();
    cluster.submit(new Program().plan(owner, savepoint.toString()));
    await(owner, statistics -> statistics.counts().completed() >= 1);
    String path = cluster.job(owner).get().checkpoints().latestCompleted().path();
    JobPlan plan = claiming(ClaimMode.CLAIM).plan(nextJob(), path);
    assertTrue(
        assertThrows(WeftException.class, () -> cluster.submit(plan))
            .getMessage()
            .contains("Use -rm no_claim, or end that job first. Nothing was changed"));
    cluster.cancel(owner);
    cluster.ended(owner).get(60, TimeUnit.SECONDS);
  }

  private static Program claiming(ClaimMode mode) {
    return program(program -> program.options.set(CheckpointingOptions.CLAIM_MODE, mode));
  }

  @Test
  void aBatchJobTakesNoSavepointAndGoesOn() throws Exception {
    String job = nextJob();
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(new Configuration())
            .setRuntimeMode(RuntimeExecutionMode.BATCH);
    environment.setParallelism(1);
    environment
        .fromSource(
            new DataGeneratorSource<>(n -> n, 600, Types.LONG).withRatePerReader(200),
            WatermarkStrategy.noWatermarks(),
            "numbers")
        .sinkTo(new DiscardingSink<>());
    cluster.submit(Planner.plan(environment.pipeline("batch"), job));
    while (cluster.job(job).get().summary().status() != JobStatus.RUNNING) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    WeftException refused =
        assertThrows(
            WeftException.class,
            () ->
                cluster.order(
                    job,
                    new SnapshotOrder(
                        "s", SnapshotOrder.Kind.SAVEPOINT, directory.resolve("saved").toString())));
    assertEquals(ErrorCode.USER, refused.code());
    assertEquals(
        "No snapshot of job "
            + job
            + " is taken: it runs as a batch, which takes none; set execution.runtime-mode:"
            + " streaming",
        refused.getMessage());
    assertEquals(
        JobStatus.FINISHED, cluster.ended(job).get(60, TimeUnit.SECONDS).summary().status());
  }
}
