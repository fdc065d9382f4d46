package dev.weft.benchmarks;

import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.connector.builtin.DiscardingSink;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.types.TypeInformation;

/** {@code keys}: the running count of as many keys as asked, all equally frequent. */
final class KeyedSum implements Workload {
  private static final String SUM = "keys";
  private static final int KEY_STREAM = 40;

  private final int keys;

  KeyedSum(int keys) {
    this.keys = keys;
  }

  /** How often a key came. */
  public record Count(long key, long count) {}

  private static int number(long index, int keys) {
    return Scramble.below(Scramble.number(KEY_STREAM, index), keys);
  }

  @Override
  public void build(StreamExecutionEnvironment environment, long records) {
    int bound = keys;
    environment
        .fromSource(
            new DataGeneratorSource<>(
                index -> new Count(Scramble.mix(number(index, bound) + 1L), 1),
                TypeInformation.of(Count.class),
                records),
            WatermarkStrategy.noWatermarks(),
            "counts")
        .keyBy(Count::key)
        .sum("count")
        .process(new Totals.Absorb<Count>(SUM, Count::count))
        .returns(Long.class)
        .sinkTo(new DiscardingSink<>());
  }

  @Override
  public long defaultRecords() {
    return 30_000_000;
  }

  @Override
  public long outcome(long records) {
    return Totals.of(SUM);
  }

  @Override
  public long expected(long records) {
    int[] counts = new int[keys];
    long sum = 0;
    for (long index = 0; index < records; index++) {
      sum += ++counts[number(index, keys)];
    }
    return sum;
  }
}
