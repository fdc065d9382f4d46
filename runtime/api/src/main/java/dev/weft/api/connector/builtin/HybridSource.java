package dev.weft.api.connector.builtin;

import dev.weft.api.connector.Boundedness;
import dev.weft.api.connector.SimpleVersionedSerializer;
import dev.weft.api.connector.Source;
import dev.weft.api.connector.SourceReader;
import dev.weft.api.connector.SourceReaderContext;
import dev.weft.api.connector.SourceSplit;
import dev.weft.api.connector.SplitEnumerator;
import dev.weft.api.connector.SplitEnumeratorContext;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.types.TypeInformation;
import java.util.ArrayList;
import java.util.List;

/**
 * Sources of one type, one after another: history from files, then what is new. The next begins
 * when every reader has read all of the one before; all but the last are bounded.
 *
 * @param <T> the records
 */
public final class HybridSource<T> implements Source<T, HybridSplit, HybridProgress> {
  private static final long serialVersionUID = 1;

  private final List<Source<T, ?, ?>> sources;

  private HybridSource(List<Source<T, ?, ?>> sources) {
    this.sources = List.copyOf(sources);
  }

  /** Begins with a source. */
  public static <T> Builder<T> builder(Source<T, ?, ?> firstSource) {
    return new Builder<T>().addSource(firstSource);
  }

  /** Puts sources in order. */
  public static final class Builder<T> {
    private final List<Source<T, ?, ?>> sources = new ArrayList<>();

    private Builder() {}

    /** Goes on with a source; the one before must be bounded and of the same type. */
    public Builder<T> addSource(Source<T, ?, ?> source) {
      if (!sources.isEmpty()) {
        Source<T, ?, ?> before = sources.get(sources.size() - 1);
        if (before.getBoundedness() != Boundedness.BOUNDED) {
          throw new WeftException(
              ErrorCode.USER,
              "Source "
                  + sources.size()
                  + " of a hybrid source never ends, so none can follow; make it bounded or the"
                  + " last");
        }
        if (!before.getProducedType().equals(source.getProducedType())) {
          throw new WeftException(
              ErrorCode.USER,
              "A hybrid source mixes records of "
                  + before.getProducedType()
                  + " and of "
                  + source.getProducedType());
        }
      }
      sources.add(source);
      return this;
    }

    /** The source. */
    public HybridSource<T> build() {
      return new HybridSource<>(sources);
    }
  }

  /** How many sources there are. */
  int size() {
    return sources.size();
  }

  /** A source by number. */
  @SuppressWarnings("unchecked")
  Source<T, SourceSplit, Object> source(int number) {
    return (Source<T, SourceSplit, Object>) (Source<T, ?, ?>) sources.get(number);
  }

  @Override
  public Boundedness getBoundedness() {
    return sources.get(sources.size() - 1).getBoundedness();
  }

  @Override
  public TypeInformation<T> getProducedType() {
    return sources.get(0).getProducedType();
  }

  @Override
  public SplitEnumerator<HybridSplit, HybridProgress> createEnumerator(
      SplitEnumeratorContext<HybridSplit> context) throws Exception {
    return new HybridEnumerator(this, context, null);
  }

  @Override
  public SplitEnumerator<HybridSplit, HybridProgress> restoreEnumerator(
      SplitEnumeratorContext<HybridSplit> context, HybridProgress checkpoint) throws Exception {
    return new HybridEnumerator(this, context, checkpoint);
  }

  @Override
  public SourceReader<T, HybridSplit> createReader(SourceReaderContext context) {
    return new HybridReader<>(this, context);
  }

  @Override
  public SimpleVersionedSerializer<HybridSplit> getSplitSerializer() {
    return new HybridSerializers.Splits(this);
  }

  @Override
  public SimpleVersionedSerializer<HybridProgress> getEnumeratorCheckpointSerializer() {
    return new HybridSerializers.Progress(this);
  }

  @Override
  public boolean blocking() {
    return sources.stream().anyMatch(Source::blocking);
  }
}
