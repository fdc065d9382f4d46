package dev.weft.benchmarks;

import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.RestartStrategyOptions;
import dev.weft.api.config.StateBackendOptions;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.connector.builtin.DiscardingSink;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.KeyedProcessFunction;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.api.types.TypeInformation;
import dev.weft.engine.checkpoint.CheckpointEntry;
import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.plan.Planner;
import dev.weft.engine.server.LocalCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * {@code increments}: how much a checkpoint of state on the heap writes when few keys changed since
 * the one before. A job fills its state, takes a checkpoint, changes some keys, takes another one,
 * fails, starts from that again, shows every key, which is compared with what it should have, and
 * takes a last checkpoint.
 */
final class Increments {
  private static final int POLL_MILLIS = 20;
  private static final int MINUTES_MAX = 10;
  private static final int RECORDS_PER_PAUSE = 1024;
  private static final int PAYLOAD_BYTES = 64;
  private static final long NOT_YET = Long.MAX_VALUE;

  /** What the source does from which index on; it is one reader, so the indexes come in order. */
  private static final Phase CHANGE = new Phase();

  private static final Phase SHOW = new Phase();
  private static volatile boolean fail;
  private static final LongAdder HANDLED = new LongAdder();
  private static final LongAdder SHOWN = new LongAdder();
  private static final LongAdder SUM = new LongAdder();

  private final Configuration options;
  private final int parallelism;
  private final int keys;
  private final int changed;

  Increments(Settings settings, Configuration options, Path directory) {
    this.parallelism = settings.parallelism();
    this.keys = (int) settings.number("keys", 5_000_000);
    this.changed = (int) (keys * Double.parseDouble(settings.text("changed", "0.01")));
    this.options =
        options
            .set(StateBackendOptions.STATE_BACKEND, StateBackendOptions.Backend.HASHMAP)
            .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofDays(1))
            .set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                directory.resolve("increments").toUri().toString())
            .set(
                RestartStrategyOptions.RESTART_STRATEGY,
                RestartStrategyOptions.Strategy.FIXED_DELAY)
            .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1)
            .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ZERO);
  }

  /** What begins at an index that is fixed when it is asked for first after somebody wanted it. */
  private static final class Phase {
    private volatile boolean wanted;
    private long from = NOT_YET;

    /** The place of an index in the phase; negative before it begins. */
    long place(long index) {
      if (from == NOT_YET && wanted) {
        from = index;
      }
      return from == NOT_YET ? -1 : index - from;
    }

    void begin() {
      wanted = true;
    }
  }

  /** What is done. */
  public enum Action {
    FILL,
    WAIT,
    CHANGE,
    SHOW
  }

  /** A step. */
  public record Step(Action action, long key) {}

  /** The state of a key. */
  public static final class Account {
    public long count;
    public long sum;
    public byte[] payload;
  }

  private static Step step(long index, int keys, int changed) throws InterruptedException {
    if (fail) {
      fail = false;
      throw new IllegalStateException("on purpose");
    }
    if (index < keys) {
      return new Step(Action.FILL, Scramble.mix(index + 1));
    }
    long shown = SHOW.place(index);
    if (shown >= 0 && shown < keys) {
      return new Step(Action.SHOW, Scramble.mix(shown + 1));
    }
    long place = CHANGE.place(index);
    if (place >= 0 && place < changed) {
      return new Step(Action.CHANGE, Scramble.mix(place * (keys / changed) + 1));
    }
    if (index % RECORDS_PER_PAUSE == 0) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    return new Step(Action.WAIT, Scramble.mix(1));
  }

  /** What a key adds to the sum when it is shown. */
  private static long weight(long key, long count, long sum, byte[] payload) {
    return Scramble.mix(key ^ count) + Scramble.mix(sum) * payload[PAYLOAD_BYTES - 1];
  }

  private static final class Accounts extends KeyedProcessFunction<Long, Step, Long> {
    private transient ValueState<Account> account;

    @Override
    public void open(OpenContext context) {
      account = getRuntimeContext().getState(new ValueStateDescriptor<>("account", Account.class));
    }

    @Override
    public void processElement(Step step, Context ctx, Collector<Long> out) throws Exception {
      switch (step.action()) {
        case FILL, CHANGE -> {
          Account now = account.value();
          if (now == null) {
            now = new Account();
            now.payload = new byte[PAYLOAD_BYTES];
          }
          now.count++;
          now.sum += step.key();
          now.payload[PAYLOAD_BYTES - 1] = (byte) now.count;
          account.update(now);
          HANDLED.increment();
        }
        case SHOW -> {
          Account now = account.value();
          SUM.add(weight(step.key(), now.count, now.sum, now.payload));
          SHOWN.increment();
        }
        case WAIT -> {}
      }
    }
  }

  private long expected() {
    long sum = 0;
    byte[] payload = new byte[PAYLOAD_BYTES];
    int stride = keys / changed;
    for (long i = 0; i < keys; i++) {
      long key = Scramble.mix(i + 1);
      int count = i % stride == 0 && i / stride < changed ? 2 : 1;
      payload[PAYLOAD_BYTES - 1] = (byte) count;
      sum += weight(key, count, key * count, payload);
    }
    return sum;
  }

  private StreamExecutionEnvironment program() {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(options);
    environment.setParallelism(parallelism);
    int allKeys = keys;
    int changedKeys = changed;
    environment
        .fromSource(
            new DataGeneratorSource<>(
                index -> step(index, allKeys, changedKeys), TypeInformation.of(Step.class)),
            WatermarkStrategy.noWatermarks(),
            "steps")
        .setParallelism(1)
        .keyBy(Step::key)
        .process(new Accounts())
        .returns(Long.class)
        .sinkTo(new DiscardingSink<>());
    return environment;
  }

  /** Runs it and prints a line. */
  void run() throws Exception {
    if (changed < 1 || changed > keys) {
      throw new IllegalArgumentException("of " + keys + " keys " + changed + " are to change");
    }
    ClassLoader code = Increments.class.getClassLoader();
    try (LocalCluster cluster =
        LocalCluster.start(LocalCluster.Settings.simple(options, code, parallelism))) {
      String job = UUID.randomUUID().toString().replace("-", "");
      cluster.submit(Planner.plan(program().pipeline("increments"), job));
      await(cluster, job, () -> HANDLED.sum() == keys);
      CheckpointEntry full = checkpoint(cluster, job, "full");
      CHANGE.begin();
      await(cluster, job, () -> HANDLED.sum() == (long) keys + changed);
      CheckpointEntry increment = checkpoint(cluster, job, "increment");
      int attempt = cluster.job(job).orElseThrow().attempt();
      fail = true;
      await(cluster, job, () -> cluster.job(job).orElseThrow().attempt() > attempt);
      SHOW.begin();
      await(cluster, job, () -> SHOWN.sum() == keys);
      CheckpointEntry restarted = checkpoint(cluster, job, "restarted");
      cluster.cancel(job);
      cluster.ended(job).get(1, TimeUnit.MINUTES);
      print(full.progress(), increment.progress(), restarted.progress());
    }
    if (SUM.sum() != expected()) {
      throw new IllegalStateException("the restored state is not what was written");
    }
  }

  private void print(
      CheckpointEntry.Progress full,
      CheckpointEntry.Progress increment,
      CheckpointEntry.Progress restarted) {
    System.out.printf(
        Locale.ROOT,
        "increments\tkeys=%d changed=%d\tfull=%d bytes\tincrement=%d bytes\tratio=%.2f %%\t"
            + "state=%d bytes\tfirst after the restart=%d bytes\trestored=%s%n",
        keys,
        changed,
        full.bytes(),
        increment.bytes(),
        increment.bytes() * 100.0 / full.bytes(),
        increment.stateBytes(),
        restarted.bytes(),
        SUM.sum() == expected() ? "ok" : "MISMATCH");
  }

  private static CheckpointEntry checkpoint(LocalCluster cluster, String job, String order)
      throws Exception {
    long before = cluster.job(job).orElseThrow().checkpoints().counts().completed();
    cluster.order(job, new SnapshotOrder(order, SnapshotOrder.Kind.CHECKPOINT, ""));
    await(
        cluster,
        job,
        () -> cluster.job(job).orElseThrow().checkpoints().counts().completed() > before);
    return cluster.job(job).orElseThrow().checkpoints().history().stream()
        .filter(entry -> entry.status() == CheckpointEntry.Status.COMPLETED)
        .max((a, b) -> Long.compare(a.id(), b.id()))
        .orElseThrow();
  }

  private interface Condition {
    boolean holds();
  }

  private static void await(LocalCluster cluster, String job, Condition condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(MINUTES_MAX);
    while (!condition.holds()) {
      JobDetails details = cluster.job(job).orElseThrow();
      if (details.summary().status().isTerminal() || System.nanoTime() > deadline) {
        throw new IllegalStateException(
            details.summary().status() + " " + details.failures() + " " + HANDLED.sum());
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }
}
