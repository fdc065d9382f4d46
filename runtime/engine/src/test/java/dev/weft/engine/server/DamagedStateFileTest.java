package dev.weft.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.StateBackendOptions;
import dev.weft.api.config.StateBackendOptions.Backend;
import dev.weft.api.connector.Sink;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.connector.builtin.DiscardingSink;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.KeyedProcessFunction;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.api.types.Types;
import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.plan.Planner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A file of state of the newest checkpoint is damaged, and then the job has to recover. */
class DamagedStateFileTest {
  private static final int KEYS = 2000;
  private static final AtomicBoolean THROW = new AtomicBoolean();
  private static final AtomicLong SEEN = new AtomicLong();
  private static final AtomicLong WRONG = new AtomicLong();

  @TempDir private Path directory;

  /** Each key's numbers come one after the other, whatever checkpoint the job goes on from. */
  private static final class InOrder extends KeyedProcessFunction<Long, Long, String> {
    private transient ValueState<Long> last;

    @Override
    public void open(OpenContext context) {
      last = getRuntimeContext().getState(new ValueStateDescriptor<>("last", Types.LONG));
    }

    @Override
    public void processElement(Long n, Context ctx, Collector<String> out) throws Exception {
      long wanted = last.value() == null ? n % KEYS : last.value() + KEYS;
      if (n != wanted) {
        WRONG.incrementAndGet();
      }
      last.update(n);
      SEEN.incrementAndGet();
      if (THROW.getAndSet(false)) {
        throw new IllegalStateException("on purpose");
      }
      out.collect("" + n);
    }
  }

  private LocalCluster start(Backend backend, Sink<String> sink, String job) {
    THROW.set(false);
    SEEN.set(0);
    WRONG.set(0);
    Configuration options =
        new Configuration()
            .set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                directory.resolve("checkpoints").toString())
            .set(CheckpointingOptions.LOCAL_BACKUP_ENABLED, false)
            .set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, 3)
            .set(StateBackendOptions.STATE_BACKEND, backend)
            .setString("io.tmp.dirs", directory.resolve("tmp").toString());
    LocalCluster cluster =
        LocalCluster.start(
            LocalCluster.Settings.simple(options, DamagedStateFileTest.class.getClassLoader(), 1));
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(options);
    environment.setParallelism(1);
    environment.enableCheckpointing(TimeUnit.HOURS.toMillis(1));
    environment
        .fromSource(
            new DataGeneratorSource<>(n -> n, Types.LONG).withRatePerReader(50_000),
            WatermarkStrategy.noWatermarks(),
            "numbers")
        .keyBy(n -> n % KEYS, Types.LONG)
        .process(new InOrder())
        .returns(Types.STRING)
        .sinkTo(sink);
    cluster.submit(Planner.plan(environment.pipeline("in order"), job));
    return cluster;
  }

  private static void await(LocalCluster cluster, String job, BooleanSupplier wanted)
      throws Exception {
    while (!wanted.getAsBoolean()) {
      if (cluster.ended(job).isDone()) {
        throw new AssertionError(cluster.ended(job).get().failures().toString());
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  /** Takes a checkpoint when more records were seen, and returns its directory. */
  private Path checkpoint(LocalCluster cluster, String job, int number) throws Exception {
    long before = SEEN.get();
    await(cluster, job, () -> SEEN.get() > before + 3 * KEYS);
    cluster.order(job, new SnapshotOrder("c" + number, SnapshotOrder.Kind.CHECKPOINT, ""));
    await(cluster, job, () -> cluster.job(job).get().checkpoints().counts().completed() >= number);
    return Path.of(cluster.job(job).get().checkpoints().latestCompleted().path()).getParent();
  }

  private static void flip(Path checkpoint) throws IOException {
    int flipped = 0;
    try (Stream<Path> all = Files.list(checkpoint)) {
      for (Path file : all.filter(each -> !each.endsWith("_metadata")).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 0x20;
        Files.write(file, bytes);
        flipped++;
      }
    }
    assertTrue(flipped > 0, "there is state in files");
  }

  private static List<String> messages(JobDetails job) {
    return job.failures().stream().map(failure -> failure.cause().message()).toList();
  }

  @ParameterizedTest
  @EnumSource(names = {"HASHMAP", "ROCKSDB"})
  void theJobGoesOnFromTheOneBeforeAndSaysSo(Backend backend) throws Exception {
    String job = "b".repeat(32);
    try (LocalCluster cluster = start(backend, new DiscardingSink<>(), job)) {
      Path older = checkpoint(cluster, job, 1);
      Path newest = checkpoint(cluster, job, 2);
      flip(newest);
      THROW.set(true);
      await(
          cluster,
          job,
          () ->
              messages(cluster.job(job).get()).stream()
                  .anyMatch(message -> message.startsWith("Continues from the older checkpoint")));
      String said =
          messages(cluster.job(job).get()).stream()
              .filter(message -> message.startsWith("Continues"))
              .findFirst()
              .orElseThrow();
      assertTrue(said.contains(newest.toString()), said);
      assertTrue(said.contains("the checksum of its"), said);
      assertFalse(said.contains(older.toString()), said);
      long before = SEEN.get();
      await(cluster, job, () -> SEEN.get() > before + 5 * KEYS);
      // the next one has all, though the newest that is kept is of no use
      checkpoint(cluster, job, 3);
      THROW.set(true);
      long again = SEEN.get();
      await(cluster, job, () -> !THROW.get() && SEEN.get() > again + 5 * KEYS);
      assertEquals(JobStatus.RUNNING, cluster.job(job).get().summary().status());
      assertEquals(0, WRONG.get(), "records were lost or came twice");
      assertEquals(
          1,
          messages(cluster.job(job).get()).stream()
              .filter(message -> message.startsWith("Continues"))
              .count());
      cluster.cancel(job);
      cluster.ended(job).get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void aJobWithCommittedOutputStaysDown() throws Exception {
    String job = "c".repeat(32);
    Ledger ledger = Ledger.open("damaged state");
    try (LocalCluster cluster = start(Backend.HASHMAP, ledger, job)) {
      checkpoint(cluster, job, 1);
      Path newest = checkpoint(cluster, job, 2);
      flip(newest);
      THROW.set(true);
      JobDetails ended = cluster.ended(job).get(60, TimeUnit.SECONDS);
      assertEquals(JobStatus.FAILED, ended.summary().status());
      String message = ended.failures().get(0).cause().message();
      assertTrue(message.contains(newest.toString()), message);
      assertTrue(message.contains("would lose its state or repeat output"), message);
      assertTrue(message.contains("execution.state-recovery.path"), message);
      assertTrue(Files.exists(newest.resolve("_metadata")), "all is kept");
    }
  }
}
