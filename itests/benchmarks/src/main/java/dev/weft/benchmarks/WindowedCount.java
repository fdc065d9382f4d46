package dev.weft.benchmarks;

import dev.weft.api.KeyedStream;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.connector.builtin.DiscardingSink;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.functions.windowing.ProcessWindowFunction;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.windowing.assigners.SlidingEventTimeWindows;
import dev.weft.api.windowing.assigners.TumblingEventTimeWindows;
import dev.weft.api.windowing.windows.TimeWindow;
import java.time.Duration;

/**
 * {@code w5}: counts of 100,000 keys in windows of 10 s and in windows of 60 s that begin every 10
 * s, of the same events, up to 5 s out of order, 100 events a millisecond.
 */
final class WindowedCount implements Workload {
  private static final String TUMBLING = "w5-tumbling";
  private static final String SLIDING = "w5-sliding";
  private static final int KEYS = 100_000;
  private static final int KEY_STREAM = 20;
  private static final int DELAY_STREAM = 21;
  private static final int DELAY_MILLIS_MAX = 5_000;
  private static final int EVENTS_PER_MILLI = 100;
  private static final long BEGIN_MILLIS = 1_700_000_000_000L / 60_000 * 60_000;
  private static final long SLIDE_MILLIS = 10_000;
  private static final long LONG_MILLIS = 60_000;

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
    private final String name;
    private long sum;

    Check(String name) {
      this.name = name;
    }

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
      Totals.close(name, sum);
    }
  }

  @Override
  public void build(StreamExecutionEnvironment environment, long records) {
    KeyedStream<Event, Long> events =
        environment
            .fromSource(
                new DataGeneratorSource<>(
                    WindowedCount::event, TypeInformation.of(Event.class), records),
                WatermarkStrategy.<Event>forBoundedOutOfOrderness(
                        Duration.ofMillis(DELAY_MILLIS_MAX))
                    .withTimestampAssigner((event, before) -> event.time()),
                "events")
            .keyBy(Event::key);
    events
        .window(TumblingEventTimeWindows.of(Duration.ofMillis(SLIDE_MILLIS)))
        .aggregate(new Count(), new Check(TUMBLING))
        .returns(Long.class)
        .sinkTo(new DiscardingSink<>());
    events
        .window(
            SlidingEventTimeWindows.of(
                Duration.ofMillis(LONG_MILLIS), Duration.ofMillis(SLIDE_MILLIS)))
        .aggregate(new Count(), new Check(SLIDING))
        .returns(Long.class)
        .sinkTo(new DiscardingSink<>());
  }

  @Override
  public long defaultRecords() {
    return 20_000_000;
  }

  @Override
  public long outcome(long records) {
    return both(Totals.of(TUMBLING), Totals.of(SLIDING));
  }

  private static long both(long tumbling, long sliding) {
    return tumbling * 31 + sliding;
  }

  @Override
  public long expected(long records) {
    long tumbling = 0;
    long sliding = 0;
    for (long index = 0; index < records; index++) {
      long time = time(index);
      long key = key(index);
      long end = time - time % SLIDE_MILLIS + SLIDE_MILLIS;
      tumbling += check(key, end, 1);
      for (long each = end; each < end + LONG_MILLIS; each += SLIDE_MILLIS) {
        sliding += check(key, each, 1);
      }
    }
    return both(tumbling, sliding);
  }
}
