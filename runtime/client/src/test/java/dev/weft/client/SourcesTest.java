package dev.weft.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.CloseableIterator;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.RestartStrategyOptions;
import dev.weft.api.connector.Boundedness;
import dev.weft.api.connector.SplitEnumerator;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.connector.builtin.HybridSource;
import dev.weft.api.connector.builtin.NumberSequenceSource;
import dev.weft.api.connector.builtin.RateLimiterStrategy;
import dev.weft.api.error.WeftException;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.functions.RichMapFunction;
import dev.weft.api.types.Types;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sources that come with the API, in jobs. */
class SourcesTest {
  private final StreamExecutionEnvironment environment =
      StreamExecutionEnvironment.createLocalEnvironment().setParallelism(2);

  private static <T> List<T> all(CloseableIterator<T> records) throws Exception {
    List<T> all = new ArrayList<>();
    try (records) {
      records.forEachRemaining(all::add);
    }
    return all;
  }

  /** Throws at some numbers, each once. */
  private static final class FailingAt extends RichMapFunction<Long, Long> {
    private final List<Long> numbers;

    FailingAt(List<Long> numbers) {
      this.numbers = new ArrayList<>(numbers);
    }

    @Override
    public Long map(Long value) {
      if (numbers.indexOf(value) == getRuntimeContext().getTaskInfo().getAttemptNumber()) {
        throw new IllegalStateException("at " + value);
      }
      return value;
    }
  }

  private static DataGeneratorSource<Long> slow(long first, long count) {
    return new DataGeneratorSource<>(
        n -> first + n, count, RateLimiterStrategy.perSecond(2000), Types.LONG);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aHybridSourceReadsOneSourceAfterTheOtherThroughRestarts(int parallelism) throws Exception {
    environment.setParallelism(parallelism).enableCheckpointing(20);
    HybridSource<Long> source =
        HybridSource.builder(slow(0, 600))
            .addSource(new NumberSequenceSource(600, 649))
            .addSource(slow(650, 350))
            .build();
    assertEquals(Boundedness.BOUNDED, source.getBoundedness());
    List<Long> numbers =
        all(
            environment
                .fromSource(source, WatermarkStrategy.noWatermarks(), "hybrid")
                .map(new FailingAt(List.of(400L, 800L)))
                .executeAndCollect());
    assertEquals(LongStream.range(0, 1000).boxed().toList(), numbers.stream().sorted().toList());
    if (parallelism == 1) {
      assertTrue(numbers.indexOf(620L) > numbers.indexOf(599L));
      assertTrue(numbers.indexOf(650L) > numbers.indexOf(649L));
    }
  }

  private static final AtomicInteger SWITCHES = new AtomicInteger();
  private static final AtomicReference<Object> PREVIOUS = new AtomicReference<>();

  /** Made from the last number on; each call would give other numbers. */
  private static DataGeneratorSource<Long> madeAtTheSwitch(
      HybridSource.SourceSwitchContext<Object> context) {
    PREVIOUS.set(context.getPreviousEnumerator());
    return slow(1_000L * SWITCHES.incrementAndGet(), 350);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aSourceMadeAtTheSwitchIsTheSameAfterRestarts(int parallelism) throws Exception {
    SWITCHES.set(0);
    environment.setParallelism(parallelism).enableCheckpointing(20);
    HybridSource<Long> source =
        HybridSource.builder(new NumberSequenceSource(0, 99))
            .addSource(SourcesTest::madeAtTheSwitch, Boundedness.BOUNDED)
            .addSource(new NumberSequenceSource(100, 149))
            .build();
    List<Long> numbers =
        all(
            environment
                .fromSource(source, WatermarkStrategy.noWatermarks(), "hybrid")
                .map(new FailingAt(List.of(1_200L, 149L)))
                .executeAndCollect());
    List<Long> expected = new ArrayList<>(LongStream.range(0, 150).boxed().toList());
    LongStream.range(1_000, 1_350).forEach(expected::add);
    assertEquals(expected, numbers.stream().sorted().toList());
    assertEquals(1, SWITCHES.get());
    assertTrue(PREVIOUS.get() instanceof SplitEnumerator<?, ?>, String.valueOf(PREVIOUS.get()));
  }

  @Test
  void aFactoryThatBreaksItsWordFailsTheJobWithTheReason() {
    HybridSource<Long> source =
        HybridSource.builder(new NumberSequenceSource(0, 9))
            .addSource(
                (HybridSource.SourceSwitchContext<Object> context) ->
                    new DataGeneratorSource<>(n -> n, Types.LONG),
                Boundedness.BOUNDED)
            .build();
    environment.configure(
        new Configuration()
            .set(RestartStrategyOptions.RESTART_STRATEGY, RestartStrategyOptions.Strategy.NONE));
    Exception failure =
        assertThrows(
            Exception.class,
            () ->
                all(
                    environment
                        .fromSource(source, WatermarkStrategy.noWatermarks(), "hybrid")
                        .executeAndCollect()));
    String text = String.valueOf(failure) + failure.getCause();
    assertTrue(text.contains("CONTINUOUS_UNBOUNDED, but addSource said BOUNDED"), text);
  }

  @Test
  void aSourceThatNeverEndsCanOnlyBeTheLast() throws Exception {
    DataGeneratorSource<Long> endless = new DataGeneratorSource<>(n -> n, Types.LONG);
    HybridSource.Builder<Long> builder =
        HybridSource.builder(new NumberSequenceSource(-3, -1)).addSource(endless);
    WeftException failure = assertThrows(WeftException.class, () -> builder.addSource(slow(0, 1)));
    assertTrue(failure.getMessage().contains("Source 2 of a hybrid source never ends"));
    assertEquals(Boundedness.CONTINUOUS_UNBOUNDED, builder.build().getBoundedness());
    List<Long> some =
        environment
            .fromSource(builder.build(), WatermarkStrategy.noWatermarks(), "hybrid")
            .setParallelism(1)
            .executeAndCollect(6);
    assertEquals(List.of(-3L, -2L, -1L, 0L, 1L, 2L), some);
  }

  @Test
  void aRatePerCheckpointWaitsForCheckpoints() throws Exception {
    environment.enableCheckpointing(10);
    DataGeneratorSource<Long> source =
        new DataGeneratorSource<>(n -> n, 21, RateLimiterStrategy.perCheckpoint(5), Types.LONG);
    List<Long> numbers =
        all(
            environment
                .fromSource(source, WatermarkStrategy.noWatermarks(), "numbers")
                .executeAndCollect());
    assertEquals(21, numbers.size());
  }

  @Test
  void linesComeFromASocketUntilTheServerEnds() throws Exception {
    try (ServerSocket server = new ServerSocket(0)) {
      CompletableFuture<Void> served =
          CompletableFuture.runAsync(
              () -> {
                try (Socket socket = server.accept()) {
                  socket
                      .getOutputStream()
                      .write("one\r\ntwo\n\nwörd".getBytes(StandardCharsets.UTF_8));
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      List<String> lines =
          all(environment.socketTextStream("localhost", server.getLocalPort()).executeAndCollect());
      served.join();
      assertEquals(List.of("one", "two", "", "wörd"), lines);
    }
  }

  @Test
  void dataIsReadInOrder() throws Exception {
    assertEquals(List.of("a", "b"), all(environment.fromData("a", "b").executeAndCollect()));
    assertEquals(
        List.of(3L), all(environment.fromData(List.of(3L), Types.LONG).executeAndCollect()));
  }
}
