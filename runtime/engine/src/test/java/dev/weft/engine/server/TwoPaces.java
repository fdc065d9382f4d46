package dev.weft.engine.server;

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
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A source of one reader that reads two splits in turn: both say the times from 0 to an end, but
 * one in smaller steps.
 *
 * @param end behind the last time
 * @param steps of the splits, in milliseconds
 */
record TwoPaces(long end, List<Long> steps)
    implements Source<TwoPaces.Tick, TwoPaces.Pace, Boolean> {
  /** A time that a split says. */
  record Tick(long step, long time) {}

  /** A split. */
  record Pace(long step, long next) implements SourceSplit {
    @Override
    public String splitId() {
      return "steps of " + step;
    }
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.BOUNDED;
  }

  @Override
  public TypeInformation<Tick> getProducedType() {
    return TypeInformation.of(Tick.class);
  }

  @Override
  public SplitEnumerator<Pace, Boolean> createEnumerator(SplitEnumeratorContext<Pace> context) {
    return new Enumerator(context, false);
  }

  @Override
  public SplitEnumerator<Pace, Boolean> restoreEnumerator(
      SplitEnumeratorContext<Pace> context, Boolean given) {
    return new Enumerator(context, given);
  }

  @Override
  public SourceReader<Tick, Pace> createReader(SourceReaderContext context) {
    return new Reader(context);
  }

  @Override
  public SimpleVersionedSerializer<Pace> getSplitSerializer() {
    return new Numbers<>() {
      @Override
      public byte[] serialize(Pace pace) {
        return ByteBuffer.allocate(16).putLong(pace.step).putLong(pace.next).array();
      }

      @Override
      public Pace deserialize(int version, byte[] serialized) {
        ByteBuffer bytes = ByteBuffer.wrap(serialized);
        return new Pace(bytes.getLong(), bytes.getLong());
      }
    };
  }

  @Override
  public SimpleVersionedSerializer<Boolean> getEnumeratorCheckpointSerializer() {
    return new Numbers<>() {
      @Override
      public byte[] serialize(Boolean given) {
        return new byte[] {(byte) (given ? 1 : 0)};
      }

      @Override
      public Boolean deserialize(int version, byte[] serialized) {
        return serialized[0] == 1;
      }
    };
  }

  @Override
  public boolean blocking() {
    return false;
  }

  /** Of the first version. */
  private abstract static class Numbers<T> implements SimpleVersionedSerializer<T> {
    @Override
    public int getVersion() {
      return 1;
    }
  }

  /** Gives all splits to whoever asks first. */
  private final class Enumerator implements SplitEnumerator<Pace, Boolean> {
    private final SplitEnumeratorContext<Pace> context;
    private boolean given;

    Enumerator(SplitEnumeratorContext<Pace> context, boolean given) {
      this.context = context;
      this.given = given;
    }

    @Override
    public void start() {}

    @Override
    public void handleSplitRequest(int subtaskId, String requesterHost) {
      if (given) {
        context.signalNoMoreSplits(subtaskId);
        return;
      }
      given = true;
      context.assignSplits(subtaskId, steps.stream().map(step -> new Pace(step, 0)).toList());
    }

    @Override
    public void addSplitsBack(List<Pace> splits, int subtaskId) {
      given = false;
    }

    @Override
    public Boolean snapshotState(long checkpointId) {
      return given;
    }

    @Override
    public void close() {}
  }

  private final class Reader implements SourceReader<Tick, Pace> {
    private final SourceReaderContext context;
    private final Map<String, Pace> paces = new LinkedHashMap<>();
    private final Set<String> paused = new HashSet<>();
    private boolean noMore;

    Reader(SourceReaderContext context) {
      this.context = context;
    }

    @Override
    public InputStatus pollNext(ReaderOutput<Tick> output) {
      if (paces.isEmpty()) {
        if (!noMore) {
          context.sendSplitRequest();
        }
        return noMore ? InputStatus.END_OF_INPUT : InputStatus.NOTHING_AVAILABLE;
      }
      boolean found = true;
      while (found && !output.isFull()) {
        found = false;
        for (Pace pace : List.copyOf(paces.values())) {
          SourceOutput<Tick> own = output.createOutputForSplit(pace.splitId());
          if (!paused.contains(pace.splitId())) {
            found = true;
            own.collect(new Tick(pace.step, pace.next), pace.next);
            goOn(pace, output);
          }
        }
      }
      return found ? InputStatus.MORE_AVAILABLE : InputStatus.NOTHING_AVAILABLE;
    }

    private void goOn(Pace pace, ReaderOutput<Tick> output) {
      if (pace.next + pace.step < end) {
        paces.put(pace.splitId(), new Pace(pace.step, pace.next + pace.step));
      } else {
        paces.remove(pace.splitId());
        output.releaseOutputForSplit(pace.splitId());
      }
    }

    @Override
    public void pauseOrResumeSplits(
        Collection<String> splitsToPause, Collection<String> splitsToResume) {
      paused.addAll(splitsToPause);
      paused.removeAll(splitsToResume);
    }

    @Override
    public List<Pace> snapshotState(long checkpointId) {
      return List.copyOf(paces.values());
    }

    @Override
    public void addSplits(List<Pace> splits) {
      splits.forEach(split -> paces.put(split.splitId(), split));
    }

    @Override
    public void notifyNoMoreSplits() {
      noMore = true;
    }

    @Override
    public void close() {}
  }
}
