package dev.weft.benchmarks;

import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.connector.builtin.DiscardingSink;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.functions.windowing.ProcessWindowFunction;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.windowing.windows.TimeWindow;
import dev.weft.api.windowing.assigners.TumblingEventTimeWindows;
import java.time.Duration;

/**
 * {@code w5t}: the tumbling half of {@code w5}: counts of 100,000 keys in windows of 10 s, events
 * up to 5 s out of order, 100 events a millisecond.
 */
final class TumblingCount implements Workload {
  private static final String SUM = "w5t";
  private static final int KEYS = 100_000;
  private static final int KEY_STREAM = 20;
  private static final int DELAY_STREAM = 21;
  private static final int DELAY_MILLIS_MAX = 5_000;
  private static final int EVENTS_PER_MILLI = 100;
  private static final long BEGIN_MILLIS = 1_700_000_000_000L / 60_000 * 60_000;
  private static final long WINDOW_MILLIS = 10_000;

  /** An event. */
  public record Event(long key, long time) {}

  private static Event event(long index) {
    return new Event(key(index), time(index));
  }

  private static long key(long index) {
    return Scramble.below(Scramble.number(KEY_STREAM, index), KEYS);
  }

  private static long time(long index) {
    int delay = Scramble.below(Scramble.number(DELAY_STREAM, index), DELAY_MILLIS_MAX);
    return BEGIN_MILLIS + DELAY_MILLIS_MAX + index / EVENTS_PER_MILLI - delay;
  }

  private static long check(long key, long windowEnd, long count) {
    return Scramble.mix(windowEnd + key * 0x9E3779B97F4A7C15L) * count;
  }

  private static final class Count implements AggregateFunction<Event, Long, Long> {
    @Override
    public Long createAccumulator() {
      return 0L;
    }

    @Override
    public Long add(Event value, Long accumulator) {
      return accumulator + 1;
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

  private static final class Check extends ProcessWindowFunction<Long, Long, Long, TimeWindow> {
    private long sum;

    @Override
    public void process(Long key, Context context, Iterable<Long> counts, Collector<Long> out) {
      sum += check(key, context.window().getEnd(), counts.iterator().next());
    }

    @Override
    public void open(OpenContext context) {
      Totals.open();
    }

    @Override
    public void close() {
      Totals.close(SUM, sum);
    }
  }

  @Override
  public void build(StreamExecutionEnvironment environment, long records) {
    environment
        .fromSource(
            new DataGeneratorSource<>(
                TumblingCount::event, TypeInformation.of(Event.class), records),
            WatermarkStrategy.<Event>forBoundedOutOfOrderness(Duration.ofMillis(DELAY_MILLIS_MAX))
                .withTimestampAssigner((event, before) -> event.time()),
            "events")
        .keyBy(Event::key)
        .window(TumblingEventTimeWindows.of(Duration.ofMillis(WINDOW_MILLIS)))
        .aggregate(new Count(), new Check())
        .returns(Long.class)
        .sinkTo(new DiscardingSink<>());
  }

  @Override
  public long defaultRecords() {
    return 20_000_000;
  }

  @Override
  public long outcome(long records) {
    return Totals.of(SUM);
  }

  @Override
  public long expected(long records) {
    long sum = 0;
    for (long index = 0; index < records; index++) {
      long time = time(index);
      sum += check(key(index), time - time % WINDOW_MILLIS + WINDOW_MILLIS, 1);
    }
    return sum;
  }
}
