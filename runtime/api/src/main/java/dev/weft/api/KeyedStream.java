package dev.weft.api;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.functions.FilterFunction;
import dev.weft.api.functions.FlatMapFunction;
import dev.weft.api.functions.KeyedProcessFunction;
import dev.weft.api.functions.MapFunction;
import dev.weft.api.functions.ReduceFunction;
import dev.weft.api.functions.RichFunction;
import dev.weft.api.functions.co.ProcessJoinFunction;
import dev.weft.api.graph.Operation;
import dev.weft.api.graph.Transformation;
import dev.weft.api.graph.TwoInputOperation;
import dev.weft.api.types.TypeExtraction;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.windowing.assigners.GlobalWindows;
import dev.weft.api.windowing.assigners.WindowAssigner;
import dev.weft.api.windowing.evictors.CountEvictor;
import dev.weft.api.windowing.triggers.CountTrigger;
import dev.weft.api.windowing.triggers.PurgingTrigger;
import dev.weft.api.windowing.windows.GlobalWindow;
import dev.weft.api.windowing.windows.Window;
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

  /** Turns each record into one; a rich function may keep state of each key. */
  @Override
  public <O> SingleOutputStreamOperator<O> map(MapFunction<T, O> mapper) {
    return mapper instanceof RichFunction rich
        ? onKey(
            rich,
            (value, out) -> out.collect(mapper.map(value)),
            "Map",
            TypeExtraction.returned(mapper, MapFunction.class, 1, 0, getType()))
        : super.map(mapper);
  }

  /** Keeps the records for which the function is true; a rich one may keep state of each key. */
  @Override
  public SingleOutputStreamOperator<T> filter(FilterFunction<T> filter) {
    return filter instanceof RichFunction rich
        ? onKey(
            rich,
            (value, out) -> {
              if (filter.filter(value)) {
                out.collect(value);
              }
            },
            "Filter",
            same())
        : super.filter(filter);
  }

  /** Turns each record into any number; a rich function may keep state of each key. */
  @Override
  public <O> SingleOutputStreamOperator<O> flatMap(FlatMapFunction<T, O> flatMapper) {
    return flatMapper instanceof RichFunction rich
        ? onKey(
            rich,
            flatMapper,
            "FlatMap",
            TypeExtraction.parameter(flatMapper, FlatMapFunction.class, 1, 0, getType()))
        : super.flatMap(flatMapper);
  }

  private <O> SingleOutputStreamOperator<O> onKey(
      RichFunction function,
      FlatMapFunction<T, O> call,
      String name,
      TypeExtraction.Extracted type) {
    Steps.checkSerializable(function, "function of " + name);
    return then(new Operation.KeyedProcess<>(new RichOnKey<K, T, O>(function, call)), name, type);
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

  /** The record with the least field so far, after every record; the first of equal ones. */
  public SingleOutputStreamOperator<T> minBy(String field) {
    return minBy(field, true);
  }

  /** The record with the least field so far; the first or the last of equal ones. */
  public SingleOutputStreamOperator<T> minBy(String field, boolean first) {
    return reduce(FieldChoice.of(getType(), field, false, first), "MinBy(" + field + ")");
  }

  /** The record with the least field, of the given position, so far; the first of equal ones. */
  public SingleOutputStreamOperator<T> minBy(int positionToMinBy) {
    return minBy(positionToMinBy, true);
  }

  /**
   * The record with the least field, of the given position; the first or the last of equal ones.
   */
  public SingleOutputStreamOperator<T> minBy(int positionToMinBy, boolean first) {
    return reduce(
        FieldChoice.of(getType(), positionToMinBy, false, first), "MinBy(" + positionToMinBy + ")");
  }

  /** The record with the greatest field so far, after every record; the first of equal ones. */
  public SingleOutputStreamOperator<T> maxBy(String field) {
    return maxBy(field, true);
  }

  /** The record with the greatest field so far; the first or the last of equal ones. */
  public SingleOutputStreamOperator<T> maxBy(String field, boolean first) {
    return reduce(FieldChoice.of(getType(), field, true, first), "MaxBy(" + field + ")");
  }

  /** The record with the greatest field, of the given position, so far; the first of equal ones. */
  public SingleOutputStreamOperator<T> maxBy(int positionToMaxBy) {
    return maxBy(positionToMaxBy, true);
  }

  /**
   * The record with the greatest field, of the given position; the first or the last of equal ones.
   */
  public SingleOutputStreamOperator<T> maxBy(int positionToMaxBy, boolean first) {
    return reduce(
        FieldChoice.of(getType(), positionToMaxBy, true, first), "MaxBy(" + positionToMaxBy + ")");
  }

  /** Cuts the records of each key into windows. */
  public <W extends Window> WindowedStream<T, K, W> window(WindowAssigner<? super T, W> assigner) {
    return new WindowedStream<>(this, assigner);
  }

  /** Cuts the records of each key into windows of so many. */
  public WindowedStream<T, K, GlobalWindow> countWindow(long size) {
    return window(GlobalWindows.create()).trigger(PurgingTrigger.of(CountTrigger.of(size)));
  }

  /** Emits, after every so many records of a key, what its last so many amount to. */
  public WindowedStream<T, K, GlobalWindow> countWindow(long size, long slide) {
    return window(GlobalWindows.create())
        .evictor(CountEvictor.of(size))
        .trigger(CountTrigger.of(slide));
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
