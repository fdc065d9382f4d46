package dev.weft.engine.operator;

import static dev.weft.engine.operator.Event.row;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.functions.Collector;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.functions.co.BroadcastProcessFunction;
import dev.weft.api.functions.co.KeyedBroadcastProcessFunction;
import dev.weft.api.functions.co.KeyedCoProcessFunction;
import dev.weft.api.functions.co.ProcessJoinFunction;
import dev.weft.api.graph.Operation;
import dev.weft.api.graph.TwoInputOperation;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.api.types.TypeInformation;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.protocol.ChainSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps of two bounded inputs, with plenty of memory and with so little that they go to disk. */
class BoundedPairsTest {
  private static final long MEMORY_LITTLE = 400 << 10;
  private static final long MEMORY_PLENTY = 64 << 20;
  private static final MapStateDescriptor<String, Long> LIMITS =
      new MapStateDescriptor<>("limits", String.class, Long.class);

  private static ChainSpec.OperatorSpec sorted(TwoInputOperation operation) {
    return spec(
        new Operation.Sorted(operation),
        Specs.by(Reading.class, Reading::sensor, String.class),
        Specs.by(Reading.class, Reading::sensor, String.class));
  }

  private static ChainSpec.OperatorSpec spec(
      Operation.Physical operation, ChainSpec.OperatorInput first, ChainSpec.OperatorInput second) {
    return new ChainSpec.OperatorSpec(
        "uid-1", "Step", "Program.java:7", operation, List.of(first, second), null);
  }

  /** Rows for one of two inputs. */
  private record Feed(int input, List<Event.Row> rows) {}

  /** Runs an operator and returns what it emits; memory and files are given back. */
  private static List<Object> run(ChainSpec.OperatorSpec spec, long memory, List<Feed> feeds)
      throws Exception {
    Event.Recorder recorder = new Event.Recorder();
    MemoryPool pool = MemoryPool.root("test", memory);
    FakeContext context = new FakeContext(Instance.copy(spec), 0, 1, new ManualClock(0));
    context.memory = pool.child("operator", memory);
    try (Operator operator = Operators.create(context.spec)) {
      operator.open(context);
      for (Feed feed : feeds) {
        operator.process(feed.input, Instance.batch(feed.rows, null), recorder);
      }
      operator.onWatermark(Long.MAX_VALUE, recorder);
      while (!operator.drain(recorder)) {
        continue;
      }
      operator.finish(recorder);
      operator.snapshot(1);
      assertEquals(0, context.memory.reserved(), "a step that is done holds no memory");
    }
    context.memory.close();
    String directory = context.scratch().substring(0, context.scratch().lastIndexOf('/'));
    assertEquals(List.of(), context.files.list(directory));
    assertEquals(
        new Event.Mark(Long.MAX_VALUE), recorder.events.remove(recorder.events.size() - 1));
    List<Object> values = new ArrayList<>();
    recorder.events.forEach(event -> values.add(((Event.Row) event).value()));
    return values;
  }

  /** Says what comes in; its timer says how much that was. */
  private static final class Telling
      extends KeyedCoProcessFunction<String, Reading, Reading, String> {
    private transient ValueState<Long> count;

    @Override
    public void open(OpenContext context) {
      count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Long.class));
    }

    @Override
    public void processElement1(Reading reading, Context ctx, Collector<String> out)
        throws Exception {
      tell("left", reading, ctx, out);
    }

    @Override
    public void processElement2(Reading reading, Context ctx, Collector<String> out)
        throws Exception {
      tell("right", reading, ctx, out);
    }

    private void tell(String side, Reading reading, Context ctx, Collector<String> out)
        throws Exception {
      assertEquals(Long.MIN_VALUE, ctx.timerService().currentWatermark());
      count.update(count.value() == null ? 1 : count.value() + 1);
      ctx.timerService().registerEventTimeTimer(100);
      out.collect(ctx.getCurrentKey() + " " + side + " " + reading.value());
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext ctx, Collector<String> out)
        throws Exception {
      out.collect(ctx.getCurrentKey() + " has " + count.value());
    }
  }

  @Test
  void bothInputsShowOneKeyAfterTheOtherByTime() throws Exception {
    List<Object> told =
        run(
            sorted(new TwoInputOperation.KeyedCoProcess<>(new Telling())),
            MEMORY_PLENTY,
            List.of(
                new Feed(1, List.of(row(new Reading("b", 1), 10), row(new Reading("a", 2), 20))),
                new Feed(0, List.of(row(new Reading("a", 3), 30), row(new Reading("a", 4), 20))),
                new Feed(1, List.of(row(new Reading("c", 5), 5), row(new Reading("a", 6), 40))),
                new Feed(0, List.of(row(new Reading("b", 7), 9), row(new Reading("a", 8), 21)))));
    List<String> ofA =
        List.of("a left 4", "a right 2", "a left 8", "a left 3", "a right 6", "a has 5");
    List<String> ofB = List.of("b left 7", "b right 1", "b has 2");
    List<String> ofC = List.of("c right 5", "c has 1");
    Map<Integer, List<String>> byPlace = new TreeMap<>();
    byPlace.put(told.indexOf("a left 4"), ofA);
    byPlace.put(told.indexOf("b left 7"), ofB);
    byPlace.put(told.indexOf("c right 5"), ofC);
    List<String> expected = new ArrayList<>();
    byPlace.values().forEach(expected::addAll);
    assertEquals(expected, told);
  }

  private static List<Feed> random(long seed, int records, int keys) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Feed> feeds = new ArrayList<>();
    for (int made = 0; made < records; ) {
      List<Event.Row> rows = new ArrayList<>();
      for (int size = 1 + random.nextInt(900); size > 0 && made < records; size--, made++) {
        rows.add(row(new Reading("sensor-" + random.nextInt(keys), made), random.nextInt(5_000)));
      }
      feeds.add(new Feed(random.nextInt(2), rows));
    }
    return feeds;
  }

  /** Names pairs. */
  private static final class Pairing extends ProcessJoinFunction<Reading, Reading, String> {
    @Override
    public void processElement(Reading left, Reading right, Context ctx, Collector<String> out) {
      out.collect(
          left.sensor() + ":" + left.value() + "," + right.value() + " at " + ctx.getTimestamp());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 40, 9_000})
  void anIntervalJoinOfInputLargerThanMemoryFindsAllPairs(int keys) throws Exception {
    int records = keys == 1 ? 2_000 : 30_000;
    List<Feed> feeds = random(keys, records, keys);
    List<String> expected = new ArrayList<>();
    Map<String, List<Event.Row>> rights = new TreeMap<>();
    for (Feed feed : feeds) {
      for (Event.Row row : feed.rows) {
        if (feed.input == 1) {
          String sensor = ((Reading) row.value()).sensor();
          rights.computeIfAbsent(sensor, key -> new ArrayList<>()).add(row);
        }
      }
    }
    for (Feed feed : feeds) {
      for (Event.Row row : feed.input == 0 ? feed.rows : List.<Event.Row>of()) {
        Reading left = (Reading) row.value();
        for (Event.Row other : rights.getOrDefault(left.sensor(), List.of())) {
          long apart = other.timestamp() - row.timestamp();
          if (apart >= -7 && apart <= 3) {
            expected.add(
                left.sensor()
                    + ":"
                    + left.value()
                    + ","
                    + ((Reading) other.value()).value()
                    + " at "
                    + Math.max(row.timestamp(), other.timestamp()));
          }
        }
      }
    }
    assertTrue(expected.size() > 30, expected.size() + " pairs");
    for (long memory : new long[] {MEMORY_PLENTY, MEMORY_LITTLE}) {
      assertEquals(
          expected.stream().sorted().toList(),
          run(
                  sorted(new TwoInputOperation.IntervalJoin<>(new Pairing(), -7, 3, null, null)),
                  memory,
                  feeds)
              .stream()
              .map(String::valueOf)
              .sorted()
              .toList());
    }
  }

  /** Emits records that are over a limit. */
  private static final class Keyed
      extends KeyedBroadcastProcessFunction<String, Reading, Reading, String> {
    @Override
    public void processElement(Reading reading, ReadOnlyContext ctx, Collector<String> out)
        throws Exception {
      Long limit = ctx.getBroadcastState(LIMITS).get(reading.sensor());
      if (limit != null && reading.value() > limit) {
        out.collect(reading.sensor() + " " + reading.value());
      }
    }

    @Override
    public void processBroadcastElement(Reading limit, Context ctx, Collector<String> out)
        throws Exception {
      ctx.getBroadcastState(LIMITS).put(limit.sensor(), limit.value());
    }
  }

  /** The same without keys. */
  private static final class Unkeyed extends BroadcastProcessFunction<Reading, Reading, String> {
    @Override
    public void processElement(Reading reading, ReadOnlyContext ctx, Collector<String> out)
        throws Exception {
      Long limit = ctx.getBroadcastState(LIMITS).get(reading.sensor());
      if (limit != null && reading.value() > limit) {
        out.collect(reading.sensor() + " " + reading.value());
      }
    }

    @Override
    public void processBroadcastElement(Reading limit, Context ctx, Collector<String> out)
        throws Exception {
      ctx.getBroadcastState(LIMITS).put(limit.sensor(), limit.value());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void broadcastInputIsReadFirst(boolean keyed) throws Exception {
    List<Feed> feeds = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (Feed feed : random(5, 40_000, 500)) {
      feeds.add(new Feed(0, feed.rows));
      for (Event.Row row : feed.rows) {
        Reading reading = (Reading) row.value();
        if (reading.sensor().endsWith("7") && reading.value() > 20_000) {
          expected.add(reading.sensor() + " " + reading.value());
        }
      }
    }
    for (int sensor = 7; sensor < 500; sensor += 10) {
      feeds.add(new Feed(1, List.of(row(new Reading("sensor-" + sensor, 20_000), 0))));
    }
    TypeInformation<Reading> type = TypeInformation.of(Reading.class);
    ChainSpec.OperatorInput plain = new ChainSpec.OperatorInput(type, null);
    ChainSpec.OperatorSpec spec =
        keyed
            ? spec(
                new Operation.Sorted(
                    new TwoInputOperation.KeyedBroadcastProcess<>(new Keyed(), List.of("limits"))),
                Specs.by(Reading.class, Reading::sensor, String.class),
                plain)
            : spec(
                new Operation.BroadcastFirst(
                    new TwoInputOperation.BroadcastProcess<>(new Unkeyed(), List.of("limits"))),
                plain,
                plain);
    for (long memory : new long[] {MEMORY_PLENTY, MEMORY_LITTLE}) {
      List<Object> emitted = run(spec, memory, feeds);
      if (!keyed) {
        assertEquals(expected, emitted, "in the order in which they came");
      }
      assertEquals(
          expected.stream().sorted().toList(),
          emitted.stream().map(String::valueOf).sorted().toList());
    }
  }
}
