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
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Sources of one type, one after another: history from files, then what is new. The next begins
 * when every reader has read all of the one before; all but the last are bounded.
 *
 * <p>A source may be made only at the switch, from what the enumerator of the one before knows by
 * then, such as the time up to which it read. It travels with the splits and with checkpoints as a
 * Java object, so that every reader and every restart has the same one.
 *
 * @param <T> the records
 */
public final class HybridSource<T> implements Source<T, HybridSplit, HybridProgress> {
  private static final long serialVersionUID = 1;

  private final List<Member<T>> members;

  private HybridSource(List<Member<T>> members) {
    this.members = List.copyOf(members);
  }

  /**
   * One of the sources.
   *
   * @param source null when the factory makes it at the switch
   */
  private record Member<T>(
      Source<T, ?, ?> source, SourceFactory<T, ?, ?> factory, Boundedness boundedness)
      implements Serializable {}

  /** Knows the source that was read until the switch. */
  public interface SourceSwitchContext<EnumT> {
    /** The enumerator of the source before, after all its splits were read. */
    EnumT getPreviousEnumerator();
  }

  /**
   * Makes a source at the switch. Called on the enumerator's lane, so it may block.
   *
   * @param <T> the records
   * @param <SourceT> the source
   * @param <FromEnumT> the enumerator of the source before
   */
  @FunctionalInterface
  public interface SourceFactory<T, SourceT extends Source<T, ?, ?>, FromEnumT>
      extends Serializable {
    /** Makes the source, which has to be serializable. */
    SourceT create(SourceSwitchContext<FromEnumT> context) throws Exception;
  }

  /** Begins with a source. */
  public static <T> Builder<T> builder(Source<T, ?, ?> firstSource) {
    return new Builder<T>().addSource(firstSource);
  }

  /** Puts sources in order. */
  public static final class Builder<T> {
    private final List<Member<T>> members = new ArrayList<>();
    private TypeInformation<T> type;

    private Builder() {}

    /** Goes on with a source; the one before must be bounded and of the same type. */
    public Builder<T> addSource(Source<T, ?, ?> source) {
      if (type == null) {
        type = source.getProducedType();
      }
      checkType(type, source);
      return add(new Member<>(source, null, source.getBoundedness()));
    }

    /**
     * Goes on with a source that is made at the switch; the one before must be bounded.
     *
     * @param sourceFactory makes a source of the same type and of the boundedness given here
     */
    public <SourceT extends Source<T, ?, ?>, FromEnumT> Builder<T> addSource(
        SourceFactory<T, SourceT, FromEnumT> sourceFactory, Boundedness boundedness) {
      return add(new Member<>(null, sourceFactory, boundedness));
    }

    private Builder<T> add(Member<T> member) {
      int before = members.size();
      if (before > 0 && members.get(before - 1).boundedness() != Boundedness.BOUNDED) {
        throw new WeftException(
            ErrorCode.USER,
            "Source "
                + before
                + " of a hybrid source never ends, so none can follow; make it bounded or the"
                + " last");
      }
      members.add(member);
      return this;
    }

    /** The source. */
    public HybridSource<T> build() {
      return new HybridSource<>(members);
    }
  }

  private static void checkType(TypeInformation<?> type, Source<?, ?, ?> source) {
    if (!type.equals(source.getProducedType())) {
      throw new WeftException(
          ErrorCode.USER,
          "A hybrid source mixes records of " + type + " and of " + source.getProducedType());
    }
  }

  /** How many sources there are. */
  int size() {
    return members.size();
  }

  /** Whether a source is made at the switch. */
  boolean isDeferred(int number) {
    return members.get(number).factory() != null;
  }

  /** Where the classes of a source are, other than those that every program has. */
  ClassLoader loaderOf(int number) {
    Member<T> member = members.get(number);
    Object given = member.source() == null ? member.factory() : member.source();
    return given.getClass().getClassLoader();
  }

  /** A source that was given whole. */
  Source<T, SourceSplit, Object> source(int number) {
    return typed(members.get(number).source());
  }

  @SuppressWarnings("unchecked")
  private Source<T, SourceSplit, Object> typed(Source<T, ?, ?> source) {
    return (Source<T, SourceSplit, Object>) source;
  }

  /** Makes a source at the switch. */
  @SuppressWarnings("unchecked")
  Source<T, SourceSplit, Object> create(int number, Object previousEnumerator) throws Exception {
    Member<T> member = members.get(number);
    SourceFactory<T, ?, Object> factory = (SourceFactory<T, ?, Object>) member.factory();
    Source<T, ?, ?> made = factory.create(() -> previousEnumerator);
    String which = "The factory of source " + (number + 1) + " of a hybrid source ";
    if (made == null) {
      throw new WeftException(ErrorCode.USER, which + "gave null");
    }
    if (made.getBoundedness() != member.boundedness()) {
      throw new WeftException(
          ErrorCode.USER,
          which
              + "gave one that is "
              + made.getBoundedness()
              + ", but addSource said "
              + member.boundedness());
    }
    checkType(getProducedType(), made);
    return typed(made);
  }

  @Override
  public Boundedness getBoundedness() {
    return members.get(members.size() - 1).boundedness();
  }

  @Override
  public TypeInformation<T> getProducedType() {
    return source(0).getProducedType();
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
    return members.stream().anyMatch(m -> m.source() == null || m.source().blocking());
  }
}
