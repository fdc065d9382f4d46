package dev.weft.api;

import dev.weft.api.CoGroupedStreams.TaggedUnion;
import dev.weft.api.functions.FlatJoinFunction;
import dev.weft.api.functions.JoinFunction;
import dev.weft.api.functions.KeySelector;
import dev.weft.api.types.TypeExtraction;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.windowing.assigners.WindowAssigner;
import dev.weft.api.windowing.evictors.Evictor;
import dev.weft.api.windowing.triggers.Trigger;
import dev.weft.api.windowing.windows.Window;
import java.time.Duration;

/**
 * Two streams whose records are joined when they have one key and lie in one window. A record
 * without a partner in its window makes nothing; {@link CoGroupedStreams} sees those, too.
 *
 * <pre>{@code
 * orders.join(payments)
 *     .where(Order::account).equalTo(Payment::account)
 *     .window(TumblingEventTimeWindows.of(Duration.ofMinutes(1)))
 *     .apply((order, payment) -> new Paid(order, payment));
 * }</pre>
 *
 * @param <T1> records of the first stream
 * @param <T2> records of the second stream
 */
public class JoinedStreams<T1, T2> {
  private final CoGroupedStreams<T1, T2> groups;

  JoinedStreams(CoGroupedStreams<T1, T2> groups) {
    this.groups = groups;
  }

  /** The key of records of the first stream. */
  public <KEY> Where<KEY> where(KeySelector<T1, KEY> keySelector) {
    return new Where<>(groups.where(keySelector));
  }

  /** The key, of the given type, of records of the first stream. */
  public <KEY> Where<KEY> where(KeySelector<T1, KEY> keySelector, TypeInformation<KEY> keyType) {
    return new Where<>(groups.where(keySelector, keyType));
  }

  /**
   * The first stream's key is known.
   *
   * @param <KEY> the key
   */
  public class Where<KEY> {
    private final CoGroupedStreams<T1, T2>.Where<KEY> half;

    Where(CoGroupedStreams<T1, T2>.Where<KEY> half) {
      this.half = half;
    }

    /** The key of records of the second stream; of the same type as that of the first. */
    public EqualTo equalTo(KeySelector<T2, KEY> keySelector) {
      return new EqualTo(half.equalTo(keySelector));
    }

    /** The key, of the given type, of records of the second stream. */
    public EqualTo equalTo(KeySelector<T2, KEY> keySelector, TypeInformation<KEY> type) {
      return new EqualTo(half.equalTo(keySelector, type));
    }

    /** Both keys are known. */
    public class EqualTo {
      private final CoGroupedStreams<T1, T2>.Where<KEY>.EqualTo keyed;

      EqualTo(CoGroupedStreams<T1, T2>.Where<KEY>.EqualTo keyed) {
        this.keyed = keyed;
      }

      /** Cuts the records of each key into windows. */
      public <W extends Window> WithWindow<T1, T2, KEY, W> window(
          WindowAssigner<? super TaggedUnion<T1, T2>, W> assigner) {
        return new WithWindow<>(keyed.window(assigner));
      }
    }
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
    private final CoGroupedStreams.WithWindow<T1, T2, KEY, W> windows;

    WithWindow(CoGroupedStreams.WithWindow<T1, T2, KEY, W> windows) {
      this.windows = windows;
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
     * How long after its end a window still takes records; each lets it emit all pairs that it
     * holds again.
     */
    public WithWindow<T1, T2, KEY, W> allowedLateness(Duration newLateness) {
      windows.allowedLateness(newLateness);
      return this;
    }

    /** Makes one record of each pair. */
    public <T> SingleOutputStreamOperator<T> apply(JoinFunction<T1, T2, T> function) {
      CoGroupedStreams.WithWindow.checked(function, "join function");
      return windows.apply(
          function,
          (first, second, out) -> {
            for (T1 left : first) {
              for (T2 right : second) {
                out.collect(function.join(left, right));
              }
            }
          },
          TypeExtraction.returned(function, JoinFunction.class, 2, 0, windows.firstType()),
          "Join");
    }

    /** Makes one record, of the given type, of each pair. */
    public <T> SingleOutputStreamOperator<T> apply(
        JoinFunction<T1, T2, T> function, TypeInformation<T> resultType) {
      return apply(function).returns(resultType);
    }

    /** Makes any number of records of each pair; a lambda needs {@code returns} after it. */
    public <T> SingleOutputStreamOperator<T> apply(FlatJoinFunction<T1, T2, T> function) {
      CoGroupedStreams.WithWindow.checked(function, "join function");
      return windows.apply(
          function,
          (first, second, out) -> {
            for (T1 left : first) {
              for (T2 right : second) {
                function.join(left, right, out);
              }
            }
          },
          TypeExtraction.parameter(function, FlatJoinFunction.class, 2, 0, windows.firstType()),
          "Join");
    }

    /** Makes any number of records, of the given type, of each pair. */
    public <T> SingleOutputStreamOperator<T> apply(
        FlatJoinFunction<T1, T2, T> function, TypeInformation<T> resultType) {
      return apply(function).returns(resultType);
    }
  }
}
