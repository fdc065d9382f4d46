package dev.weft.engine.server.saved;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.DataStream;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.PipelineOptions;
import dev.weft.api.config.StateBackendOptions.Backend;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.error.WeftException;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.savepoint.BroadcastStateBootstrapFunction;
import dev.weft.api.savepoint.KeyedStateBootstrapFunction;
import dev.weft.api.savepoint.OperatorIdentifier;
import dev.weft.api.savepoint.OperatorTransformation;
import dev.weft.api.savepoint.StateBootstrapFunction;
import dev.weft.api.savepoint.StateBootstrapTransformation;
import dev.weft.api.savepoint.StateReader;
import dev.weft.api.savepoint.StateWriter;
import dev.weft.api.state.FunctionInitializationContext;
import dev.weft.api.state.FunctionSnapshotContext;
import dev.weft.api.state.ListState;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.tuple.Tuple2;
import dev.weft.api.types.Types;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.plan.Planner;
import dev.weft.engine.server.LocalCluster;
import dev.weft.engine.server.host.LocalFileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Programs write savepoints, and jobs start from them. */
class StateWriterTest {
  private static final OperatorIdentifier CUSTOMERS = OperatorIdentifier.forUid("customers");
  private static final OperatorIdentifier COUNTED = OperatorIdentifier.forUid("counted");
  private static final AtomicInteger FAILURES_LEFT = new AtomicInteger();
  private static final int BEFORE = 7;
  private static final long ERROR = 1_000_000;

  @TempDir private Path directory;

  private Configuration options(Backend backend) {
    return Shop.options(directory, backend);
  }

  private LocalCluster start() {
    return LocalCluster.start(
        LocalCluster.Settings.simple(
            options(Backend.AUTO), StateWriterTest.class.getClassLoader(), 3));
  }

  private StreamExecutionEnvironment environment(Backend backend, int parallelism) {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(options(backend));
    environment.setParallelism(parallelism);
    return environment;
  }

  private static JobDetails run(LocalCluster cluster, StreamExecutionEnvironment environment)
      throws Exception {
    String id = UUID.randomUUID().toString().replace("-", "");
    cluster.submit(Planner.plan(environment.pipeline("write"), id));
    return cluster.ended(id).get(60, TimeUnit.SECONDS);
  }

  private static void succeed(LocalCluster cluster, StreamExecutionEnvironment environment)
      throws Exception {
    JobDetails ended = run(cluster, environment);
    assertEquals(JobStatus.FINISHED, ended.summary().status(), ended.failures().toString());
  }

  private String target(String name) {
    return "file://" + directory + "/" + name;
  }

  /** Adds orders as the job does. */
  private static final class PastOrders extends KeyedStateBootstrapFunction<String, Long> {
    private transient Shop.States states;

    @Override
    public void open(OpenContext context) {
      states = new Shop.States(getRuntimeContext());
    }

    @Override
    public void processElement(Long order, Context ctx) throws Exception {
      if (order == 3 * Shop.KEYS && FAILURES_LEFT.getAndDecrement() > 0) {
        throw new IllegalStateException("on purpose");
      }
      states.add(order);
      long key = Long.parseLong(ctx.getCurrentKey().substring(1));
      ctx.timerService().registerEventTimeTimer(Shop.FIRST_TIMER - 1 - key);
      ctx.timerService().registerEventTimeTimer(1);
      ctx.timerService().deleteEventTimeTimer(1);
    }
  }

  /** Puts one read customer back, with another count. */
  private static final class Corrected extends KeyedStateBootstrapFunction<String, Shop.Customer> {
    private transient Shop.States states;

    @Override
    public void open(OpenContext context) {
      states = new Shop.States(getRuntimeContext());
    }

    @Override
    public void processElement(Shop.Customer customer, Context ctx) throws Exception {
      for (long i = 0; i < customer.orders(); i++) {
        states.add(Long.parseLong(customer.key().substring(1)) + i * Shop.KEYS);
      }
      states.orders.update(customer.orders() + ERROR);
      for (long time : customer.eventTimers()) {
        ctx.timerService().registerEventTimeTimer(time);
      }
      for (long time : customer.processingTimers()) {
        ctx.timerService().registerProcessingTimeTimer(time);
      }
    }
  }

  /** Fills all states of {@link Shop.Counted}. */
  private static final class Lists extends StateBootstrapFunction<Long> {
    private transient ListState<Long> split;
    private transient ListState<String> union;

    @Override
    public void processElement(Long value, Context ctx) throws Exception {
      assertTrue(ctx.currentProcessingTime() > 0);
      split.add(value);
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
      union.add("written");
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
      split =
          context
              .getOperatorStateStore()
              .getListState(new ListStateDescriptor<>("split", Long.class));
      union =
          context
              .getOperatorStateStore()
              .getUnionListState(new ListStateDescriptor<>("union", String.class));
    }
  }

  private static final class Rules extends BroadcastStateBootstrapFunction<Long> {
    @Override
    public void processElement(Long value, Context ctx) throws Exception {
      ctx.getBroadcastState(new MapStateDescriptor<>("rules", String.class, Long.class))
          .put("r" + value, value);
    }
  }

  private static StateBootstrapTransformation<Long> pastOrders(
      StreamExecutionEnvironment environment) {
    return OperatorTransformation.bootstrapWith(
            environment.fromSequence(0, (long) BEFORE * Shop.KEYS - 1).setParallelism(1))
        .keyBy(n -> "k" + n % Shop.KEYS, Types.STRING)
        .transform(new PastOrders());
  }

  private List<Shop.Customer> customers(LocalCluster cluster, String path) throws Exception {
    StreamExecutionEnvironment environment = environment(Backend.AUTO, 2);
    Records<Shop.Customer> customers = new Records<>();
    StateReader.read(environment, path)
        .readKeyedState(CUSTOMERS, new Customers())
        .sinkTo(customers);
    succeed(cluster, environment);
    assertEquals(Shop.KEYS, customers.all().size());
    return customers.all();
  }

  /** How many files a directory has, but for those of the savepoint in it. */
  private static void checkNoOrphans(String path) throws Exception {
    SavedSnapshot snapshot = SavedSnapshot.open(new LocalFileStore(), path);
    List<String> expected = new ArrayList<>(snapshot.manifest().files());
    expected.add(path + "/_metadata");
    try (var files = Files.list(Path.of(java.net.URI.create(path)))) {
      assertEquals(
          expected.stream()
              .map(file -> file.substring(file.lastIndexOf('/') + 1))
              .sorted()
              .toList(),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  @ParameterizedTest
  @CsvSource({"HASHMAP, ROCKSDB, 0", "ROCKSDB, HASHMAP, 0", "AUTO, AUTO, 1"})
  void aJobStartsFromWhatWasWritten(Backend writing, Backend running, int failures)
      throws Exception {
    try (LocalCluster cluster = start()) {
      FAILURES_LEFT.set(failures);
      String path = target("written");
      StreamExecutionEnvironment environment = environment(writing, 3);
      StateWriter.newSavepoint(environment, 128)
          .withOperator(CUSTOMERS, pastOrders(environment))
          .withOperator(
              COUNTED,
              OperatorTransformation.bootstrapWith(environment.fromSequence(1, 10))
                  .transform(new Lists()))
          .withOperator(
              OperatorIdentifier.forUid("rules"),
              OperatorTransformation.bootstrapWith(environment.fromSequence(1, 5))
                  .transform(new Rules()))
          .write(path);
      succeed(cluster, environment);
      checkNoOrphans(path);
      checkWritten(cluster, path);
      for (int parallelism : new int[] {1, 2}) {
        Configuration dropRules =
            options(running).setString("execution.state-recovery.ignore-unclaimed-state", "true");
        Shop shop = new Shop(dropRules);
        String after =
            shop.runAndStop(
                cluster, String.valueOf(parallelism).repeat(32), parallelism, path, directory);
        for (Shop.Customer customer : customers(cluster, after)) {
          int key = Integer.parseInt(customer.key().substring(1));
          Shop.Customer once = Customers.after(key, BEFORE);
          Shop.Customer more = Customers.after(key, customer.orders() - BEFORE);
          assertTrue(customer.orders() > BEFORE);
          assertEquals(once.sum() + more.sum(), customer.sum());
          assertEquals(once.first(), customer.first());
          assertEquals(
              List.of(Shop.FIRST_TIMER - 1 - key, Shop.FIRST_TIMER + key), customer.eventTimers());
        }
      }
    }
  }

  private void checkWritten(LocalCluster cluster, String path) throws Exception {
    for (Shop.Customer customer : customers(cluster, path)) {
      int key = Integer.parseInt(customer.key().substring(1));
      Shop.Customer expected = Customers.after(key, BEFORE);
      assertEquals(expected.sum(), customer.sum());
      assertEquals(expected.byShop(), customer.byShop());
      assertEquals(List.of(Shop.FIRST_TIMER - 1 - key), customer.eventTimers());
      assertEquals(List.of(), customer.processingTimers());
    }
    StreamExecutionEnvironment environment = environment(Backend.AUTO, 3);
    StateReader reader = StateReader.read(environment, path);
    Records<Long> split = new Records<>();
    Records<String> union = new Records<>();
    Records<Tuple2<String, Long>> rules = new Records<>();
    reader.readListState(COUNTED, "split", Types.LONG).sinkTo(split);
    reader.readUnionState(COUNTED, "union", Types.STRING).sinkTo(union);
    reader
        .readBroadcastState(OperatorIdentifier.forUid("rules"), "rules", Types.STRING, Types.LONG)
        .sinkTo(rules);
    succeed(cluster, environment);
    assertEquals(
        List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L), split.all().stream().sorted().toList());
    assertEquals(List.of("written", "written", "written"), union.all());
    assertEquals(5, rules.all().size());
    assertTrue(rules.all().contains(Tuple2.of("r3", 3L)));
  }

  @ParameterizedTest
  @EnumSource(
      value = Backend.class,
      names = {"HASHMAP", "ROCKSDB"})
  void stateIsReadChangedAndPutBack(Backend backend) throws Exception {
    try (LocalCluster cluster = start()) {
      Shop shop = new Shop(options(backend));
      String first = shop.runAndStop(cluster, "1".repeat(32), 2, null, directory);
      StreamExecutionEnvironment environment = environment(backend, 3);
      DataStream<Shop.Customer> read =
          StateReader.read(environment, first).readKeyedState(CUSTOMERS, new Customers());
      String changed = target("changed");
      StateWriter.fromExistingSavepoint(environment, first)
          .removeOperator(CUSTOMERS)
          .withOperator(
              CUSTOMERS,
              OperatorTransformation.bootstrapWith(read)
                  .keyBy(Shop.Customer::key, Types.STRING)
                  .transform(new Corrected()))
          .write(changed + "/");
      succeed(cluster, environment);
      checkNoOrphans(changed);
      new LocalFileStore().delete(first);
      String after = shop.runAndStop(cluster, "2".repeat(32), 3, changed, directory);
      for (Shop.Customer customer : customers(cluster, after)) {
        int key = Integer.parseInt(customer.key().substring(1));
        // the source went on where it was: no order is there twice
        Shop.Customer expected = Customers.after(key, customer.orders() - ERROR);
        assertEquals(expected.sum(), customer.sum());
        assertEquals(expected.byShop(), customer.byShop());
        assertEquals(expected.eventTimers(), customer.eventTimers());
        assertEquals(expected.processingTimers(), customer.processingTimers());
      }
    }
  }

  /** What is written and what the refusal says. */
  private record Refusal(String what, Writing writing, String... says) {
    interface Writing {
      void of(StreamExecutionEnvironment environment) throws Exception;
    }
  }

  @Test
  void whatDoesNotFitIsRefusedAndNothingIsLeft() throws Exception {
    try (LocalCluster cluster = start()) {
      Shop shop = new Shop(options(Backend.HASHMAP));
      String base = shop.runAndStop(cluster, "1".repeat(32), 2, null, directory);
      String path = target("refused");
      List<Refusal> refusals =
          List.of(
              new Refusal(
                  "there is one already",
                  e ->
                      StateWriter.newSavepoint(e)
                          .withOperator(CUSTOMERS, pastOrders(e))
                          .write(base),
                  "There is a savepoint in " + base + " already"),
              new Refusal(
                  "the base is none",
                  e ->
                      StateWriter.fromExistingSavepoint(e, target("none"))
                          .withOperator(CUSTOMERS, pastOrders(e))
                          .write(path),
                  "is no checkpoint or savepoint"),
              new Refusal(
                  "the operator is there",
                  e ->
                      StateWriter.fromExistingSavepoint(e, base)
                          .withOperator(CUSTOMERS, pastOrders(e))
                          .write(path),
                  "has an operator 'customers' already",
                  "counted"),
              new Refusal(
                  "the operator to remove is not there",
                  e ->
                      StateWriter.fromExistingSavepoint(e, base)
                          .removeOperator(OperatorIdentifier.forUid("clients"))
                          .write(path),
                  "no operator 'clients'",
                  "customers"),
              new Refusal(
                  "another number of key groups",
                  e -> {
                    e.getConfiguration().set(PipelineOptions.MAX_PARALLELISM, 64);
                    StateWriter.fromExistingSavepoint(e, base)
                        .withOperator(OperatorIdentifier.forUid("new"), pastOrders(e))
                        .write(path);
                  },
                  "with 64 key groups",
                  "[128]"),
              new Refusal(
                  "the function fails",
                  e -> {
                    FAILURES_LEFT.set(100);
                    StateWriter.newSavepoint(e).withOperator(CUSTOMERS, pastOrders(e)).write(path);
                  },
                  "on purpose"));
      for (Refusal refusal : refusals) {
        StreamExecutionEnvironment environment = environment(Backend.HASHMAP, 2);
        FAILURES_LEFT.set(0);
        refusal.writing().of(environment);
        JobDetails ended = run(cluster, environment);
        assertEquals(JobStatus.FAILED, ended.summary().status(), refusal.what());
        boolean ofFunction = FAILURES_LEFT.get() > 0;
        assertEquals(ofFunction ? 3 : 1, ended.failures().size(), "attempts: " + refusal.what());
        String message = ended.failures().get(0).cause().message();
        for (String part : refusal.says()) {
          assertTrue(message.contains(part), refusal.what() + ": " + message);
        }
        assertFalse(Files.exists(directory.resolve("refused")), refusal.what());
      }
      assertEquals(Shop.KEYS, customers(cluster, base).size());
    }
  }

  @Test
  void anEndlessStreamFillsNoState() {
    StreamExecutionEnvironment environment = environment(Backend.AUTO, 1);
    StateWriter.newSavepoint(environment)
        .withOperator(
            COUNTED,
            OperatorTransformation.bootstrapWith(
                    environment.fromSource(
                        new DataGeneratorSource<>(n -> n, Types.LONG),
                        WatermarkStrategy.noWatermarks(),
                        "endless"))
                .transform(new Lists()))
        .write(target("endless"));
    WeftException refused =
        org.junit.jupiter.api.Assertions.assertThrows(
            WeftException.class,
            () -> Planner.plan(environment.pipeline("endless"), "1".repeat(32)));
    assertTrue(refused.getMessage().contains("writes a savepoint, which needs bounded input"));
    assertTrue(refused.getMessage().contains("'endless'"));
  }
}
