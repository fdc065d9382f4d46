package dev.weft.engine.operator;

import dev.weft.api.connector.Boundedness;
import dev.weft.api.connector.InputStatus;
import dev.weft.api.connector.ReaderOutput;
import dev.weft.api.connector.SimpleVersionedSerializer;
import dev.weft.api.connector.Source;
import dev.weft.api.connector.SourceOutput;
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
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads ranges of numbers, each with itself as its timestamp; a negative number fails.
 *
 * @param manner how a reader goes through its ranges
 */
record ScriptedSource(Manner manner) implements Source<Long, ScriptedSource.Range, Void> {
  static final int VERSION = 3;

  /** How a reader goes through its ranges. */
  enum Manner {
    ONE_BY_ONE,
    /** A number of each in turn, each with an output of its own. */
    IN_TURNS,
    /** The same without a way to leave some of them out. */
    IN_TURNS_WITHOUT_PAUSE
  }

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

  /**
   * Reads a number of each range in turn; nothing ever comes from one that ends before it begins.
   */
  private static class InTurns implements SourceReader<Long, Range> {
    private final Map<String, Range> ranges = new LinkedHashMap<>();
    final Set<String> paused = new HashSet<>();
    private boolean noMore;

    @Override
    public InputStatus pollNext(ReaderOutput<Long> output) {
      boolean found = true;
      while (found && !output.isFull()) {
        found = false;
        for (Range range : List.copyOf(ranges.values())) {
          SourceOutput<Long> own = output.createOutputForSplit(range.splitId());
          if (range.next < range.end && !paused.contains(range.splitId())) {
            own.collect(range.next, range.next);
            found = true;
            if (range.next + 1 < range.end) {
              ranges.put(range.splitId(), new Range(range.next + 1, range.end));
            } else {
              ranges.remove(range.splitId());
              output.releaseOutputForSplit(range.splitId());
            }
          }
        }
      }
      if (ranges.isEmpty() && noMore) {
        return InputStatus.END_OF_INPUT;
      }
      return found ? InputStatus.MORE_AVAILABLE : InputStatus.NOTHING_AVAILABLE;
    }

    @Override
    public List<Range> snapshotState(long checkpointId) {
      return new ArrayList<>(ranges.values());
    }

    @Override
    public void addSplits(List<Range> splits) {
      splits.forEach(split -> ranges.put(split.splitId(), split));
    }

    @Override
    public void notifyNoMoreSplits() {
      noMore = true;
    }

    @Override
    public void close() {}
  }

  private static final class PausingInTurns extends InTurns {
    @Override
    public void pauseOrResumeSplits(
        Collection<String> splitsToPause, Collection<String> splitsToResume) {
      paused.addAll(splitsToPause);
      paused.removeAll(splitsToResume);
    }
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
    return switch (manner) {
      case ONE_BY_ONE -> new Reader(context);
      case IN_TURNS -> new PausingInTurns();
      case IN_TURNS_WITHOUT_PAUSE -> new InTurns();
    };
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
