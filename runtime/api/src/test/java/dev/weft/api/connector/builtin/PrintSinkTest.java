package dev.weft.api.connector.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.api.config.Configuration;
import dev.weft.api.connector.SinkWriter;
import dev.weft.api.connector.SinkWriterContext;
import dev.weft.api.fs.FileStore;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PrintSinkTest {
  private final PrintStream output = System.out;
  private final PrintStream error = System.err;
  private final ByteArrayOutputStream outputBytes = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errorBytes = new ByteArrayOutputStream();

  @AfterEach
  void giveBack() {
    System.setOut(output);
    System.setErr(error);
  }

  /** One of several writers. */
  private record Surroundings(int subtaskIndex, int parallelism) implements SinkWriterContext {
    @Override
    public String jobId() {
      return "0".repeat(32);
    }

    @Override
    public String sinkUid() {
      return "print";
    }

    @Override
    public int attempt() {
      return 1;
    }

    @Override
    public FileStore files() {
      throw new UnsupportedOperationException("prints no files");
    }

    @Override
    public Configuration configuration() {
      return new Configuration();
    }

    @Override
    public InstantSource clock() {
      return InstantSource.system();
    }
  }

  private void print(PrintSink<Integer> sink, int subtask, int parallelism) throws Exception {
    System.setOut(new PrintStream(outputBytes, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(errorBytes, true, StandardCharsets.UTF_8));
    try (SinkWriter<Integer> writer = sink.createWriter(new Surroundings(subtask, parallelism))) {
      writer.write(7, 0);
      writer.write(null, 0);
      writer.flush(true);
    }
  }

  private static String lines(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "|");
  }

  @Test
  void aSingleWriterPrintsRecordsAlone() throws Exception {
    print(new PrintSink<>(), 0, 1);
    assertEquals("7|null|", lines(outputBytes));
    assertEquals("", lines(errorBytes));
  }

  @Test
  void oneOfSeveralPrintsItsNumberFromOne() throws Exception {
    print(new PrintSink<>(), 2, 4);
    assertEquals("3> 7|3> null|", lines(outputBytes));
  }

  @Test
  void aWordStandsBeforeTheNumber() throws Exception {
    print(new PrintSink<>("words"), 0, 1);
    print(new PrintSink<>("words"), 1, 2);
    assertEquals("words> 7|words> null|words:2> 7|words:2> null|", lines(outputBytes));
  }

  @Test
  void theStandardErrorTakesItWhereWished() throws Exception {
    print(new PrintSink<>("words", true), 0, 1);
    print(new PrintSink<>(true), 0, 1);
    assertEquals("", lines(outputBytes));
    assertEquals("words> 7|words> null|7|null|", lines(errorBytes));
  }
}
