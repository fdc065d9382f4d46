package dev.weft.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.CloseableIterator;
import dev.weft.api.JobClient;
import dev.weft.api.JobExecutionResult;
import dev.weft.api.JobStatus;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.accumulators.AverageAccumulator;
import dev.weft.api.accumulators.IntCounter;
import dev.weft.api.accumulators.ListAccumulator;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.connector.builtin.DiscardingSink;
import dev.weft.api.error.WeftException;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.functions.RichMapFunction;
import dev.weft.api.types.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Results that come back to the program: records and accumulators. */
class CollectTest {
  private static final long LIMIT = 1000;

  private final StreamExecutionEnvironment environment =
      StreamExecutionEnvironment.createLocalEnvironment().setParallelism(2);

  private static List<Long> sorted(CloseableIterator<Long> records) {
    List<Long> all = new ArrayList<>();
    records.forEachRemaining(all::add);
    return all.stream().sorted().toList();
  }

  private static List<Long> numbers() {
    return LongStream.rangeClosed(1, LIMIT).boxed().toList();
  }

  @Test
  void allRecordsOfABoundedStreamComeBack() throws Exception {
    try (CloseableIterator<Long> records =
        environment.fromSequence(1, LIMIT).map(n -> n).executeAndCollect("collect")) {
      assertEquals(numbers(), sorted(records));
    }
  }

  /** Throws once, after checkpoints were taken. */
  private static final class FailingOnce extends RichMapFunction<Long, Long> {
    @Override
    public Long map(Long value) {
      if (value == LIMIT / 2 && getRuntimeContext().getTaskInfo().getAttemptNumber() == 0) {
        throw new IllegalStateException("once");
      }
      return value;
    }
  }

  @Test
  void recordsAreThereOnceAfterARestart() throws Exception {
    environment.enableCheckpointing(20);
    DataGeneratorSource<Long> source =
        new DataGeneratorSource<>(n -> n + 1, Types.LONG, LIMIT).withRatePerReader(LIMIT);
    try (CloseableIterator<Long> records =
        environment
            .fromSource(source, WatermarkStrategy.noWatermarks(), "numbers")
            .map(new FailingOnce())
            .executeAndCollect()) {
      assertEquals(numbers(), sorted(records));
    }
  }

  @Test
  void aLimitEndsAJobThatHasNoEnd() throws Exception {
    DataGeneratorSource<Long> endless =
        new DataGeneratorSource<>(n -> n, Types.LONG).withRatePerReader(100);
    List<Long> some =
        environment
            .fromSource(endless, WatermarkStrategy.noWatermarks(), "endless")
            .executeAndCollect(5);
    assertEquals(5, some.size());
  }

  @Test
  void twoStreamsAreCollectedByOneJob() throws Exception {
    CloseableIterator<Long> odd =
        environment.fromSequence(1, LIMIT).filter(n -> n % 2 == 1).collectAsync();
    CloseableIterator<Long> even =
        environment.fromSequence(1, LIMIT).filter(n -> n % 2 == 0).collectAsync();
    assertThrows(WeftException.class, odd::hasNext);
    JobClient job = environment.executeAsync("both");
    assertEquals(numbers().stream().filter(n -> n % 2 == 1).toList(), sorted(odd));
    assertEquals(LIMIT / 2, sorted(even).size());
    assertEquals(JobStatus.FINISHED, job.getJobExecutionResult().get().status());
  }

  @Test
  void theFailureOfTheJobIsThrown() throws Exception {
    environment.configure(
        dev.weft.api.config.RestartStrategyOptions.RESTART_STRATEGY, restartNever());
    CloseableIterator<Long> records =
        environment.fromSequence(1, 9).map(n -> 1 / (n - 5)).executeAndCollect();
    WeftException failure = assertThrows(WeftException.class, () -> sorted(records));
    assertTrue(failure.getMessage().contains("by zero"), failure.getMessage());
  }

  private static dev.weft.api.config.RestartStrategyOptions.Strategy restartNever() {
    return dev.weft.api.config.RestartStrategyOptions.Strategy.NONE;
  }

  /** Counts in accumulators. */
  private static final class Counting extends RichMapFunction<Long, Long> {
    private final AverageAccumulator average = new AverageAccumulator();

    @Override
    public void open(OpenContext context) {
      getRuntimeContext().addAccumulator("average", average);
      getRuntimeContext().addAccumulator("subtasks", new ListAccumulator<Integer>());
      getRuntimeContext()
          .<Integer, ArrayList<Integer>>getAccumulator("subtasks")
          .add(getRuntimeContext().getTaskInfo().getIndexOfThisSubtask());
    }

    @Override
    public Long map(Long value) {
      average.add((double) value);
      getRuntimeContext().getIntCounter("count").add(1);
      getRuntimeContext().getHistogram("lastDigit").add((int) (value % 10));
      return value;
    }
  }

  @Test
  void accumulatorsOfAllSubtasksComeWithTheResult() throws Exception {
    environment.fromSequence(1, LIMIT).map(new Counting()).sinkTo(new DiscardingSink<>());
    JobExecutionResult result = environment.execute();
    assertEquals((int) LIMIT, result.<Integer>getAccumulatorResult("count"));
    assertEquals((LIMIT + 1) / 2.0, result.getAccumulatorResult("average"));
    List<Integer> subtasks = result.getAccumulatorResult("subtasks");
    assertEquals(List.of(0, 1), subtasks.stream().sorted().toList());
    TreeMap<Integer, Integer> digits = result.getAccumulatorResult("lastDigit");
    assertEquals(10, digits.size());
    assertEquals(100, digits.get(3));
  }

  /** Adds one accumulator twice. */
  private static final class AddingTwice extends RichMapFunction<Long, Long> {
    @Override
    public void open(OpenContext context) {
      getRuntimeContext().addAccumulator("a", new IntCounter());
      getRuntimeContext().addAccumulator("a", new IntCounter());
    }

    @Override
    public Long map(Long value) {
      return value;
    }
  }

  @Test
  void anAccumulatorAddedTwiceIsRefused() throws Exception {
    environment.configure(
        dev.weft.api.config.RestartStrategyOptions.RESTART_STRATEGY, restartNever());
    environment.fromSequence(1, 9).map(new AddingTwice()).sinkTo(new DiscardingSink<>());
    WeftException failure = assertThrows(WeftException.class, environment::execute);
    assertTrue(failure.getMessage().contains("accumulator 'a' twice"), failure.getMessage());
  }
}
