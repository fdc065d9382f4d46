package dev.weft.engine.server.saved;

import dev.weft.api.KeyedStream;
import dev.weft.api.SingleOutputStreamOperator;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.Configuration;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.windowing.ProcessWindowFunction;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.Types;
import dev.weft.api.windowing.assigners.EventTimeSessionWindows;
import dev.weft.api.windowing.assigners.GlobalWindows;
import dev.weft.api.windowing.assigners.SlidingEventTimeWindows;
import dev.weft.api.windowing.assigners.TumblingEventTimeWindows;
import dev.weft.api.windowing.evictors.CountEvictor;
import dev.weft.api.windowing.windows.TimeWindow;
import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.SnapshotReport;
import dev.weft.engine.plan.Planner;
import dev.weft.engine.server.LocalCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A job with windows of every kind. Numbers 0 to 999 come in bursts of 100, one a millisecond, with
 * 100 ms between bursts; number n is of key k(n % 5). What comes later is for no window, so that
 * the windows that are open in the end are always the same.
 */
final class WindowShop {
  static final int KEYS = 5;
  static final int RECORDS = 1000;
  static final TumblingEventTimeWindows TUMBLING =
      TumblingEventTimeWindows.of(Duration.ofMillis(300));
  static final SlidingEventTimeWindows SLIDING =
      SlidingEventTimeWindows.of(Duration.ofMillis(400), Duration.ofMillis(100));
  static final EventTimeSessionWindows SESSIONS =
      EventTimeSessionWindows.withGap(Duration.ofMillis(50));
  static final TypeInformation<List<Long>> TOTAL = Types.LIST(Types.LONG);
  static final ValueStateDescriptor<Long> SEEN = new ValueStateDescriptor<>("seen", Types.LONG);
  static final ValueStateDescriptor<Long> EVER = new ValueStateDescriptor<>("ever", Types.LONG);

  private final Configuration options;
  private final Map<Records<?>, Integer> fired = new LinkedHashMap<>();

  WindowShop(Configuration options) {
    this.options = options;
  }

  static long time(long n) {
    long last = Math.min(n, RECORDS - 1);
    return last / 100 * 200 + last % 100;
  }

  /** The sum and the number of records, in an accumulator that changes in place. */
  static final class Totals implements AggregateFunction<Long, List<Long>, String> {
    @Override
    public List<Long> createAccumulator() {
      return new ArrayList<>(List.of(0L, 0L));
    }

    @Override
    public List<Long> add(Long value, List<Long> total) {
      total.set(0, total.get(0) + value);
      total.set(1, total.get(1) + 1);
      return total;
    }

    @Override
    public String getResult(List<Long> total) {
      return total.get(0) + " of " + total.get(1);
    }

    @Override
    public List<Long> merge(List<Long> left, List<Long> right) {
      left.set(0, left.get(0) + right.get(0));
      left.set(1, left.get(1) + right.get(1));
      return left;
    }
  }

  /** Counts the records of each key whose windows have fired, in state of the key. */
  static final class Marking extends ProcessWindowFunction<Long, Long, String, TimeWindow> {
    @Override
    public void process(String key, Context context, Iterable<Long> elements, Collector<Long> out)
        throws Exception {
      long count = 0;
      for (Long each : elements) {
        count++;
      }
      Long ever = context.globalState().getState(EVER).value();
      context.globalState().getState(EVER).update((ever == null ? 0 : ever) + count);
      out.collect(count);
    }
  }

  private <T> void expect(int results, String uid, SingleOutputStreamOperator<T> windows) {
    Records<T> records = new Records<>();
    fired.put(records, results);
    windows.uid(uid).sinkTo(records);
  }

  /** Runs the job until all windows have fired that will; returns a snapshot's path. */
  String run(LocalCluster cluster, String jobId, SnapshotOrder order) throws Exception {
    fired.clear();
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(options);
    environment.setParallelism(2);
    environment.enableCheckpointing(200);
    KeyedStream<Long, String> numbers =
        environment
            .fromSource(
                new DataGeneratorSource<>(n -> n, Types.LONG).withRatePerReader(2_000),
                WatermarkStrategy.<Long>forMonotonousTimestamps()
                    .withTimestampAssigner((n, before) -> time(n)),
                "numbers")
            .setParallelism(1)
            .filter(n -> n < RECORDS)
            .setParallelism(1)
            .keyBy(n -> "k" + n % KEYS, Types.STRING);
    expect(6 * KEYS, "tumbling", numbers.window(TUMBLING).reduce(Long::sum));
    expect(
        18 * KEYS, "sliding", numbers.window(SLIDING).aggregate(new Totals(), TOTAL, Types.STRING));
    expect(9 * KEYS, "sessions", numbers.window(SESSIONS).reduce(Long::sum));
    expect(6 * KEYS, "all", numbers.window(TUMBLING).process(new Marking(), Types.LONG));
    expect(0, "global", numbers.window(GlobalWindows.create()).reduce(Long::sum));
    expect(28 * KEYS, "counted", numbers.countWindow(7).reduce(Long::sum));
    expect(100 * KEYS, "last", numbers.countWindow(3, 2).reduce(Long::sum));
    expect(
        6 * KEYS,
        "evicting",
        numbers
            .window(TUMBLING)
            .evictor(CountEvictor.of(2))
            .aggregate(new Totals(), TOTAL, Types.STRING));
    cluster.submit(Planner.plan(environment.pipeline("windows"), jobId));
    while (fired.entrySet().stream()
        .anyMatch(each -> each.getKey().all().size() < each.getValue())) {
      checkRuns(cluster, jobId);
      TimeUnit.MILLISECONDS.sleep(5);
    }
    cluster.order(jobId, order);
    while (!order.kind().stops() && place(cluster, jobId).isEmpty()) {
      checkRuns(cluster, jobId);
      TimeUnit.MILLISECONDS.sleep(5);
    }
    if (!order.kind().stops()) {
      cluster.cancel(jobId);
    }
    cluster.ended(jobId).get(60, TimeUnit.SECONDS);
    return place(cluster, jobId);
  }

  private static String place(LocalCluster cluster, String jobId) {
    List<SnapshotReport> reports = cluster.job(jobId).get().snapshots();
    return reports.isEmpty() || reports.get(0).location() == null ? "" : reports.get(0).location();
  }

  private static void checkRuns(LocalCluster cluster, String jobId) throws Exception {
    if (cluster.ended(jobId).isDone()) {
      JobDetails ended = cluster.ended(jobId).get();
      throw new AssertionError(ended.failures().toString());
    }
  }
}
