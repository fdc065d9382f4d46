package dev.weft.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.JobExecutionResult;
import dev.weft.api.JobStatus;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.connector.builtin.DiscardingSink;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole programs in one process, by the command line and by themselves. */
class LocalRunTest {
  private static final String FILE_SINK =
      """
      static class ToFile implements dev.weft.api.connector.Sink<Long> {
        final String file;
        ToFile(String file) { this.file = file; }
        public dev.weft.api.connector.SinkWriter<Long> createWriter(
            dev.weft.api.connector.SinkWriterContext context) throws java.io.IOException {
          var out = java.nio.file.Files.newBufferedWriter(
              java.nio.file.Path.of(file + "." + context.subtaskIndex()));
          return new dev.weft.api.connector.SinkWriter<>() {
            public void write(Long record, long timestamp) throws java.io.IOException {
              out.write(record + "\\n");
            }
            public void flush(boolean end) throws java.io.IOException { out.flush(); }
            public void close() throws java.io.IOException { out.close(); }
          };
        }
      }
      """;

  @TempDir Path directory;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int weft(String... arguments) {
    return Weft.run(
        arguments,
        Map.of(),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private List<Long> sums(String... options) throws Exception {
    Path jar =
        UserJars.of(
            directory,
            "job.Main",
            "env.fromSequence(1, 1000).keyBy(n -> n % 10).sum(0).filter(n -> true)"
                + ".sinkTo(new ToFile(args[0])); env.execute(\"sums\"); }"
                + FILE_SINK
                + " static void unused() {");
    Path file = directory.resolve("sums");
    List<String> arguments = new ArrayList<>(List.of("run", "-t", "local", "-p", "2"));
    arguments.addAll(List.of(options));
    arguments.addAll(List.of(jar.toString(), file.toString()));
    int code = weft(arguments.toArray(String[]::new));
    assertEquals(0, code, err.toString(StandardCharsets.UTF_8));
    List<Long> sums = new ArrayList<>();
    for (int subtask = 0; subtask < 2; subtask++) {
      Files.readAllLines(Path.of(file + "." + subtask)).forEach(sum -> sums.add(Long.valueOf(sum)));
    }
    return sums;
  }

  private static long finalSum(long remainder) {
    return LongStream.rangeClosed(1, 1000).filter(n -> n % 10 == remainder).sum();
  }

  @Test
  void jarWithBoundedInputRunsToItsEndAndGivesFinalResults() throws Exception {
    assertEquals(
        LongStream.range(0, 10).mapToObj(LocalRunTest::finalSum).sorted().toList(),
        sums().stream().sorted().toList());
  }

  @Test
  void jarRunsAsAStreamWhenToldTo() throws Exception {
    List<Long> sums = sums("-Dexecution.runtime-mode=STREAMING");
    assertEquals(1000, sums.size());
    assertTrue(sums.contains(finalSum(8)));
  }

  @Test
  void functionThatThrowsFailsTheJobWithItsPlace() throws Exception {
    Path jar =
        UserJars.of(
            directory,
            "job.Main",
            "env.fromSequence(1, 9).map(n -> 1 / (n - 5)).name(\"divide\")"
                + ".sinkTo(new DiscardingSink<>()); env.execute();");
    int code = weft("run", "-t", "local", "-D", "restart-strategy.type=none", jar.toString());
    String error = err.toString(StandardCharsets.UTF_8);
    assertEquals(CommandException.JOB_FAILED, code, error);
    assertTrue(error.contains("/ by zero"), error);
  }

  @Test
  void programRunsByItself() throws Exception {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment().setParallelism(2);
    environment.fromSequence(1, 100).sinkTo(new DiscardingSink<>());
    JobExecutionResult result = environment.execute("by itself");
    assertEquals(JobStatus.FINISHED, result.status());
  }
}
