package dev.weft.engine.server.saved;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.RuntimeExecutionMode;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.ExecutionOptions;
import dev.weft.api.config.ExternalizedCheckpointRetention;
import dev.weft.api.config.StateBackendOptions.Backend;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.savepoint.KeyedStateReaderFunction;
import dev.weft.api.savepoint.OperatorIdentifier;
import dev.weft.api.savepoint.StateReader;
import dev.weft.api.state.ListState;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.api.tuple.Tuple2;
import dev.weft.api.types.Types;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.plan.Planner;
import dev.weft.engine.server.LocalCluster;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Programs read what jobs kept. */
class StateReaderTest {
  @TempDir private Path directory;

  private LocalCluster start(Backend backend) {
    return LocalCluster.start(
        LocalCluster.Settings.simple(
            Shop.options(directory, backend), StateReaderTest.class.getClassLoader(), 3));
  }

  private StreamExecutionEnvironment environment(int parallelism) {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(Shop.options(directory, Backend.AUTO));
    environment.setParallelism(parallelism);
    return environment;
  }

  private static JobDetails run(LocalCluster cluster, StreamExecutionEnvironment environment)
      throws Exception {
    String id = UUID.randomUUID().toString().replace("-", "");
    cluster.submit(Planner.plan(environment.pipeline("read"), id));
    return cluster.ended(id).get(60, TimeUnit.SECONDS);
  }

  private static void succeed(LocalCluster cluster, StreamExecutionEnvironment environment)
      throws Exception {
    JobDetails ended = run(cluster, environment);
    assertEquals(JobStatus.FINISHED, ended.summary().status(), ended.failures().toString());
  }

  private static void checkCustomers(List<Shop.Customer> customers) {
    Map<String, Shop.Customer> byKey = new HashMap<>();
    customers.forEach(customer -> byKey.put(customer.key(), customer));
    assertEquals(Shop.KEYS, customers.size());
    assertEquals(Shop.KEYS, byKey.size());
    for (int key = 0; key < Shop.KEYS; key++) {
      Shop.Customer customer = byKey.get("k" + key);
      assertEquals(expected(customer, key), customer);
    }
  }

  private static Shop.Customer expected(Shop.Customer read, int key) {
    return Customers.after(key, read.orders());
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void allStatesOfSavepointsAreRead(Backend backend) throws Exception {
    try (LocalCluster cluster = start(backend)) {
      Shop shop = new Shop(Shop.options(directory, backend));
      String path = shop.runAndStop(cluster, "1".repeat(32), 2, null, directory);
      for (int parallelism : new int[] {1, 3}) {
        readAll(cluster, path, parallelism);
      }
    }
  }

  private void readAll(LocalCluster cluster, String path, int parallelism) throws Exception {
    StreamExecutionEnvironment environment = environment(parallelism);
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
    succeed(cluster, environment);
    checkCustomers(customers.all());
    long orders = customers.all().stream().mapToLong(Shop.Customer::orders).sum();
    assertEquals(2, split.all().size());
    assertEquals(orders, split.all().stream().mapToLong(n -> n).sum());
    assertEquals(List.of("subtask 0", "subtask 1"), union.all().stream().sorted().toList());
    assertEquals(List.of(Tuple2.of("limit", 42L)), rules.all());
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void keptCheckpointsAreReadWithTheirIncrements(Backend backend) throws Exception {
    try (LocalCluster cluster = start(backend)) {
      Configuration options =
          Shop.options(directory, backend)
              .set(
                  CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                  ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
      String job = "2".repeat(32);
      Shop shop = new Shop(options);
      shop.runUntil(cluster, job, 2, 20 * Shop.KEYS, 3);
      cluster.cancel(job);
      JobDetails ended = cluster.ended(job).get(60, TimeUnit.SECONDS);
      assertEquals(JobStatus.CANCELED, ended.summary().status());
      StreamExecutionEnvironment environment = environment(2);
      Records<Shop.Customer> customers = new Records<>();
      StateReader.read(environment, newest(directory.resolve("checkpoints").resolve(job)))
          .readKeyedState("customers", new Customers())
          .sinkTo(customers);
      environment.getConfiguration().set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.BATCH);
      succeed(cluster, environment);
      checkCustomers(customers.all());
    }
  }

  private static String newest(Path job) throws IOException {
    TreeMap<Long, Path> found = new TreeMap<>();
    try (Stream<Path> all = Files.list(job)) {
      all.filter(each -> Files.exists(each.resolve("_metadata")))
          .forEach(
              each -> found.put(Long.parseLong(each.getFileName().toString().split("-")[1]), each));
    }
    return found.lastEntry().getValue().toUri().toString();
  }

  /** Declares one state, of whatever type. */
  private static final class One extends KeyedStateReaderFunction<String, String> {
    private final String state;
    private final boolean list;
    private transient ValueState<Integer> value;
    private transient ListState<Long> elements;

    One(String state, boolean list) {
      this.state = state;
      this.list = list;
    }

    @Override
    public void open(OpenContext context) {
      if (list) {
        elements = getRuntimeContext().getListState(new ListStateDescriptor<>(state, Types.LONG));
      } else {
        value = getRuntimeContext().getState(new ValueStateDescriptor<>(state, Types.INT));
      }
    }

    @Override
    public void readKey(String key, Context ctx, Collector<String> out) throws Exception {
      out.collect(key + (list ? elements.get() : value.value()));
    }
  }

  /** What is asked for and what the refusal says. */
  private record Refusal(String what, Asking asking, String... says) {
    interface Asking {
      void of(StreamExecutionEnvironment environment, String path) throws Exception;
    }
  }

  private static Refusal keyed(String what, String uid, One function, String... says) {
    return new Refusal(
        what,
        (environment, path) ->
            StateReader.read(environment, path)
                .readKeyedState(uid, function)
                .sinkTo(new Records<>()),
        says);
  }

  private static Refusal at(String what, String suffix, String... says) {
    return new Refusal(
        what,
        (environment, path) ->
            StateReader.read(environment, path + suffix)
                .readKeyedState("customers", new Customers())
                .sinkTo(new Records<>()),
        says);
  }

  @Test
  void whatIsNotThereIsRefusedWithWhatIsThere() throws Exception {
    OperatorIdentifier counted = OperatorIdentifier.forUid("counted");
    List<Refusal> refusals =
        List.of(
            at("no such path", "/none", "is no checkpoint or savepoint", "there is nothing at"),
            keyed(
                "no such operator",
                "clients",
                new One("orders", false),
                "holds no state of an operator 'clients'",
                "'customers'",
                "'counted'"),
            keyed(
                "no keyed state",
                "counted",
                new One("orders", false),
                "There is no keyed state of operator 'counted'",
                "split",
                "rules"),
            keyed(
                "no such state",
                "customers",
                new One("order", false),
                "has no keyed state 'order'",
                "orders (VALUE LONG)",
                "byShop (MAP"),
            keyed(
                "another type",
                "customers",
                new One("orders", false),
                "StateReaderTest.java",
                "orders",
                "INT",
                "LONG"),
            keyed(
                "another kind",
                "customers",
                new One("orders", true),
                "orders",
                "LIST",
                "value of LONG"),
            new Refusal(
                "another type of keys",
                (environment, path) ->
                    StateReader.read(environment, path)
                        .readKeyedState(
                            OperatorIdentifier.forUid("customers"),
                            (KeyedStateReaderFunction) new One("orders", false),
                            Types.LONG,
                            Types.STRING)
                        .sinkTo(new Records<>()),
                "operator 'customers'",
                "are of type LONG",
                "holds keys of type STRING"),
            new Refusal(
                "no such list",
                (environment, path) ->
                    StateReader.read(environment, path)
                        .readListState(counted, "splits", Types.LONG)
                        .sinkTo(new Records<>()),
                "no unkeyed state 'splits'",
                "it holds",
                "union"),
            new Refusal(
                "a union list as one that is split",
                (environment, path) ->
                    StateReader.read(environment, path)
                        .readListState(counted, "union", Types.STRING)
                        .sinkTo(new Records<>()),
                "'union'",
                "declared as list state",
                "holds it as union list state"),
            new Refusal(
                "another type of entries",
                (environment, path) ->
                    StateReader.read(environment, path)
                        .readBroadcastState(counted, "rules", Types.STRING, Types.STRING)
                        .sinkTo(new Records<>()),
                "'rules'",
                "LONG"));
    try (LocalCluster cluster = start(Backend.HASHMAP)) {
      Shop shop = new Shop(Shop.options(directory, Backend.HASHMAP));
      String path = shop.runAndStop(cluster, "1".repeat(32), 2, null, directory);
      for (Refusal refusal : refusals) {
        StreamExecutionEnvironment environment = environment(2);
        refusal.asking().of(environment, path);
        JobDetails ended = run(cluster, environment);
        assertEquals(JobStatus.FAILED, ended.summary().status(), refusal.what());
        assertEquals(1, ended.failures().size(), "retried: " + refusal.what());
        String message = ended.failures().get(0).cause().message();
        for (String part : refusal.says()) {
          assertTrue(message.contains(part), refusal.what() + ": " + message);
        }
      }
      readAll(cluster, path, 1);
    }
  }

  @Test
  void damagedStateIsRefusedAndNotReadAgainAndAgain() throws Exception {
    try (LocalCluster cluster = start(Backend.HASHMAP)) {
      Shop shop = new Shop(Shop.options(directory, Backend.HASHMAP));
      String path = shop.runAndStop(cluster, "1".repeat(32), 2, null, directory);
      Path file;
      try (Stream<Path> all = Files.list(Path.of(URI.create(path)))) {
        file = all.filter(each -> !each.getFileName().toString().startsWith("_")).findAny().get();
      }
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length / 2] ^= 0x10;
      Files.write(file, bytes);
      StreamExecutionEnvironment environment = environment(2);
      StateReader.read(environment, path)
          .readKeyedState("customers", new Customers())
          .sinkTo(new Records<>());
      JobDetails ended = run(cluster, environment);
      assertEquals(JobStatus.FAILED, ended.summary().status());
      assertEquals(1, ended.failures().size(), ended.failures().toString());
      assertEquals(ErrorCode.DATA, ended.failures().get(0).cause().code());
      String message = ended.failures().get(0).cause().message();
      assertTrue(message.contains(file.getFileName().toString()), message);
      assertTrue(message.contains("the checksum of its"), message);
    }
  }
}
