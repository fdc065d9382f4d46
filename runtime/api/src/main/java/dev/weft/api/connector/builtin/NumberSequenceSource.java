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
import dev.weft.api.types.Types;
import java.util.ArrayList;
import java.util.List;

/** The whole numbers from one to another, both included, as one range for each reader. */
public final class NumberSequenceSource implements Source<Long, RangeSplit, List<RangeSplit>> {
  private static final long serialVersionUID = 1;

  private final long from;
  private final long to;

  /** The numbers from the first to the second, both included. */
  public NumberSequenceSource(long from, long to) {
    if (to < from || to == Long.MAX_VALUE || to - from < 0) {
      throw new WeftException(
          ErrorCode.USER,
          "A sequence goes from a number to one that is not smaller and less than 2^63-1 away, not"
              + " from "
              + from
              + " to "
              + to);
    }
    this.from = from;
    this.to = to;
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.BOUNDED;
  }

  @Override
  public TypeInformation<Long> getProducedType() {
    return Types.LONG;
  }

  @Override
  public SplitEnumerator<RangeSplit, List<RangeSplit>> createEnumerator(
      SplitEnumeratorContext<RangeSplit> context) {
    int parts = context.currentParallelism();
    long count = to - from + 1;
    List<RangeSplit> splits = new ArrayList<>();
    long next = from;
    for (int i = 0; i < parts; i++) {
      long size = count / parts + (i < count % parts ? 1 : 0);
      if (size > 0) {
        splits.add(new RangeSplit(i, next, next + size, 1));
        next += size;
      }
    }
    return new RangeEnumerator(context, splits);
  }

  @Override
  public SplitEnumerator<RangeSplit, List<RangeSplit>> restoreEnumerator(
      SplitEnumeratorContext<RangeSplit> context, List<RangeSplit> checkpoint) {
    return new RangeEnumerator(context, checkpoint);
  }

  @Override
  public SourceReader<Long, RangeSplit> createReader(SourceReaderContext context) {
    return new RangeReader<>(context, number -> number, 0);
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
