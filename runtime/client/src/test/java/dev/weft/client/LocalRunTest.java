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
import java.util.Map;
import java.util.stream.Collectors;
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

  @Test
  void jarRunsToItsEndInThisProcess() throws Exception {
    Path jar =
        UserJars.of(
            directory,
            "job.Main",
            "env.fromSequence(1, 1000).keyBy(n -> n % 10).sum(0).filter(n -> true)"
                + ".sinkTo(new ToFile(args[0])); env.execute(\"sums\"); }"
                + FILE_SINK
                + " static void unused() {");
    Path file = directory.resolve("sums");
    int code = weft("run", "-t", "local", "-p", "2", jar.toString(), file.toString());
    assertEquals(0, code, err.toString(StandardCharsets.UTF_8));
    var sums =
        LongStream.range(0, 2)
            .boxed()
            .flatMap(
                i -> {
                  try {
                    return Files.readAllLines(Path.of(file + "." + i)).stream();
                  } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                })
            .map(Long::valueOf)
            .collect(Collectors.toList());
    assertEquals(1000, sums.size());
    long largestOfEights = LongStream.rangeClosed(1, 1000).filter(n -> n % 10 == 8).sum();
    assertTrue(sums.contains(largestOfEights));
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
