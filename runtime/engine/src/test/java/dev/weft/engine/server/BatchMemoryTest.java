package dev.weft.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.RuntimeExecutionMode;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.CoreOptions;
import dev.weft.api.connector.builtin.DiscardingSink;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.KeyedProcessFunction;
import dev.weft.api.types.Types;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.plan.Planner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Batches that are several times as large as the heap, in a process of their own. */
class BatchMemoryTest {
  private static final int KEYS = 700_000;
  private static final long WAIT_SECONDS_MAX = 120;
  private static final AtomicLong FOLDED = new AtomicLong();
  private static final AtomicLong SEEN = new AtomicLong();

  record Count(String key, long count) {}

  /** Emits the records of every key. */
  private static final class Passing extends KeyedProcessFunction<String, Count, Count> {
    @Override
    public void processElement(Count count, Context ctx, Collector<Count> out) {
      out.collect(count);
    }
  }

  /** Runs the job: the argument is a directory for temporary files. */
  public static void main(String[] arguments) throws Exception {
    Configuration options = new Configuration().set(CoreOptions.TMP_DIRS, List.of(arguments[0]));
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(options);
    environment.setParallelism(2).setRuntimeMode(RuntimeExecutionMode.BATCH);
    environment
        .fromSequence(0, 2 * KEYS - 1)
        .map(number -> new Count("a key of some length " + number % KEYS, 1))
        .keyBy(Count::key)
        .sum("count")
        .map(
            count -> {
              FOLDED.addAndGet(count.count() == 2 ? 1 : 0);
              return count;
            })
        .keyBy(Count::key)
        .process(new Passing())
        .returns(Count.class)
        .map(count -> SEEN.addAndGet(count.count()), Types.LONG)
        .sinkTo(new DiscardingSink<>());
    String status;
    try (LocalCluster cluster =
        LocalCluster.start(
            LocalCluster.Settings.simple(options, BatchMemoryTest.class.getClassLoader(), 2))) {
      String job = UUID.randomUUID().toString().replace("-", "");
      cluster.submit(Planner.plan(environment.pipeline("large"), job));
      JobDetails ended = cluster.ended(job).get(WAIT_SECONDS_MAX, TimeUnit.SECONDS);
      status = ended.summary().status() + " " + ended.failures().size();
    }
    System.out.println(status + " " + FOLDED + " " + SEEN);
    System.exit(0);
  }

  @Test
  void aBatchLargerThanTheHeapGoesToDisk() throws Exception {
    Path target = Files.createDirectories(Path.of("target").toAbsolutePath());
    Path scratch = Files.createTempDirectory(target, "batch-");
    Path output = scratch.resolveSibling(scratch.getFileName() + ".out");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                BatchMemoryTest.class.getName(),
                scratch.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertTrue(process.waitFor(WAIT_SECONDS_MAX, TimeUnit.SECONDS), "it ends");
      List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
      String last = lines.isEmpty() ? "" : lines.get(lines.size() - 1);
      assertEquals("FINISHED 0 " + KEYS + " " + 2 * KEYS, last, () -> String.join("\n", lines));
      assertEquals(0, filesBelow(scratch), "temporary files");
    } finally {
      process.destroyForcibly();
    }
  }

  private static long filesBelow(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).count();
    }
  }
}
