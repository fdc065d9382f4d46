package dev.weft.engine.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.api.OutputTag;
import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.graph.WindowOperation;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.windowing.assigners.SlidingEventTimeWindows;
import dev.weft.api.windowing.assigners.TumblingEventTimeWindows;
import dev.weft.api.windowing.assigners.WindowAssigner;
import dev.weft.api.windowing.windows.TimeWindow;
import dev.weft.engine.protocol.ChainSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Holds panes against a slow interpreter of windows, with restores and rescales in between. */
class WindowDifferentialTest {
  private static final OutputTag<Reading> LATE = new OutputTag<>("late", Reading.class);
  private static final int ROUNDS = 300;

  private static final class Sum implements AggregateFunction<Reading, Long, Long> {
    @Override
    public Long createAccumulator() {
      return 0L;
    }

    @Override
    public Long add(Reading value, Long accumulator) {
      return accumulator + value.value();
    }

    @Override
    public Long getResult(Long accumulator) {
      return accumulator;
    }

    @Override
    public Long merge(Long left, Long right) {
      return left + right;
    }
  }

  /** The same with an accumulator that changes in place. */
  private static final class MutableSum implements AggregateFunction<Reading, long[], Long> {
    @Override
    public long[] createAccumulator() {
      return new long[1];
    }

    @Override
    public long[] add(Reading value, long[] accumulator) {
      accumulator[0] += value.value();
      return accumulator;
    }

    @Override
    public Long getResult(long[] accumulator) {
      return accumulator[0];
    }

    @Override
    public long[] merge(long[] left, long[] right) {
      right[0] += left[0];
      left[0] = -1;
      return right;
    }
  }

  /** One window program. */
  private record Program(
      long size, long slide, long offset, long lateness, boolean mutable, Keys keys) {
    static Program random(Random random) {
      long slide = 1 + random.nextInt(12);
      long size = random.nextInt(3) == 0 ? slide : slide + random.nextInt(20);
      return new Program(
          size,
          slide,
          random.nextInt((int) slide),
          random.nextBoolean() ? 0 : random.nextInt(15),
          random.nextBoolean(),
          Keys.values()[random.nextInt(Keys.values().length)]);
    }

    ChainSpec.OperatorSpec spec() {
      WindowAssigner<Object, TimeWindow> assigner =
          size == slide
              ? TumblingEventTimeWindows.of(Duration.ofMillis(size), Duration.ofMillis(offset))
              : SlidingEventTimeWindows.of(
                  Duration.ofMillis(size), Duration.ofMillis(slide), Duration.ofMillis(offset));
      return keys.spec(
          mutable
              ? new WindowOperation<>(
                  assigner,
                  null,
                  null,
                  new MutableSum(),
                  TypeInformation.of(long[].class),
                  null,
                  lateness,
                  LATE)
              : new WindowOperation<>(
                  assigner,
                  null,
                  null,
                  new Sum(),
                  TypeInformation.of(Long.class),
                  null,
                  lateness,
                  LATE));
    }
  }

  /** What readings are keyed by, with as many keys as there are sensors. */
  private enum Keys {
    TEXTS,
    LONGS,
    INTS;

    ChainSpec.OperatorSpec spec(WindowOperation<?, ?, ?> operation) {
      return switch (this) {
        case TEXTS -> Specs.keyed(operation, Reading.class, Reading::sensor, String.class);
        case LONGS ->
            Specs.keyed(operation, Reading.class, WindowDifferentialTest::number, Long.class);
        case INTS ->
            Specs.keyed(
                operation,
                Reading.class,
                reading -> (int) WindowDifferentialTest.number(reading),
                Integer.class);
      };
    }
  }

  /** Differs by sensor, also as an int: on both sides of zero, small and large. */
  private static long number(Reading reading) {
    return (reading.sensor().charAt(1) - '2') * 0x7fff_ffff_3fff_ffffL;
  }

  /** Windows as a map, one entry per key and window. */
  private static final class Interpreter {
    private final Program program;
    private final Map<String, TreeMap<Long, Long>> sums = new TreeMap<>();
    private final List<Event> events = new ArrayList<>();
    private long watermark = Long.MIN_VALUE;

    Interpreter(Program program) {
      this.program = program;
    }

    void row(Event.Row row) {
      Reading reading = (Reading) row.value();
      boolean late = true;
      for (long end = row.timestamp() + 1; end <= row.timestamp() + program.size; end++) {
        boolean isEnd = Math.floorMod(end - program.size - program.offset, program.slide) == 0;
        if (isEnd && end - 1 + program.lateness > watermark) {
          late = false;
          long sum =
              sums.computeIfAbsent(reading.sensor(), key -> new TreeMap<>())
                  .merge(end, reading.value(), Long::sum);
          if (end - 1 <= watermark) {
            events.add(new Event.Row(sum, end - 1));
          }
        }
      }
      if (late) {
        events.add(new Event.Side("late", reading, row.timestamp()));
      }
    }

    void watermark(long next) {
      for (TreeMap<Long, Long> windows : sums.values()) {
        windows.forEach(
            (end, sum) -> {
              if (end - 1 > watermark && end - 1 <= next) {
                events.add(new Event.Row(sum, end - 1));
              }
            });
        windows.keySet().removeIf(end -> end - 1 + program.lateness <= next);
      }
      watermark = Math.max(watermark, next);
    }
  }

  @Test
  void panesGiveWhatWindowsGive() throws Exception {
    for (int seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      Program program = Program.random(random);
      run(program, random, "seed " + seed + " " + program);
    }
  }

  private static void run(Program program, Random random, String what) throws Exception {
    ManualClock clock = new ManualClock(0);
    ChainSpec.OperatorSpec spec = program.spec();
    Interpreter wanted = new Interpreter(program);
    Event.Recorder recorder = new Event.Recorder();
    List<Instance> instances = List.of(Instance.fresh(spec, clock));
    long now = random.nextInt(100) - 50;
    for (int step = 0; step < 40; step++) {
      switch (random.nextInt(5)) {
        case 0 -> {
          long next = now - random.nextInt(12);
          wanted.watermark(next);
          for (Instance instance : instances) {
            instance.operator.onWatermark(next, recorder);
          }
        }
        case 1 -> instances = restored(instances, spec, clock, 1 + random.nextInt(3), step);
        default -> {
          List<Event.Row> rows = rows(random, now);
          rows.forEach(wanted::row);
          for (Instance instance : instances) {
            instance.feed(rows, true, recorder);
          }
          now += random.nextInt(8);
        }
      }
      assertEquals(sorted(wanted.events), sorted(recorder.events), what + " step " + step);
    }
    wanted.watermark(Long.MAX_VALUE);
    for (Instance instance : instances) {
      instance.operator.onWatermark(Long.MAX_VALUE, recorder);
      instance.close();
    }
    assertEquals(sorted(wanted.events), sorted(recorder.events), what + " at the end");
  }

  private static List<Event.Row> rows(Random random, long now) {
    List<Event.Row> rows = new ArrayList<>();
    for (int i = random.nextInt(6); i >= 0; i--) {
      Reading reading = new Reading("k" + random.nextInt(5), 1 + random.nextInt(1_000));
      rows.add(Event.row(reading, now - random.nextInt(15)));
    }
    return rows;
  }

  private static List<Instance> restored(
      List<Instance> before,
      ChainSpec.OperatorSpec spec,
      ManualClock clock,
      int parallelism,
      int step)
      throws Exception {
    List<Instance.Saved> saved = new ArrayList<>();
    for (Instance instance : before) {
      saved.add(instance.snapshot(step + 1));
      instance.close();
    }
    List<Instance> after = new ArrayList<>();
    for (int subtask = 0; subtask < parallelism; subtask++) {
      after.add(Instance.restored(spec, subtask, parallelism, clock, saved));
    }
    return after;
  }

  private static List<String> sorted(List<Event> events) {
    return events.stream().map(String::valueOf).sorted().toList();
  }
}
