package dev.weft.engine.server.saved;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.ExternalizedCheckpointRetention;
import dev.weft.api.config.StateBackendOptions.Backend;
import dev.weft.api.savepoint.OperatorIdentifier;
import dev.weft.api.savepoint.StateReader;
import dev.weft.api.tuple.Tuple2;
import dev.weft.api.types.Types;
import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.job.SnapshotReport;
import dev.weft.engine.plan.Planner;
import dev.weft.engine.server.LocalCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whole snapshots that an earlier build wrote are read, and jobs start from them. They are never
 * written anew. With {@code -Dweft.golden.update=true} those that are not there are written.
 */
class GoldenSnapshotsTest {
  private static final String ADVICE =
      "This build does not read what an earlier one wrote. Do not replace the golden files: raise"
          + " the version of the format that was changed, keep reading the former one, and add a"
          + " golden snapshot beside the others with -Dweft.golden.update=true";

  @TempDir private Path directory;

  /** The snapshots, by the names of their directories. */
  enum Golden {
    SAVEPOINT_1(Backend.HASHMAP, SnapshotOrder.Kind.STOP),
    ROCKSDB_CHECKPOINT_1(Backend.ROCKSDB, SnapshotOrder.Kind.FULL_CHECKPOINT);

    private final Backend backend;
    private final SnapshotOrder.Kind kind;

    Golden(Backend backend, SnapshotOrder.Kind kind) {
      this.backend = backend;
      this.kind = kind;
    }

    String target(Path directory) {
      return kind.isSavepoint() ? directory.resolve("s").toString() : "";
    }

    Path place() {
      return Path.of("src/test/resources/golden", name().toLowerCase().replace('_', '-'));
    }
  }

  private Configuration options(Golden golden) {
    return Shop.options(directory, golden.backend)
        .set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, 50)
        .set(
            CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
            ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
  }

  private LocalCluster start(Golden golden) {
    return LocalCluster.start(
        LocalCluster.Settings.simple(
            options(golden), GoldenSnapshotsTest.class.getClassLoader(), 3));
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> all = Files.list(from)) {
      for (Path file : all.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  private static Map<String, String> contents(Path of) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> all = Files.list(of)) {
      for (Path file : all.toList()) {
        contents.put(
            file.getFileName().toString(),
            java.util.Arrays.hashCode(Files.readAllBytes(file)) + "");
      }
    }
    return contents;
  }

  private void write(Golden golden) throws Exception {
    try (LocalCluster cluster = start(golden)) {
      String job = "a".repeat(32);
      Shop shop = new Shop(options(golden));
      shop.runUntil(cluster, job, 2, 20 * Shop.KEYS, 0);
      cluster.order(job, new SnapshotOrder("g", golden.kind, golden.target(directory)));
      while (!cluster.ended(job).isDone() && place(cluster, job).isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      if (!golden.kind.stops()) {
        cluster.cancel(job);
      }
      cluster.ended(job).get(60, TimeUnit.SECONDS);
      copy(Path.of(place(cluster, job).replace("file://", "")), golden.place());
    }
  }

  private static String place(LocalCluster cluster, String job) {
    List<SnapshotReport> reports = cluster.job(job).get().snapshots();
    return reports.isEmpty() || reports.get(0).location() == null ? "" : reports.get(0).location();
  }

  @ParameterizedTest
  @EnumSource(Golden.class)
  void isReadAndStartedFrom(Golden golden) throws Exception {
    if (!Files.exists(golden.place()) && Boolean.getBoolean("weft.golden.update")) {
      write(golden);
    }
    Path moved = directory.resolve("moved");
    copy(golden.place(), moved);
    Map<String, String> before = contents(moved);
    try (LocalCluster cluster = start(golden)) {
      String again;
      try {
        Map<String, Shop.Customer> then = read(cluster, moved.toString());
        Shop shop = new Shop(Shop.options(directory, golden.backend));
        again =
            shop.runAndStop(
                cluster, "b".repeat(32), 3, moved.toString(), directory.resolve("again"));
        Map<String, Shop.Customer> now = read(cluster, again);
        then.forEach(
            (key, customer) -> assertTrue(now.get(key).orders() >= customer.orders(), key));
        assertTrue(
            now.values().stream().mapToLong(Shop.Customer::orders).sum()
                > then.values().stream().mapToLong(Shop.Customer::orders).sum());
      } catch (Exception | AssertionError e) {
        throw new AssertionError(ADVICE + " (" + golden.place() + ")", e);
      }
    }
    assertEquals(before, contents(moved));
  }

  /** Checks all states of a snapshot, and returns what each key has. */
  private Map<String, Shop.Customer> read(LocalCluster cluster, String path) throws Exception {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(Shop.options(directory, Backend.AUTO));
    environment.setParallelism(2);
    StateReader reader = StateReader.read(environment, path);
    Records<Shop.Customer> customers = new Records<>();
    Records<Long> split = new Records<>();
    Records<String> union = new Records<>();
    Records<Tuple2<String, Long>> rules = new Records<>();
    OperatorIdentifier counted = OperatorIdentifier.forUid("counted");
    reader.readKeyedState("customers", new Customers()).sinkTo(customers);
    reader.readListState(counted, "split", Types.LONG).sinkTo(split);
    reader.readUnionState(counted, "union", Types.STRING).sinkTo(union);
    reader.readBroadcastState(counted, "rules", Types.STRING, Types.LONG).sinkTo(rules);
    String id = UUID.randomUUID().toString().replace("-", "");
    cluster.submit(Planner.plan(environment.pipeline("read"), id));
    JobDetails ended = cluster.ended(id).get(60, TimeUnit.SECONDS);
    assertEquals(JobStatus.FINISHED, ended.summary().status(), ended.failures().toString());
    Map<String, Shop.Customer> byKey = new HashMap<>();
    customers.all().forEach(customer -> byKey.put(customer.key(), customer));
    assertEquals(Shop.KEYS, byKey.size());
    for (int key = 0; key < Shop.KEYS; key++) {
      Shop.Customer customer = byKey.get("k" + key);
      assertEquals(Customers.after(key, customer.orders()), customer);
    }
    long orders = customers.all().stream().mapToLong(Shop.Customer::orders).sum();
    assertEquals(orders, split.all().stream().mapToLong(n -> n).sum());
    assertTrue(union.all().contains("subtask 1"), union.all().toString());
    assertEquals(List.of(Tuple2.of("limit", 42L)), rules.all());
    return byKey;
  }
}
