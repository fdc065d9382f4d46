package dev.weft.benchmarks;

import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.connector.builtin.DiscardingSink;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.types.TypeInformation;

/** {@code w2}: words made on the fly; the running count of each word is emitted per record. */
final class RunningCount implements Workload {
  private static final String SUM = "w2";

  @Override
  public void build(StreamExecutionEnvironment environment, long records) {
    environment
        .fromSource(
            new DataGeneratorSource<>(
                index -> new WordCount(Vocabulary.wordAt(index), 1),
                TypeInformation.of(WordCount.class),
                records),
            WatermarkStrategy.noWatermarks(),
            "words")
        .keyBy(WordCount::word)
        .sum("count")
        .process(new Totals.Absorb<WordCount>(SUM, WordCount::count))
        .returns(Long.class)
        .sinkTo(new DiscardingSink<>());
  }

  @Override
  public long defaultRecords() {
    return 50_000_000;
  }

  @Override
  public long outcome(long records) {
    return Totals.of(SUM);
  }

  @Override
  public long expected(long records) {
    int[] counts = new int[Vocabulary.WORDS];
    long sum = 0;
    for (long index = 0; index < records; index++) {
      sum += ++counts[Vocabulary.rankAt(index)];
    }
    return sum;
  }
}
