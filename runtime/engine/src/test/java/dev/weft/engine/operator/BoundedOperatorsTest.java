package dev.weft.engine.operator;

import static dev.weft.engine.operator.Event.row;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.WeftException;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.KeyedProcessFunction;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.functions.ReduceFunction;
import dev.weft.api.graph.Folded;
import dev.weft.api.graph.Operation;
import dev.weft.api.graph.PrimitiveFold;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.protocol.ChainSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Operators of bounded input, with plenty of memory and with so little that they go to disk. */
class BoundedOperatorsTest {
  private static final long MEMORY_LITTLE = 400 << 10;
  private static final long MEMORY_PLENTY = 64 << 20;

  private static ChainSpec.OperatorSpec keyed(Operation.Physical operation) {
    return Specs.keyed(operation, Reading.class, Reading::sensor, String.class);
  }

  /** A sum as a plain reduce function. */
  private static ReduceFunction<Reading> plainSum() {
    return (left, right) -> new Reading(left.sensor(), left.value() + right.value());
  }

  /** The same as a fold of numbers. */
  private static final class NumberSum implements ReduceFunction<Reading>, PrimitiveFold<Reading> {
    @Override
    public Reading reduce(Reading left, Reading right) {
      return new Reading(left.sensor(), left.value() + right.value());
    }

    @Override
    public long begin(Reading first) {
      return first.value();
    }

    @Override
    public long fold(long folded, Reading reading) {
      return folded + reading.value();
    }

    @Override
    public Reading end(Reading first, long folded) {
      return new Reading(first.sensor(), folded);
    }
  }

  /** Runs an operator over batches and returns what it emits; memory and files are given back. */
  private static List<Event> run(
      ChainSpec.OperatorSpec spec, long memory, List<Event.Row> rows, int batchRows)
      throws Exception {
    Event.Recorder recorder = new Event.Recorder();
    MemoryPool pool = MemoryPool.root("test", memory);
    FakeContext context = new FakeContext(spec, 0, 1, new ManualClock(0));
    context.memory = pool.child("operator", MemoryPool.UNLIMITED);
    try (Operator operator = Operators.create(Instance.copy(spec))) {
      operator.open(context);
      for (int from = 0; from < rows.size(); from += batchRows) {
        List<Event.Row> some = rows.subList(from, Math.min(rows.size(), from + batchRows));
        operator.process(0, Instance.batch(some, null), recorder);
      }
      operator.onWatermark(Long.MAX_VALUE, recorder);
      while (!operator.drain(recorder)) {
        continue;
      }
      operator.finish(recorder);
      operator.snapshot(1);
    }
    context.memory.close();
    assertEquals(0, pool.reserved());
    String directory = context.scratch().substring(0, context.scratch().lastIndexOf('/'));
    assertEquals(List.of(), context.files.list(directory));
    return recorder.events;
  }

  private static List<Event.Row> readings(long seed, int count, int sensors) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Event.Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(row(new Reading("sensor-" + random.nextInt(sensors), random.nextInt(100))));
    }
    return rows;
  }

  private static Map<String, Long> sums(List<? extends Event> events) {
    Map<String, Long> sums = new TreeMap<>();
    for (Event event : events) {
      Object value = event instanceof Event.Row row ? row.value() : null;
      if (value instanceof Folded folded) {
        assertEquals(folded.key(), ((Reading) folded.fold()).sensor());
        value = folded.fold();
      }
      if (value instanceof Reading reading) {
        sums.merge(reading.sensor(), reading.value(), Long::sum);
      }
    }
    return sums;
  }

  static Stream<Arguments> folds() {
    return Stream.of(
        Arguments.of(plainSum(), MEMORY_PLENTY),
        Arguments.of(plainSum(), MEMORY_LITTLE),
        Arguments.of(new NumberSum(), MEMORY_PLENTY),
        Arguments.of(new NumberSum(), MEMORY_LITTLE));
  }

  @ParameterizedTest
  @MethodSource("folds")
  void theFinalFoldOfEachKeyIsEmittedOnceAtTheEnd(ReduceFunction<Reading> sum, long memory)
      throws Exception {
    List<Event.Row> rows = readings(1, 40_000, 6_000);
    List<Event> events = run(keyed(new Operation.FinalReduce<>(sum, false)), memory, rows, 1000);
    Map<String, Long> expected = sums(rows);
    assertEquals(expected, sums(events));
    assertEquals(expected.size() + 1, events.size());
    assertEquals(new Event.Mark(Long.MAX_VALUE), events.get(events.size() - 1));
  }

  @ParameterizedTest
  @MethodSource("folds")
  void combiningMakesRecordsFewerAndKeepsTheirSums(ReduceFunction<Reading> sum, long memory)
      throws Exception {
    List<Event.Row> rows = readings(2, 40_000, 2_000);
    List<Event> events = run(keyed(new Operation.Combine<>(sum)), memory, rows, 1000);
    assertEquals(sums(rows), sums(events));
    int most = memory == MEMORY_PLENTY ? 2_001 : 40_001;
    assertTrue(events.size() <= most, events.size() + " are left");
  }

  @Test
  void aFewRecordsOfOneBatchAreFolded() throws Exception {
    List<Event.Row> rows =
        List.of(
            row(new Reading("a", 1)),
            row(new Reading("b", 5)),
            row(new Reading("a", 2)), //
            row(new Reading("a", 4)));
    for (ReduceFunction<Reading> sum : List.of(plainSum(), new NumberSum())) {
      for (int batchRows = 1; batchRows <= 4; batchRows++) {
        assertEquals(
            Map.of("a", 7L, "b", 5L),
            sums(
                run(
                    keyed(new Operation.FinalReduce<>(sum, false)),
                    MEMORY_PLENTY,
                    rows,
                    batchRows)));
      }
    }
  }

  @Test
  void recordsThatDoNotCombineSoonPassAsTheyAre() throws Exception {
    List<Event.Row> rows = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      rows.add(row(new Reading("sensor-" + i, i)));
    }
    rows.addAll(rows.subList(19_900, 20_000));
    List<Event> events = run(keyed(new Operation.Combine<>(plainSum())), MEMORY_LITTLE, rows, 1000);
    assertEquals(sums(rows), sums(events));
    assertEquals(20_101, events.size());
  }

  @Test
  void aFailingFoldNamesTheRecord() {
    ReduceFunction<Reading> failing =
        (left, right) -> {
          throw new IllegalArgumentException("no");
        };
    WeftException e =
        assertThrows(
            WeftException.class,
            () ->
                run(
                    keyed(new Operation.FinalReduce<>(failing, false)),
                    MEMORY_PLENTY,
                    List.of(row(new Reading("a", 1)), row(new Reading("a", 77))),
                    10));
    assertTrue(e.getMessage().contains("77"), e.getMessage());
    assertTrue(e.getMessage().contains("Program.java:7"), e.getMessage());
  }

  /** Says when keys begin and end; its timers set timers. */
  private static final class Telling extends KeyedProcessFunction<String, Reading, String> {
    private transient ValueState<Long> count;

    @Override
    public void open(OpenContext context) {
      count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Long.class));
    }

    @Override
    public void processElement(Reading reading, Context ctx, Collector<String> out)
        throws Exception {
      long before = count.value() == null ? 0 : count.value();
      count.update(before + 1);
      assertEquals(Long.MIN_VALUE, ctx.timerService().currentWatermark());
      ctx.timerService().registerProcessingTimeTimer(5);
      ctx.timerService().registerEventTimeTimer(100);
      out.collect(ctx.getCurrentKey() + " " + reading.value() + " at " + ctx.timestamp());
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext ctx, Collector<String> out)
        throws Exception {
      assertEquals(Long.MAX_VALUE, ctx.timerService().currentWatermark());
      ctx.timerService().registerEventTimeTimer(timestamp + 1);
      ctx.timerService().registerProcessingTimeTimer(timestamp + 1);
      out.collect(ctx.getCurrentKey() + " " + ctx.timeDomain() + " count " + count.value());
    }
  }

  @Test
  void aProcessFunctionSeesOneKeyAfterTheOther() throws Exception {
    List<Event.Row> rows =
        List.of(
            row(new Reading("b", 1), 30),
            row(new Reading("a", 2), 20),
            row(new Reading("b", 3), 10),
            row(new Reading("a", 4), 20));
    List<String> events =
        run(
                keyed(new Operation.Sorted(new Operation.KeyedProcess<>(new Telling()))),
                MEMORY_PLENTY,
                rows,
                2)
            .stream()
            .map(event -> event instanceof Event.Row row ? (String) row.value() : "end")
            .toList();
    List<String> ofA =
        List.of("a 2 at 20", "a 4 at 20", "a EVENT_TIME count 2", "a PROCESSING_TIME count 2");
    List<String> ofB =
        List.of("b 3 at 10", "b 1 at 30", "b EVENT_TIME count 2", "b PROCESSING_TIME count 2");
    boolean aFirst = events.get(0).startsWith("a");
    assertEquals(
        Stream.of(aFirst ? ofA : ofB, aFirst ? ofB : ofA, List.of("end"))
            .flatMap(List::stream)
            .toList(),
        events);
  }

  /** Counts the records of each key and emits at the end. */
  private static final class Counting extends KeyedProcessFunction<String, Reading, Reading> {
    private transient ValueState<Long> sum;

    @Override
    public void open(OpenContext context) {
      sum = getRuntimeContext().getState(new ValueStateDescriptor<>("sum", Long.class));
    }

    @Override
    public void processElement(Reading reading, Context ctx, Collector<Reading> out)
        throws Exception {
      Long before = sum.value();
      if (before == null) {
        ctx.timerService().registerEventTimeTimer(Long.MAX_VALUE);
      }
      sum.update(before == null ? reading.value() : before + reading.value());
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext ctx, Collector<Reading> out)
        throws Exception {
      out.collect(new Reading(ctx.getCurrentKey(), sum.value()));
    }
  }

  @Test
  void sortedInputLargerThanMemoryGoesToDisk() throws Exception {
    ChainSpec.OperatorSpec spec =
        keyed(new Operation.Sorted(new Operation.KeyedProcess<>(new Counting())));
    for (int sensors : new int[] {1, 50, 20_000}) {
      List<Event.Row> rows = readings(3, 30_000, sensors);
      for (long memory : new long[] {MEMORY_PLENTY, MEMORY_LITTLE}) {
        List<Event> events = run(spec, memory, rows, 700);
        Map<String, Long> expected = sums(rows);
        assertEquals(expected, sums(events));
        assertEquals(expected.size() + 1, events.size());
      }
    }
  }

  @Test
  void drainingGoesInStepsOfAboutABatch() throws Exception {
    ChainSpec.OperatorSpec spec = keyed(new Operation.FinalReduce<>(plainSum(), false));
    FakeContext context = new FakeContext(spec, 0, 1, new ManualClock(0));
    Event.Recorder recorder = new Event.Recorder();
    try (Operator operator = Operators.create(Instance.copy(spec))) {
      context.memory = MemoryPool.root("test", MEMORY_PLENTY);
      operator.open(context);
      operator.process(0, Instance.batch(readings(4, 30_000, 30_000), null), recorder);
      boolean drained = false;
      while (!drained) {
        drained = operator.drain(recorder);
        int emitted = recorder.take().size();
        assertTrue(emitted <= 4 * ObjectBatch.ROWS_MAX + 1, emitted + " at once");
      }
    }
  }
}
