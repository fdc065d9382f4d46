package dev.weft.engine.operator;

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
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Reads ranges of numbers, each with itself as its timestamp; a negative number fails. */
record ScriptedSource() implements Source<Long, ScriptedSource.Range, Void> {
  static final int VERSION = 3;

  /** Numbers from a position to an end. */
  record Range(long next, long end) implements SourceSplit {
    @Override
    public String splitId() {
      return "to-" + end;
    }

    byte[] bytes() {
      return ByteBuffer.allocate(16).putLong(next).putLong(end).array();
    }
  }

  private static final class Ranges implements SimpleVersionedSerializer<Range> {
    @Override
    public int getVersion() {
      return VERSION;
    }

    @Override
    public byte[] serialize(Range value) {
      return value.bytes();
    }

    @Override
    public Range deserialize(int version, byte[] serialized) throws IOException {
      if (version != VERSION) {
        throw new IOException("unknown version " + version);
      }
      ByteBuffer bytes = ByteBuffer.wrap(serialized);
      return new Range(bytes.getLong(), bytes.getLong());
    }
  }

  private static final class Reader implements SourceReader<Long, Range> {
    private final SourceReaderContext context;
    private final ArrayDeque<Range> ranges = new ArrayDeque<>();
    private boolean noMore;

    Reader(SourceReaderContext context) {
      this.context = context;
    }

    @Override
    public InputStatus pollNext(ReaderOutput<Long> output) throws IOException {
      while (!output.isFull()) {
        Range range = ranges.poll();
        if (range == null) {
          if (noMore) {
            return InputStatus.END_OF_INPUT;
          }
          context.sendSplitRequest();
          return InputStatus.NOTHING_AVAILABLE;
        }
        if (range.next < 0) {
          throw new IOException("cannot read " + range);
        }
        if (range.next < range.end) {
          output.collect(range.next, range.next);
          ranges.addFirst(new Range(range.next + 1, range.end));
        }
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

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.BOUNDED;
  }

  @Override
  public TypeInformation<Long> getProducedType() {
    return TypeInformation.of(Long.class);
  }

  @Override
  public SplitEnumerator<Range, Void> createEnumerator(SplitEnumeratorContext<Range> context) {
    throw new UnsupportedOperationException("operators make no enumerators");
  }

  @Override
  public SplitEnumerator<Range, Void> restoreEnumerator(
      SplitEnumeratorContext<Range> context, Void checkpoint) {
    throw new UnsupportedOperationException("operators make no enumerators");
  }

  @Override
  public SourceReader<Long, Range> createReader(SourceReaderContext context) {
    return new Reader(context);
  }

  @Override
  public SimpleVersionedSerializer<Range> getSplitSerializer() {
    return new Ranges();
  }

  @Override
  public SimpleVersionedSerializer<Void> getEnumeratorCheckpointSerializer() {
    throw new UnsupportedOperationException("operators make no enumerators");
  }

  @Override
  public boolean blocking() {
    return false;
  }
}
