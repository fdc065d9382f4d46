package dev.weft.engine.worker;

import dev.weft.api.connector.Boundedness;
import dev.weft.api.connector.InputStatus;
import dev.weft.api.connector.ReaderOutput;
import dev.weft.api.connector.SimpleVersionedSerializer;
import dev.weft.api.connector.Source;
import dev.weft.api.connector.SourceReader;
import dev.weft.api.connector.SourceReaderContext;
import dev.weft.api.connector.SourceSplit;
import dev.weft.api.connector.SplitEnumerator;
import dev.weft.api.connector.SplitEnumeratorContext;
import dev.weft.api.types.TypeInformation;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Emits ranges of numbers, each with itself as timestamp. Tests stand for the enumerator.
 *
 * @param rowsPerPoll how many numbers a poll emits at most
 * @param failsAt throws at this number
 */
record NumberSource(int rowsPerPoll, long failsAt)
    implements Source<Long, NumberSource.Range, Long> {
  /**
   * Numbers from a first one up to an end.
   *
   * @param id of the split
   */
  record Range(String id, long next, long end) implements SourceSplit {
    @Override
    public String splitId() {
      return id;
    }
  }

  static final int SPLIT_VERSION = 3;

  static byte[] split(long from, long end) {
    return new RangeSerializer().serialize(new Range("from-" + from, from, end));
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.BOUNDED;
  }

  @Override
  public TypeInformation<Long> getProducedType() {
    return TypeInformation.of(Long.class);
  }

  @Override
  public SplitEnumerator<Range, Long> createEnumerator(SplitEnumeratorContext<Range> context) {
    throw new UnsupportedOperationException("the test is the enumerator");
  }

  @Override
  public SplitEnumerator<Range, Long> restoreEnumerator(
      SplitEnumeratorContext<Range> context, Long checkpoint) {
    throw new UnsupportedOperationException("the test is the enumerator");
  }

  @Override
  public SourceReader<Long, Range> createReader(SourceReaderContext context) {
    return new Reader(context);
  }

  @Override
  public SimpleVersionedSerializer<Range> getSplitSerializer() {
    return new RangeSerializer();
  }

  @Override
  public SimpleVersionedSerializer<Long> getEnumeratorCheckpointSerializer() {
    throw new UnsupportedOperationException("the test is the enumerator");
  }

  @Override
  public boolean blocking() {
    return false;
  }

  /** Reads ranges one after another. */
  private final class Reader implements SourceReader<Long, Range> {
    private final SourceReaderContext context;
    private final ArrayDeque<Range> ranges = new ArrayDeque<>();
    private boolean noMore;

    Reader(SourceReaderContext context) {
      this.context = context;
    }

    @Override
    public InputStatus pollNext(ReaderOutput<Long> output) {
      Range range = ranges.poll();
      if (range == null) {
        if (!noMore) {
          context.sendSplitRequest();
        }
        return noMore ? InputStatus.END_OF_INPUT : InputStatus.NOTHING_AVAILABLE;
      }
      long end = Math.min(range.end(), range.next() + rowsPerPoll);
      for (long number = range.next(); number < end; number++) {
        if (number == failsAt) {
          throw new IllegalArgumentException("told to fail at " + number);
        }
        output.collect(number, number);
      }
      if (end < range.end()) {
        ranges.addFirst(new Range(range.id(), end, range.end()));
      }
      return InputStatus.MORE_AVAILABLE;
    }

    @Override
    public List<Range> snapshotState(long checkpointId) {
      return new ArrayList<>(ranges);
    }

    @Override
    public void addSplits(List<Range> splits) {
      ranges.addAll(splits);
    }

    @Override
    public void notifyNoMoreSplits() {
      noMore = true;
    }

    @Override
    public void close() {}
  }

  /** Two longs. */
  private static final class RangeSerializer implements SimpleVersionedSerializer<Range> {
    @Override
    public int getVersion() {
      return SPLIT_VERSION;
    }

    @Override
    public byte[] serialize(Range range) {
      long first = Long.parseLong(range.id().substring("from-".length()));
      return ByteBuffer.allocate(24)
          .putLong(first)
          .putLong(range.next())
          .putLong(range.end())
          .array();
    }

    @Override
    public Range deserialize(int version, byte[] serialized) {
      ByteBuffer bytes = ByteBuffer.wrap(serialized);
      return new Range("from-" + bytes.getLong(), bytes.getLong(), bytes.getLong());
    }
  }
}
