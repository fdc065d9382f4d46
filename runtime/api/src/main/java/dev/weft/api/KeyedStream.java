package dev.weft.api;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.functions.KeyedProcessFunction;
import dev.weft.api.functions.ReduceFunction;
import dev.weft.api.functions.co.ProcessJoinFunction;
import dev.weft.api.graph.Operation;
import dev.weft.api.graph.Transformation;
import dev.weft.api.graph.TwoInputOperation;
import dev.weft.api.types.TypeExtraction;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.windowing.Window;
import dev.weft.api.windowing.WindowAssigner;
import java.time.Duration;

/**
 * A stream whose records of one key meet in one subtask.
 *
 * @param <T> the records
 * @param <K> the key
 */
public class KeyedStream<T, K> extends DataStream<T> {
  private final TypeInformation<K> keyType;

  KeyedStream(
      StreamExecutionEnvironment environment,
      Transformation transformation,
      TypeInformation<K> keyType) {
    super(environment, transformation);
    this.keyType = keyType;
  }

  /** The type of the key. */
  public TypeInformation<K> getKeyType() {
    return keyType;
  }

  /** Runs a function with state and timers of each key. */
  public <O> SingleOutputStreamOperator<O> process(KeyedProcessFunction<K, T, O> function) {
    Steps.checkSerializable(function, "process function");
    return then(
        new Operation.KeyedProcess<>(function),
        "KeyedProcess",
        TypeExtraction.parameter(function, KeyedProcessFunction.class, 2, 1, getType()));
  }

  /** Folds the records of each key and emits the fold after every record. */
  public SingleOutputStreamOperator<T> reduce(ReduceFunction<T> reducer) {
    return reduce(reducer, "Reduce");
  }

  /** The running sum of a field; the other fields are those of the first record. */
  public SingleOutputStreamOperator<T> sum(String field) {
    return reduce(FieldFold.of(FieldFold.Kind.SUM, getType(), field), "Sum(" + field + ")");
  }

  /** The running sum of the field of the given position, 0 for records that are numbers. */
  public SingleOutputStreamOperator<T> sum(int position) {
    return reduce(FieldFold.of(FieldFold.Kind.SUM, getType(), position), "Sum(" + position + ")");
  }

  /** The running minimum of a field; the other fields are those of the first record. */
  public SingleOutputStreamOperator<T> min(String field) {
    return reduce(FieldFold.of(FieldFold.Kind.MIN, getType(), field), "Min(" + field + ")");
  }

  /** The running minimum of the field of the given position, 0 for records without fields. */
  public SingleOutputStreamOperator<T> min(int position) {
    return reduce(FieldFold.of(FieldFold.Kind.MIN, getType(), position), "Min(" + position + ")");
  }

  /** The running maximum of a field; the other fields are those of the first record. */
  public SingleOutputStreamOperator<T> max(String field) {
    return reduce(FieldFold.of(FieldFold.Kind.MAX, getType(), field), "Max(" + field + ")");
  }

  /** The running maximum of the field of the given position, 0 for records without fields. */
  public SingleOutputStreamOperator<T> max(int position) {
    return reduce(FieldFold.of(FieldFold.Kind.MAX, getType(), position), "Max(" + position + ")");
  }

  /** Cuts the records of each key into windows. */
  public <W extends Window> WindowedStream<T, K, W> window(WindowAssigner<W> assigner) {
    return new WindowedStream<>(this, assigner);
  }

  /** Joins this stream with another whose key is of the same type, by nearness in event time. */
  public <T1> IntervalJoin<T, T1, K> intervalJoin(KeyedStream<T1, K> otherStream) {
    return new IntervalJoin<>(this, otherStream);
  }

  /**
   * Two keyed streams whose records are joined when their timestamps are near.
   *
   * @param <T1> records of the left stream
   * @param <T2> records of the right stream
   * @param <KEY> the key of both
   */
  public static class IntervalJoin<T1, T2, KEY> {
    private final KeyedStream<T1, KEY> left;
    private final KeyedStream<T2, KEY> right;

    IntervalJoin(KeyedStream<T1, KEY> left, KeyedStream<T2, KEY> right) {
      this.left = left;
      this.right = right;
    }

    /**
     * Which pairs are joined: those whose right timestamp is at least the left one plus the lower
     * bound and at most the left one plus the upper bound. Bounds may be negative.
     */
    public IntervalJoined<T1, T2, KEY> between(Duration lowerBound, Duration upperBound) {
      return new IntervalJoined<>(left, right, lowerBound.toMillis(), upperBound.toMillis());
    }
  }

  /**
   * An interval join whose bounds are known.
   *
   * @param <T1> records of the left stream
   * @param <T2> records of the right stream
   * @param <KEY> the key of both
   */
  public static class IntervalJoined<T1, T2, KEY> {
    private final KeyedStream<T1, KEY> left;
    private final KeyedStream<T2, KEY> right;
    private final long lowerMillis;
    private final long upperMillis;
    private boolean lowerExclusive;
    private boolean upperExclusive;
    private OutputTag<T1> leftLate;
    private OutputTag<T2> rightLate;

    IntervalJoined(
        KeyedStream<T1, KEY> left, KeyedStream<T2, KEY> right, long lowerMillis, long upperMillis) {
      this.left = left;
      this.right = right;
      this.lowerMillis = lowerMillis;
      this.upperMillis = upperMillis;
      ConnectedStreams.checkOneEnvironment(left, right);
    }

    /** Leaves out pairs that lie exactly at the upper bound. */
    public IntervalJoined<T1, T2, KEY> upperBoundExclusive() {
      upperExclusive = true;
      return this;
    }

    /** Leaves out pairs that lie exactly at the lower bound. */
    public IntervalJoined<T1, T2, KEY> lowerBoundExclusive() {
      lowerExclusive = true;
      return this;
    }

    /** Where late left records go; without it they are dropped and counted. */
    public IntervalJoined<T1, T2, KEY> sideOutputLeftLateData(OutputTag<T1> outputTag) {
      leftLate = outputTag;
      return this;
    }

    /** Where late right records go; without it they are dropped and counted. */
    public IntervalJoined<T1, T2, KEY> sideOutputRightLateData(OutputTag<T2> outputTag) {
      rightLate = outputTag;
      return this;
    }

    /** Runs a function on each pair. */
    public <O> SingleOutputStreamOperator<O> process(ProcessJoinFunction<T1, T2, O> function) {
      Steps.checkSerializable(function, "join function");
      long lower = lowerExclusive ? lowerMillis + 1 : lowerMillis;
      long upper = upperExclusive ? upperMillis - 1 : upperMillis;
      if (lower > upper) {
        throw new WeftException(
            ErrorCode.USER,
            "The interval join at "
                + Steps.callSite()
                + " joins nothing: its lower bound "
                + lowerMillis
                + " ms lies above its upper bound "
                + upperMillis
                + " ms");
      }
      return ConnectedStreams.then(
          new TwoInputOperation.IntervalJoin<>(function, lower, upper, leftLate, rightLate),
          "Interval Join",
          left,
          right,
          TypeExtraction.parameter(function, ProcessJoinFunction.class, 2, 0, left.getType()));
    }

    /** Runs a function of the given type of output on each pair. */
    public <O> SingleOutputStreamOperator<O> process(
        ProcessJoinFunction<T1, T2, O> function, TypeInformation<O> outputType) {
      return process(function).returns(outputType);
    }
  }

  private SingleOutputStreamOperator<T> reduce(ReduceFunction<T> reducer, String name) {
    Steps.checkSerializable(reducer, "reduce function");
    return then(new Operation.KeyedReduce<>(reducer), name, same());
  }
}
