package dev.weft.benchmarks;

import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.connector.builtin.DiscardingSink;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.KeyedProcessFunction;
import dev.weft.api.types.TypeInformation;
import java.util.concurrent.atomic.AtomicLong;

/**
 * {@code w9}: from the start of the process to the first record in a keyed step, and to the end.
 */
final class Startup {
  static final long RECORDS = 1_000;

  private static final AtomicLong FIRST_MILLIS = new AtomicLong();

  private Startup() {}

  private static final class First extends KeyedProcessFunction<Long, Long, Long> {
    @Override
    public void processElement(Long value, Context ctx, Collector<Long> out) {
      if (FIRST_MILLIS.get() == 0) {
        FIRST_MILLIS.compareAndSet(0, System.currentTimeMillis());
      }
    }
  }

  static void build(StreamExecutionEnvironment environment) {
    environment
        .fromSource(
            new DataGeneratorSource<>(index -> index, TypeInformation.of(Long.class), RECORDS),
            WatermarkStrategy.noWatermarks(),
            "numbers")
        .keyBy(number -> number % 7)
        .process(new First())
        .returns(Long.class)
        .sinkTo(new DiscardingSink<>());
  }

  /** When the first record came, in wall-clock milliseconds. */
  static long firstMillis() {
    return FIRST_MILLIS.get();
  }
}
