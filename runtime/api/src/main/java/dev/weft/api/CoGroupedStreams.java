package dev.weft.api;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.functions.CoGroupFunction;
import dev.weft.api.functions.Function;
import dev.weft.api.functions.KeySelector;
import dev.weft.api.types.TypeExtraction;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.windowing.assigners.WindowAssigner;
import dev.weft.api.windowing.evictors.Evictor;
import dev.weft.api.windowing.triggers.Trigger;
import dev.weft.api.windowing.windows.Window;
import java.time.Duration;
import java.util.List;

/**
 * Two streams whose records of one key and one window are brought together. They become one stream
 * of records that know where they are from, which is keyed and cut into windows as any other.
 *
 * <pre>{@code
 * orders.coGroup(payments)
 *     .where(Order::account).equalTo(Payment::account)
 *     .window(TumblingEventTimeWindows.of(Duration.ofMinutes(1)))
 *     .apply(new Unpaid());
 * }</pre>
 *
 * @param <T1> records of the first stream
 * @param <T2> records of the second stream
 */
public class CoGroupedStreams<T1, T2> {
  private final DataStream<T1> first;
  private final DataStream<T2> second;

  CoGroupedStreams(DataStream<T1> first, DataStream<T2> second) {
    ConnectedStreams.checkOneEnvironment(first, second);
    this.first = first;
    this.second = second;
  }

  /**
   * A record of one of two streams, as window assigners, triggers and evictors see it.
   *
   * @param isOne whether it is of the first stream
   * @param getOne the record of the first stream, or null
   * @param getTwo the record of the second stream, or null
   */
  public record TaggedUnion<T1, T2>(boolean isOne, T1 getOne, T2 getTwo) {
    /** A record of the first stream. */
    public static <T1, T2> TaggedUnion<T1, T2> one(T1 one) {
      return new TaggedUnion<>(true, one, null);
    }

    /** A record of the second stream. */
    public static <T1, T2> TaggedUnion<T1, T2> two(T2 two) {
      return new TaggedUnion<>(false, null, two);
    }

    /** Whether it is of the second stream. */
    public boolean isTwo() {
      return !isOne;
    }
  }

  /** The key of records of the first stream. */
  public <KEY> Where<KEY> where(KeySelector<T1, KEY> keySelector) {
    return where(keySelector, first.keyType(keySelector));
  }

  /** The key, of the given type, of records of the first stream. */
  public <KEY> Where<KEY> where(KeySelector<T1, KEY> keySelector, TypeInformation<KEY> keyType) {
    Steps.checkSerializable(keySelector, "key selector");
    return new Where<>(keySelector, keyType);
  }

  /**
   * The first stream's key is known.
   *
   * @param <KEY> the key
   */
  public class Where<KEY> {
    private final KeySelector<T1, KEY> selector1;
    private final TypeInformation<KEY> keyType;

    Where(KeySelector<T1, KEY> selector1, TypeInformation<KEY> keyType) {
      this.selector1 = selector1;
      this.keyType = keyType;
    }

    /** The key of records of the second stream; of the same type as that of the first. */
    public EqualTo equalTo(KeySelector<T2, KEY> keySelector) {
      return equalTo(keySelector, second.keyType(keySelector));
    }

    /** The key, of the given type, of records of the second stream. */
    public EqualTo equalTo(KeySelector<T2, KEY> keySelector, TypeInformation<KEY> type) {
      Steps.checkSerializable(keySelector, "key selector");
      if (!type.equals(keyType)) {
        throw new WeftException(
            ErrorCode.USER,
            "The streams at "
                + Steps.callSite()
                + " are joined by keys of two types, "
                + keyType
                + " and "
                + type
                + "; select keys of one type");
      }
      return new EqualTo(keySelector);
    }

    /** Both keys are known. */
    public class EqualTo {
      private final KeySelector<T2, KEY> selector2;

      EqualTo(KeySelector<T2, KEY> selector2) {
        this.selector2 = selector2;
      }

      /** Cuts the records of each key into windows. */
      public <W extends Window> WithWindow<T1, T2, KEY, W> window(
          WindowAssigner<? super TaggedUnion<T1, T2>, W> assigner) {
        TypeInformation<TaggedUnion<T1, T2>> type =
            new TypeInformation.RecordType<>(
                taggedClass(),
                List.of(
                    new TypeInformation.Field("isOne", TypeInformation.of(Boolean.class), true),
                    new TypeInformation.Field("getOne", typeOf(first), false),
                    new TypeInformation.Field("getTwo", typeOf(second), false)));
        DataStream<TaggedUnion<T1, T2>> both =
            tagged(first.map(TaggedUnion::one, type), first)
                .union(tagged(second.map(TaggedUnion::two, type), second));
        KeySelector<T1, KEY> one = selector1;
        KeySelector<T2, KEY> two = selector2;
        return new WithWindow<>(
            both.keyBy(
                    record ->
                        record.isOne() ? one.getKey(record.getOne()) : two.getKey(record.getTwo()),
                    keyType)
                .window(assigner),
            first.getType());
      }
    }
  }

  @SuppressWarnings("unchecked")
  private Class<TaggedUnion<T1, T2>> taggedClass() {
    return (Class<TaggedUnion<T1, T2>>) (Class<?>) TaggedUnion.class;
  }

  /** Tagging goes along with the step before it. */
  private static <T> DataStream<T> tagged(
      SingleOutputStreamOperator<T> tagging, DataStream<?> input) {
    tagging.transformation.parallelism(input.transformation.parallelism());
    return tagging.name("Tag");
  }

  private static TypeInformation<?> typeOf(DataStream<?> stream) {
    if (stream.getType() == null) {
      throw new WeftException(
          ErrorCode.USER,
          "The join at "
              + Steps.callSite()
              + " needs the types of both streams, but that of '"
              + stream.transformation.name()
              + "' is not known; add .returns(Type.class) after that step");
    }
    return stream.getType();
  }

  /**
   * Two streams, keyed alike and cut into windows.
   *
   * @param <T1> records of the first stream
   * @param <T2> records of the second stream
   * @param <KEY> the key
   * @param <W> the windows
   */
  public static class WithWindow<T1, T2, KEY, W extends Window> {
    private final WindowedStream<TaggedUnion<T1, T2>, KEY, W> windows;
    private final TypeInformation<T1> firstType;

    WithWindow(WindowedStream<TaggedUnion<T1, T2>, KEY, W> windows, TypeInformation<T1> firstType) {
      this.windows = windows;
      this.firstType = firstType;
    }

    /** Says when windows emit, in place of the assigner's own trigger. */
    public WithWindow<T1, T2, KEY, W> trigger(
        Trigger<? super TaggedUnion<T1, T2>, ? super W> newTrigger) {
      windows.trigger(newTrigger);
      return this;
    }

    /** Removes records, of either stream, of windows that fire. */
    public WithWindow<T1, T2, KEY, W> evictor(
        Evictor<? super TaggedUnion<T1, T2>, ? super W> newEvictor) {
      windows.evictor(newEvictor);
      return this;
    }

    /**
     * How long after its end a window still takes records; each lets it emit all that it holds
     * again.
     */
    public WithWindow<T1, T2, KEY, W> allowedLateness(Duration newLateness) {
      windows.allowedLateness(newLateness);
      return this;
    }

    /** Runs a function on the records of both streams of each window that fires. */
    public <T> SingleOutputStreamOperator<T> apply(CoGroupFunction<T1, T2, T> function) {
      return apply(
          function,
          function,
          TypeExtraction.parameter(
              checked(function, "coGroup function"), CoGroupFunction.class, 2, 0, firstType),
          "CoGroup");
    }

    /** Runs a function, of the given type of output, on the records of both streams. */
    public <T> SingleOutputStreamOperator<T> apply(
        CoGroupFunction<T1, T2, T> function, TypeInformation<T> resultType) {
      return apply(function).returns(resultType);
    }

    /** Runs what handles groups around the user's function. */
    final <T> SingleOutputStreamOperator<T> apply(
        Function function,
        CoGroupFunction<T1, T2, T> call,
        TypeExtraction.Extracted resultType,
        String name) {
      return windows
          .<Object, TaggedUnion<T1, T2>, T>add(
              null, null, new CoGroupedWindowFunction<>(function, call), resultType)
          .name(name);
    }

    final TypeInformation<T1> firstType() {
      return firstType;
    }

    static <F> F checked(F function, String what) {
      Steps.checkSerializable(function, what);
      return function;
    }
  }
}
