package dev.weft.benchmarks;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.RestartStrategyOptions;
import dev.weft.api.config.StateBackendOptions;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.KeyedProcessFunction;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.api.types.Types;
import dev.weft.api.windowing.assigners.TumblingEventTimeWindows;
import dev.weft.connectors.hdfs.sink.FileSink;
import dev.weft.connectors.hdfs.sink.LineEncoder;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.plan.Planner;
import dev.weft.engine.plugin.Plugins;
import dev.weft.engine.server.LocalCluster;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Restarts one job again and again, without a pause, on two TaskManagers of this process, and
 * prints what the process holds. The job has keyed state, windows and files as its sink; its
 * function throws after some records of each attempt.
 */
final class Restarts {
  private static final int WARM = 50;
  private static final int KEYS = 1_000;
  private static final int RECORDS_PER_ATTEMPT = 2_000;
  private static final long WINDOW_MILLIS = 1_000;

  private Restarts() {}

  /** Counts, and fails when it has seen enough. */
  private static final class Failing extends KeyedProcessFunction<Long, Long, Long> {
    private transient ValueState<Long> count;
    private transient int seen;

    @Override
    public void open(OpenContext context) {
      count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Long.class));
    }

    @Override
    public void processElement(Long number, Context ctx, Collector<Long> out) throws Exception {
      Long before = count.value();
      count.update(before == null ? 1 : before + 1);
      if (++seen == RECORDS_PER_ATTEMPT) {
        throw new IllegalStateException("on purpose");
      }
      out.collect(number);
    }
  }

  /** Runs it and prints a line after the first restarts and one after the last. */
  static void run(String backend, int restarts) throws Exception {
    Path directory = Files.createTempDirectory("weft-restarts");
    Configuration options =
        new Configuration()
            .setString(StateBackendOptions.STATE_BACKEND.key(), backend)
            .setString("io.tmp.dirs", directory.resolve("scratch").toString())
            .set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                directory.resolve("checkpoints").toUri().toString())
            .set(
                RestartStrategyOptions.RESTART_STRATEGY,
                RestartStrategyOptions.Strategy.FIXED_DELAY)
            .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, Integer.MAX_VALUE)
            .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ZERO);
    ClassLoader code = Restarts.class.getClassLoader();
    try (LocalCluster cluster =
        LocalCluster.start(
            new LocalCluster.Settings(
                options, Plugins.onClassPath(code), code, 2, 1, false, false))) {
      String job = UUID.randomUUID().toString().replace("-", "");
      cluster.submit(Planner.plan(program(options, directory).pipeline("restarts"), job));
      System.out.printf(
          Locale.ROOT,
          "%-8s %8s %9s %10s %10s %6s %8s %8s %6s%n",
          "backend",
          "restarts",
          "heap kB",
          "direct kB",
          "meta kB",
          "fds",
          "threads",
          "classes",
          "files");
      for (int milestone : new int[] {WARM, restarts}) {
        await(cluster, job, milestone);
        print(backend, milestone, directory);
      }
      cluster.cancel(job);
      JobDetails ended = cluster.ended(job).get(1, TimeUnit.MINUTES);
      System.out.println(ended.summary().status() + " after attempt " + ended.attempt());
    }
  }

  private static StreamExecutionEnvironment program(Configuration options, Path directory) {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(options);
    environment.setParallelism(2);
    environment.enableCheckpointing(100);
    environment
        .fromSource(
            new DataGeneratorSource<>(n -> n, Types.LONG).withRatePerReader(50_000),
            WatermarkStrategy.<Long>forMonotonousTimestamps()
                .withTimestampAssigner((n, before) -> n),
            "numbers")
        .keyBy(n -> n % KEYS)
        .process(new Failing())
        .keyBy(n -> n % KEYS)
        .window(TumblingEventTimeWindows.of(Duration.ofMillis(WINDOW_MILLIS)))
        .reduce(Math::max)
        .sinkTo(
            FileSink.forRowFormat(
                    directory.resolve("out").toUri().toString(), new LineEncoder<Long>())
                .build());
    return environment;
  }

  private static void await(LocalCluster cluster, String job, int restarts)
      throws InterruptedException {
    while (cluster.job(job).orElseThrow().attempt() <= restarts) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private static void print(String backend, int restarts, Path directory) throws Exception {
    for (int i = 0; i < 3; i++) {
      System.gc();
      TimeUnit.MILLISECONDS.sleep(100);
    }
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    long direct = 0;
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      direct += pool.getMemoryUsed();
    }
    long metaspace = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      metaspace += pool.getName().equals("Metaspace") ? pool.getUsage().getUsed() : 0;
    }
    UnixOperatingSystemMXBean system =
        (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    System.out.printf(
        Locale.ROOT,
        "%-8s %8d %9d %10d %10d %6d %8d %8d %6d%n",
        backend,
        restarts,
        heap >> 10,
        direct >> 10,
        metaspace >> 10,
        system.getOpenFileDescriptorCount(),
        ManagementFactory.getThreadMXBean().getThreadCount(),
        ManagementFactory.getClassLoadingMXBean().getLoadedClassCount(),
        files(directory));
  }

  private static long files(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> !file.startsWith(directory.resolve("out"))).count();
    } catch (java.io.UncheckedIOException e) {
      return -1; // a file went while they were counted
    }
  }
}
