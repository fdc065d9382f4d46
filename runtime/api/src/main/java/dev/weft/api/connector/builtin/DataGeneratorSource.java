package dev.weft.api.connector.builtin;

import dev.weft.api.connector.Boundedness;
import dev.weft.api.connector.SimpleVersionedSerializer;
import dev.weft.api.connector.Source;
import dev.weft.api.connector.SourceReader;
import dev.weft.api.connector.SourceReaderContext;
import dev.weft.api.connector.SplitEnumerator;
import dev.weft.api.connector.SplitEnumeratorContext;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.types.TypeInformation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Records made of indexes 0, 1, 2, …: a replayable source, endless or not. Splits are strides: of n
 * splits, number i has the indexes i, i + n, i + 2n, …, so that all readers advance side by side.
 *
 * @param <T> the records
 */
public final class DataGeneratorSource<T> implements Source<T, RangeSplit, List<RangeSplit>> {
  /** The count of an endless source. */
  public static final long ENDLESS = Long.MAX_VALUE;

  private static final long serialVersionUID = 1;

  private final GeneratorFunction<Long, T> generator;
  private final TypeInformation<T> type;
  private final long count;
  private final double recordsPerSecond;
  private final RateLimiterStrategy together;
  private final int splits;

  /** An endless source without a limit of its rate. */
  public DataGeneratorSource(GeneratorFunction<Long, T> generator, TypeInformation<T> type) {
    this(generator, type, ENDLESS, 0, 0, RateLimiterStrategy.noOp());
  }

  /** A source that ends after so many records, without a limit of its rate. */
  public DataGeneratorSource(
      GeneratorFunction<Long, T> generator, TypeInformation<T> type, long count) {
    this(generator, type, count, 0, 0, RateLimiterStrategy.noOp());
  }

  /** A source that ends after so many records, without a limit of its rate. */
  public DataGeneratorSource(
      GeneratorFunction<Long, T> generator, long count, TypeInformation<T> type) {
    this(generator, type, count);
  }

  /** A source that ends after so many records, at the given rate of all readers together. */
  public DataGeneratorSource(
      GeneratorFunction<Long, T> generator,
      long count,
      RateLimiterStrategy rateLimiterStrategy,
      TypeInformation<T> type) {
    this(generator, type, count, 0, 0, rateLimiterStrategy);
  }

  private DataGeneratorSource(
      GeneratorFunction<Long, T> generator,
      TypeInformation<T> type,
      long count,
      double recordsPerSecond,
      int splits,
      RateLimiterStrategy together) {
    if (count < 0 || recordsPerSecond < 0 || Double.isNaN(recordsPerSecond) || splits < 0) {
      throw new WeftException(
          ErrorCode.USER,
          "A generator's count, rate and number of splits are not negative: "
              + count
              + ", "
              + recordsPerSecond
              + ", "
              + splits);
    }
    this.generator = Objects.requireNonNull(generator);
    this.type = Objects.requireNonNull(type);
    this.count = count;
    this.recordsPerSecond = recordsPerSecond;
    this.splits = splits;
    this.together = Objects.requireNonNull(together);
  }

  /** The same with at most so many records per second in each reader; 0 for no limit. */
  public DataGeneratorSource<T> withRatePerReader(double recordsEachSecond) {
    return new DataGeneratorSource<>(generator, type, count, recordsEachSecond, splits, together);
  }

  /**
   * The same cut into so many splits, which is how wide the job can become later; by default as
   * many as there are readers at the first start.
   */
  public DataGeneratorSource<T> withSplits(int number) {
    return new DataGeneratorSource<>(generator, type, count, recordsPerSecond, number, together);
  }

  @Override
  public Boundedness getBoundedness() {
    return count == ENDLESS ? Boundedness.CONTINUOUS_UNBOUNDED : Boundedness.BOUNDED;
  }

  @Override
  public TypeInformation<T> getProducedType() {
    return type;
  }

  @Override
  public SplitEnumerator<RangeSplit, List<RangeSplit>> createEnumerator(
      SplitEnumeratorContext<RangeSplit> context) {
    int number = splits == 0 ? context.currentParallelism() : splits;
    List<RangeSplit> all = new ArrayList<>();
    for (int i = 0; i < number && i < count; i++) {
      all.add(new RangeSplit(i, i, count, number));
    }
    return new RangeEnumerator(context, all);
  }

  @Override
  public SplitEnumerator<RangeSplit, List<RangeSplit>> restoreEnumerator(
      SplitEnumeratorContext<RangeSplit> context, List<RangeSplit> checkpoint) {
    return new RangeEnumerator(context, checkpoint);
  }

  @Override
  public SourceReader<T, RangeSplit> createReader(SourceReaderContext context) {
    double share = together.secondShare(context.parallelism());
    boolean own = recordsPerSecond > 0 && (share == 0 || recordsPerSecond < share);
    return new RangeReader<>(
        context,
        generator,
        own ? recordsPerSecond : share,
        together.recordsPerCheckpoint() == 0
            ? Long.MAX_VALUE
            : together.checkpointShare(context.subtaskIndex(), context.parallelism()));
  }

  @Override
  public SimpleVersionedSerializer<RangeSplit> getSplitSerializer() {
    return new RangeSplitSerializer.One();
  }

  @Override
  public SimpleVersionedSerializer<List<RangeSplit>> getEnumeratorCheckpointSerializer() {
    return new RangeSplitSerializer.Many();
  }

  @Override
  public boolean blocking() {
    return false;
  }
}
