package dev.weft.engine.cluster;

import dev.weft.api.connector.Boundedness;
import dev.weft.api.connector.SimpleVersionedSerializer;
import dev.weft.api.connector.Source;
import dev.weft.api.connector.SourceReader;
import dev.weft.api.connector.SourceReaderContext;
import dev.weft.api.connector.SourceSplit;
import dev.weft.api.connector.SplitEnumerator;
import dev.weft.api.connector.SplitEnumeratorContext;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.Types;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** A source whose splits are numbers, each handed out once; its readers are played by a fake. */
record NumberSource(int first, int count, boolean bounded)
    implements Source<Integer, NumberSource.Number, int[]> {

  /** How many enumerators are open. */
  static final AtomicInteger OPEN = new AtomicInteger();

  record Number(int value) implements SourceSplit {
    @Override
    public String splitId() {
      return Integer.toString(value);
    }
  }

  static byte[] toBytes(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  @Override
  public Boundedness getBoundedness() {
    return bounded ? Boundedness.BOUNDED : Boundedness.CONTINUOUS_UNBOUNDED;
  }

  @Override
  public TypeInformation<Integer> getProducedType() {
    return Types.INT;
  }

  @Override
  public SplitEnumerator<Number, int[]> createEnumerator(SplitEnumeratorContext<Number> context) {
    return new Enumerator(context, bounded, IntStream.range(first, first + count).toArray());
  }

  @Override
  public SplitEnumerator<Number, int[]> restoreEnumerator(
      SplitEnumeratorContext<Number> context, int[] checkpoint) {
    return new Enumerator(context, bounded, checkpoint);
  }

  @Override
  public SourceReader<Integer, Number> createReader(SourceReaderContext context) {
    throw new UnsupportedOperationException();
  }

  @Override
  public SimpleVersionedSerializer<Number> getSplitSerializer() {
    return new SimpleVersionedSerializer<>() {
      @Override
      public int getVersion() {
        return 1;
      }

      @Override
      public byte[] serialize(Number value) {
        return toBytes(value.value());
      }

      @Override
      public Number deserialize(int version, byte[] serialized) {
        return new Number(ByteBuffer.wrap(serialized).getInt());
      }
    };
  }

  @Override
  public SimpleVersionedSerializer<int[]> getEnumeratorCheckpointSerializer() {
    return new SimpleVersionedSerializer<>() {
      @Override
      public int getVersion() {
        return 1;
      }

      @Override
      public byte[] serialize(int[] value) {
        return Arrays.toString(value).getBytes(StandardCharsets.UTF_8);
      }

      @Override
      public int[] deserialize(int version, byte[] serialized) {
        String text = new String(serialized, StandardCharsets.UTF_8);
        return Arrays.stream(text.substring(1, text.length() - 1).split(", "))
            .filter(s -> !s.isEmpty())
            .mapToInt(Integer::parseInt)
            .toArray();
      }
    };
  }

  /** Hands out what is left. */
  private static final class Enumerator implements SplitEnumerator<Number, int[]> {
    private final SplitEnumeratorContext<Number> context;
    private final List<Integer> left = new ArrayList<>();

    private final boolean bounded;

    Enumerator(SplitEnumeratorContext<Number> context, boolean bounded, int[] left) {
      this.context = context;
      this.bounded = bounded;
      Arrays.stream(left).forEach(this.left::add);
      OPEN.incrementAndGet();
    }

    @Override
    public void start() {}

    @Override
    public void handleSplitRequest(int subtaskId, String requesterHost) {
      if (left.isEmpty() && !bounded) {
        return;
      }
      if (left.isEmpty()) {
        context.signalNoMoreSplits(subtaskId);
      } else {
        context.assignSplits(subtaskId, List.of(new Number(left.remove(0))));
      }
    }

    @Override
    public void addSplitsBack(List<Number> splits, int subtaskId) {}

    @Override
    public int[] snapshotState(long checkpointId) {
      return left.stream().mapToInt(Integer::intValue).toArray();
    }

    @Override
    public boolean reconcile(Map<Integer, List<Number>> assigned) {
      assigned.values().forEach(splits -> splits.forEach(s -> left.remove((Object) s.value())));
      return true;
    }

    @Override
    public void close() {
      OPEN.decrementAndGet();
    }
  }
}
