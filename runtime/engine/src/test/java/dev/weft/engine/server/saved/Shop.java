package dev.weft.engine.server.saved;

import dev.weft.api.DataStream;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.StateBackendOptions;
import dev.weft.api.config.StateBackendOptions.Backend;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.connector.builtin.DiscardingSink;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.KeyedProcessFunction;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.functions.RichMapFunction;
import dev.weft.api.functions.RuntimeContext;
import dev.weft.api.state.AggregatingState;
import dev.weft.api.state.AggregatingStateDescriptor;
import dev.weft.api.state.BroadcastState;
import dev.weft.api.state.CheckpointedFunction;
import dev.weft.api.state.FunctionInitializationContext;
import dev.weft.api.state.FunctionSnapshotContext;
import dev.weft.api.state.ListState;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.state.MapState;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.state.ReducingState;
import dev.weft.api.state.ReducingStateDescriptor;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.api.types.Types;
import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.job.SnapshotReport;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.Planner;
import dev.weft.engine.server.LocalCluster;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A job with state of every kind, for tests that look at its savepoints. */
final class Shop {
  static final int KEYS = 200;
  static final long FIRST_TIMER = 4_000_000_000_000L;

  /** All that a key has. */
  record Customer(
      String key,
      long orders,
      long sum,
      double mean,
      List<Long> first,
      Map<Long, Long> byShop,
      List<Long> eventTimers,
      List<Long> processingTimers) {}

  private final Configuration options;
  private final AtomicLong seen;

  Shop(Configuration options) {
    this.options = options;
    this.seen = Counted.begin();
  }

  static Configuration options(Path directory, Backend backend) {
    return new Configuration()
        .set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, "file://" + directory + "/checkpoints")
        .setString("io.tmp.dirs", directory.toString())
        .set(StateBackendOptions.STATE_BACKEND, backend);
  }

  /** The states of a key, as the job and whoever reads or writes them declare them. */
  static final class States {
    final ValueState<Long> orders;
    final ReducingState<Long> sum;
    final AggregatingState<Long, Double> mean;
    final ListState<Long> first;
    final MapState<Long, Long> byShop;

    States(RuntimeContext context) {
      orders = context.getState(new ValueStateDescriptor<>("orders", Long.class));
      sum = context.getReducingState(new ReducingStateDescriptor<>("sum", Long::sum, Long.class));
      mean =
          context.getAggregatingState(
              new AggregatingStateDescriptor<>("mean", new Mean(), Total.class));
      first = context.getListState(new ListStateDescriptor<>("first", Long.class));
      byShop = context.getMapState(new MapStateDescriptor<>("byShop", Long.class, Long.class));
    }

    void add(long order) throws Exception {
      orders.update(orders.value() == null ? 1 : orders.value() + 1);
      sum.add(order);
      mean.add(order);
      if (orders.value() <= 3) {
        first.add(order);
      }
      long shop = order % 3;
      Long before = byShop.get(shop);
      byShop.put(shop, before == null ? 1 : before + 1);
    }
  }

  record Total(long sum, long count) {}

  static final class Mean implements AggregateFunction<Long, Total, Double> {
    @Override
    public Total createAccumulator() {
      return new Total(0, 0);
    }

    @Override
    public Total add(Long value, Total total) {
      return new Total(total.sum() + value, total.count() + 1);
    }

    @Override
    public Double getResult(Total total) {
      return (double) total.sum() / total.count();
    }

    @Override
    public Total merge(Total a, Total b) {
      return new Total(a.sum() + b.sum(), a.count() + b.count());
    }
  }

  /** Keeps all kinds of keyed state. */
  static final class Orders extends KeyedProcessFunction<String, Long, String> {
    private transient States states;

    @Override
    public void open(OpenContext context) {
      states = new States(getRuntimeContext());
    }

    @Override
    public void processElement(Long order, Context ctx, Collector<String> out) throws Exception {
      states.add(order);
      long key = Long.parseLong(ctx.getCurrentKey().substring(1));
      ctx.timerService().registerEventTimeTimer(FIRST_TIMER + key);
      ctx.timerService().registerProcessingTimeTimer(FIRST_TIMER + 2 * key);
      out.collect(ctx.getCurrentKey());
    }
  }

  /** Keeps lists and a broadcast map, and counts what went through. */
  static final class Counted extends RichMapFunction<String, String>
      implements CheckpointedFunction {
    private static AtomicLong counter;

    private transient ListState<Long> split;
    private transient ListState<String> union;
    private transient BroadcastState<String, Long> rules;
    private transient long count;

    static synchronized AtomicLong begin() {
      counter = new AtomicLong();
      return counter;
    }

    @Override
    public String map(String value) {
      count++;
      counter.incrementAndGet();
      return value;
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
      split.update(List.of(count));
      union.update(List.of("subtask " + getRuntimeContext().getTaskInfo().getIndexOfThisSubtask()));
      rules.put("limit", 42L);
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
      rules =
          context
              .getOperatorStateStore()
              .getBroadcastState(new MapStateDescriptor<>("rules", String.class, Long.class));
      for (Long before : split.get()) {
        count += before;
      }
    }
  }

  /** The job's plan; it starts from a snapshot when one is given. */
  JobPlan plan(String jobId, int parallelism, String path) {
    Configuration own = Configuration.of(options.toMap());
    if (path != null) {
      own.set(CheckpointingOptions.RESTORE_PATH, path);
    }
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(own);
    environment.setParallelism(parallelism);
    environment.enableCheckpointing(200);
    DataStream<Long> orders =
        environment
            .fromSource(
                new DataGeneratorSource<>(n -> n, Types.LONG).withRatePerReader(20_000),
                WatermarkStrategy.noWatermarks(),
                "orders")
            .uid("orders");
    orders
        .keyBy(n -> "k" + n % KEYS, Types.STRING)
        .process(new Orders())
        .uid("customers")
        .map(new Counted())
        .uid("counted")
        .sinkTo(new DiscardingSink<>());
    return Planner.plan(environment.pipeline("shop"), jobId);
  }

  /** Runs the job until it has handled some records and completed some checkpoints. */
  void runUntil(LocalCluster cluster, String jobId, int parallelism, long records, long checkpoints)
      throws Exception {
    seen.set(0);
    cluster.submit(plan(jobId, parallelism, null));
    waitFor(cluster, jobId, records, checkpoints);
  }

  private void waitFor(LocalCluster cluster, String jobId, long records, long checkpoints)
      throws Exception {
    while (seen.get() < records
        || cluster.job(jobId).get().checkpoints().counts().completed() < checkpoints) {
      if (cluster.ended(jobId).isDone()) {
        throw new AssertionError(cluster.ended(jobId).get().failures().toString());
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  /** Runs the job until it has handled some records and returns the path of its savepoint. */
  String runAndStop(LocalCluster cluster, String jobId, int parallelism, String from, Path target)
      throws Exception {
    seen.set(0);
    cluster.submit(plan(jobId, parallelism, from));
    waitFor(cluster, jobId, 5 * KEYS, 0);
    cluster.order(jobId, new SnapshotOrder("s", SnapshotOrder.Kind.STOP, "file://" + target));
    JobDetails ended = cluster.ended(jobId).get(60, TimeUnit.SECONDS);
    if (ended.summary().status() != JobStatus.FINISHED) {
      throw new AssertionError(ended.failures().toString());
    }
    SnapshotReport report = ended.snapshots().get(0);
    return report.location();
  }
}
