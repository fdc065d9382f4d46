package dev.weft.benchmarks;

import dev.weft.api.RuntimeExecutionMode;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.Configuration;
import dev.weft.engine.checkpoint.CheckpointEntry;
import dev.weft.engine.checkpoint.CheckpointStatistics;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobStatus;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.StringJoiner;

/**
 * {@code Benchmark WORKLOAD [key=value ...]}: warms up, runs, prints a line per run with tabs:
 * workload, engine, version, records, seconds, records per second, peak of resident memory in MB,
 * CPU seconds, CPU µs per record, milliseconds of garbage collection, whether the result is right,
 * the result, notes.
 */
public final class Benchmark {
  private static final int WARM_UP_SHARE = 4;

  private final String name;
  private final Settings settings;
  private final Path directory;
  private final Map<Long, Long> expected = new HashMap<>();
  private boolean checkpointing = true;

  private Benchmark(String name, Settings settings) {
    this.name = name;
    this.settings = settings;
    this.directory = Path.of(settings.text("data", "target/data")).toAbsolutePath();
  }

  /** Runs a workload. */
  public static void main(String[] arguments) {
    try {
      if (arguments.length == 0) {
        throw new IllegalArgumentException("usage: WORKLOAD [key=value ...]");
      }
      Settings settings = new Settings(Arrays.copyOfRange(arguments, 1, arguments.length));
      new Benchmark(arguments[0], settings).run();
      System.exit(0);
    } catch (Exception | Error e) {
      e.printStackTrace();
      System.exit(1);
    }
  }

  private void run() throws Exception {
    if (name.equals("increments")) {
      new Increments(settings, options(new Configuration()), directory).run();
      return;
    }
    if (name.equals("restarts")) {
      Restarts.run(settings.text("backend", "hashmap"), (int) settings.number("restarts", 500));
      return;
    }
    try (ClusterExecutor cluster = cluster()) {
      if (name.equals("w9")) {
        startup(cluster);
        return;
      }
      Workload workload = workload();
      long records = workload.records(settings.number("n", workload.defaultRecords()));
      long warmRecords = workload.records(records / WARM_UP_SHARE);
      for (int i = 0; i < settings.number("warm", 1); i++) {
        ProcessUsage before = ProcessUsage.now();
        execute(cluster, workload, warmRecords);
        System.err.printf(
            Locale.ROOT,
            "# warm-up %s %d records %.1f s %s%n",
            name,
            warmRecords,
            (System.nanoTime() - before.nanos()) / 1e9,
            verdict(workload, warmRecords));
      }
      verdict(workload, records); // computes what is expected before the measured runs
      for (int i = 0; i < settings.number("runs", 3); i++) {
        if (settings.has("pairs")) {
          checkpointing = false;
          measure(cluster, workload, records);
          checkpointing = true;
        }
        measure(cluster, workload, records);
      }
    }
  }

  private ClusterExecutor cluster() throws Exception {
    if (!name.equals("w6")) {
      return ClusterExecutor.inOneProcess(new Configuration(), settings.parallelism());
    }
    Path totals = directory.resolve("totals");
    Files.createDirectories(totals);
    System.setProperty(Totals.DIRECTORY, totals.toString());
    List<String> flags = new ArrayList<>();
    flags.add("-D" + Totals.DIRECTORY + "=" + totals);
    flags.addAll(List.of(settings.text("worker", "-Xms4g -Xmx4g -XX:+UseParallelGC").split(" ")));
    return ClusterExecutor.inProcesses(
        options(new Configuration()), settings.parallelism(), directory, flags);
  }

  private Configuration options(Configuration configuration) {
    for (String option : settings.text("conf", "").split(",")) {
      if (option.contains(":")) {
        String[] parts = option.split(":", 2);
        configuration.setString(parts[0], parts[1]);
      }
    }
    return configuration;
  }

  private Workload workload() {
    return switch (name) {
      case "w1" -> new TextWordCount(directory, settings.number("mb", 500));
      case "w2" -> new RunningCount();
      case "w4" -> new LargeState();
      case "w6" -> new Shuffle();
      case "w5" -> new WindowedCount();
      case "keys" -> new KeyedSum((int) settings.number("keys", 100_000));
      default ->
          throw new IllegalArgumentException(
              "there is no workload '"
                  + name
                  + "'; there are w1, w2, w4, w5, w6, w9, keys, increments, restarts");
    };
  }

  private StreamExecutionEnvironment environment(ClusterExecutor cluster) throws Exception {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.withExecutor(
            cluster, StreamExecutionEnvironment::getExecutionEnvironment);
    environment.setParallelism(settings.parallelism());
    environment.setRuntimeMode(RuntimeExecutionMode.STREAMING);
    if (checkpointing && settings.has("checkpoint")) {
      environment.configure(
          CheckpointingOptions.CHECKPOINTING_INTERVAL,
          Duration.ofMillis(settings.number("checkpoint", 1000)));
      environment.configure(
          CheckpointingOptions.CHECKPOINTS_DIRECTORY,
          directory.resolve("checkpoints").toUri().toString());
    }
    environment.configure(options(new Configuration()));
    return environment;
  }

  /** Runs a program and returns the seconds from RUNNING to FINISHED. */
  private double execute(ClusterExecutor cluster, Workload workload, long records)
      throws Exception {
    Totals.clear();
    StreamExecutionEnvironment environment = environment(cluster);
    workload.build(environment, records);
    environment.execute(name);
    if (cluster.processes().isEmpty()) {
      Totals.awaitClosed();
    } else {
      Totals.collect(settings.parallelism());
    }
    Map<JobStatus, Long> entered = cluster.last().summary().enteredMillis();
    return (entered.get(JobStatus.FINISHED) - entered.get(JobStatus.RUNNING)) / 1e3;
  }

  private void measure(ClusterExecutor cluster, Workload workload, long records) throws Exception {
    System.gc();
    ProcessUsage.forgetPeak();
    Map<ProcessUsage.Duty, Double> dutiesBefore = ProcessUsage.byDuty(cluster.processes());
    ProcessUsage before = ProcessUsage.now(cluster.processes());
    MeasuredRun run = new MeasuredRun();
    run.begin();
    double seconds = execute(cluster, workload, records);
    ProcessUsage after = ProcessUsage.now(cluster.processes());
    Map<ProcessUsage.Duty, Double> duties = ProcessUsage.byDuty(cluster.processes());
    double cpu = after.cpuSeconds() - before.cpuSeconds();
    run.records = records;
    run.cpuSeconds = cpu;
    run.commit();
    double wall = (after.nanos() - before.nanos()) / 1e9;
    double others = Math.max(0, after.machineSeconds() - before.machineSeconds() - cpu) / wall;
    String note =
        String.format(
            Locale.ROOT,
            "%s others=%.1fcores %s %s",
            settings.text("tag", ""),
            others,
            duties(dutiesBefore, duties),
            restarts(cluster)
                + notes(cluster)
                + (name.equals("w6")
                    ? "%.0f MB/s".formatted(records * Shuffle.RECORD_BYTES / seconds / 1e6)
                    : ""));
    System.out.printf(
        Locale.ROOT,
        "%s\tweft\t%s\t%d\t%.3f\t%.0f\t%d\t%.2f\t%.3f\t%d\t%s\t%d\t%s%n",
        name,
        version(),
        records,
        seconds,
        records / seconds,
        ProcessUsage.peakMegabytes(),
        cpu,
        cpu * 1e6 / records,
        after.gcMillis() - before.gcMillis(),
        verdict(workload, records),
        workload.outcome(records),
        note.trim());
  }

  /** What threads of which duty took, in CPU seconds. */
  private static String duties(
      Map<ProcessUsage.Duty, Double> before, Map<ProcessUsage.Duty, Double> after) {
    StringJoiner text = new StringJoiner(" ", "cpu_s[", "]");
    after.forEach(
        (duty, seconds) ->
            text.add(
                String.format(
                    Locale.ROOT,
                    "%s=%.2f",
                    duty.name().toLowerCase(Locale.ROOT),
                    seconds - before.getOrDefault(duty, 0.0))));
    return text.toString();
  }

  private String verdict(Workload workload, long records) throws Exception {
    Long wanted = expected.get(records);
    if (wanted == null) {
      wanted = workload.expected(records);
      expected.put(records, wanted);
    }
    return workload.outcome(records) == wanted ? "ok" : "MISMATCH(expected " + wanted + ")";
  }

  /** A run that lost its tasks on the way is no measurement: sums of ended functions stay. */
  private static String restarts(ClusterExecutor cluster) {
    int failures = cluster.last().failures().size();
    return failures == 0 ? "" : "failures=" + failures + " " + cluster.last().failures().get(0);
  }

  private static String notes(ClusterExecutor cluster) {
    JobDetails job = cluster.last();
    CheckpointStatistics checkpoints = job.checkpoints();
    long longest = 0;
    long largest = 0;
    for (CheckpointEntry entry : checkpoints.history()) {
      if (entry.status() == CheckpointEntry.Status.COMPLETED) {
        longest = Math.max(longest, entry.progress().latestAckMillis() - entry.triggeredMillis());
        largest = Math.max(largest, entry.progress().bytes());
      }
    }
    return checkpoints.counts().total() == 0
        ? ""
        : String.format(
            Locale.ROOT,
            "ckpt[completed=%d failed=%d max_ms=%d max_mb=%d]",
            checkpoints.counts().completed(),
            checkpoints.counts().failed(),
            longest,
            largest >> 20);
  }

  private void startup(ClusterExecutor cluster) throws Exception {
    StreamExecutionEnvironment environment = environment(cluster);
    Startup.build(environment);
    environment.execute(name);
    long end = System.currentTimeMillis();
    long start = ManagementFactory.getRuntimeMXBean().getStartTime();
    System.out.printf(
        Locale.ROOT,
        "w9\tweft\t%s\t%d\t%.3f\t-\t%d\t%.2f\t-\t-\tunchecked\t-\t"
            + "first_record_ms=%d finished_ms=%d %s%n",
        version(),
        Startup.RECORDS,
        (end - start) / 1e3,
        ProcessUsage.peakMegabytes(),
        ProcessUsage.now().cpuSeconds(),
        Startup.firstMillis() - start,
        end - start,
        settings.text("tag", ""));
  }

  private static String version() throws Exception {
    Properties properties = new Properties();
    try (InputStream in = Benchmark.class.getResourceAsStream("/benchmarks.properties")) {
      properties.load(in);
    }
    return properties.getProperty("version");
  }
}
