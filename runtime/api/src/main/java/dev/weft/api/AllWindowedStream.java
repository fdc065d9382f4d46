package dev.weft.api;

import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.functions.ReduceFunction;
import dev.weft.api.functions.windowing.AllWindowFunction;
import dev.weft.api.functions.windowing.ProcessAllWindowFunction;
import dev.weft.api.types.TypeExtraction;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.windowing.assigners.WindowAssigner;
import dev.weft.api.windowing.evictors.Evictor;
import dev.weft.api.windowing.triggers.Trigger;
import dev.weft.api.windowing.windows.Window;
import java.time.Duration;

/**
 * A stream cut into windows without regard to any key; one subtask does all of it.
 *
 * @param <T> the records
 * @param <W> the windows
 */
public class AllWindowedStream<T, W extends Window> {
  private final WindowedStream<T, Byte, W> windows;

  AllWindowedStream(KeyedStream<T, Byte> input, WindowAssigner<? super T, W> assigner) {
    this.windows = new WindowedStream<>(input, assigner);
  }

  /** Says when windows emit, in place of the assigner's own trigger. */
  public AllWindowedStream<T, W> trigger(Trigger<? super T, ? super W> trigger) {
    windows.trigger(trigger);
    return this;
  }

  /** Removes records of windows that fire; all records of a window are kept until then. */
  public AllWindowedStream<T, W> evictor(Evictor<? super T, ? super W> evictor) {
    windows.evictor(evictor);
    return this;
  }

  /** How long after its end a window still takes records and emits again. */
  public AllWindowedStream<T, W> allowedLateness(Duration lateness) {
    windows.allowedLateness(lateness);
    return this;
  }

  /** Where records go that come too late; without it they are dropped and counted. */
  public AllWindowedStream<T, W> sideOutputLateData(OutputTag<T> tag) {
    windows.sideOutputLateData(tag);
    return this;
  }

  /** Folds the records of each window and emits the result. */
  public <ACC, R> SingleOutputStreamOperator<R> aggregate(AggregateFunction<T, ACC, R> function) {
    return single(windows.aggregate(function));
  }

  /** Folds the records of each window, with the types given. */
  public <ACC, R> SingleOutputStreamOperator<R> aggregate(
      AggregateFunction<T, ACC, R> function,
      TypeInformation<ACC> accumulatorType,
      TypeInformation<R> resultType) {
    return single(windows.aggregate(function, accumulatorType, resultType));
  }

  /** Folds the records of each window and hands the result, with the window, to a function. */
  public <ACC, V, R> SingleOutputStreamOperator<R> aggregate(
      AggregateFunction<T, ACC, V> function, ProcessAllWindowFunction<V, R, W> process) {
    return single(
        windows.folded(
            function,
            windows.<ACC>accumulatorType(function),
            processed(process),
            TypeExtraction.parameter(process, ProcessAllWindowFunction.class, 1, -1, null)));
  }

  /** Folds the records of each window and hands the result, with the window, to a function. */
  public <ACC, V, R> SingleOutputStreamOperator<R> aggregate(
      AggregateFunction<T, ACC, V> function, AllWindowFunction<V, R, W> window) {
    return single(
        windows.folded(
            function,
            windows.<ACC>accumulatorType(function),
            applied(window),
            TypeExtraction.parameter(window, AllWindowFunction.class, 1, -1, null)));
  }

  /** Folds the records of each window into one of their type. */
  public SingleOutputStreamOperator<T> reduce(ReduceFunction<T> reducer) {
    return single(windows.reduce(reducer));
  }

  /** Folds the records of each window and hands the result, with the window, to a function. */
  public <R> SingleOutputStreamOperator<R> reduce(
      ReduceFunction<T> reducer, ProcessAllWindowFunction<T, R, W> process) {
    return single(
        windows.folded(
            windows.aggregateOf(reducer),
            windows.getInputType(),
            processed(process),
            TypeExtraction.parameter(
                process, ProcessAllWindowFunction.class, 1, 0, windows.getInputType())));
  }

  /** Hands all records of each window to a function. */
  public <R> SingleOutputStreamOperator<R> apply(AllWindowFunction<T, R, W> function) {
    return single(
        windows.add(
            null,
            null,
            applied(function),
            TypeExtraction.parameter(
                function, AllWindowFunction.class, 1, 0, windows.getInputType())));
  }

  /** Hands all records of each window to a function. */
  public <R> SingleOutputStreamOperator<R> process(ProcessAllWindowFunction<T, R, W> function) {
    return single(
        windows.add(
            null,
            null,
            processed(function),
            TypeExtraction.parameter(
                function, ProcessAllWindowFunction.class, 1, 0, windows.getInputType())));
  }

  /** The sum of a field over each window; the other fields are those of its first record. */
  public SingleOutputStreamOperator<T> sum(String field) {
    return single(windows.sum(field));
  }

  /** The minimum of a field over each window; the other fields are those of its first record. */
  public SingleOutputStreamOperator<T> min(String field) {
    return single(windows.min(field));
  }

  /** The maximum of a field over each window; the other fields are those of its first record. */
  public SingleOutputStreamOperator<T> max(String field) {
    return single(windows.max(field));
  }

  /** The record of each window with the least field, the first of equal ones. */
  public SingleOutputStreamOperator<T> minBy(String field) {
    return single(windows.minBy(field));
  }

  /** The record of each window with the greatest field, the first of equal ones. */
  public SingleOutputStreamOperator<T> maxBy(String field) {
    return single(windows.maxBy(field));
  }

  /** The sum of the field of the given position, 0 for records that are numbers. */
  public SingleOutputStreamOperator<T> sum(int positionToSum) {
    return single(windows.sum(positionToSum));
  }

  /** The minimum of the field of the given position, 0 for records that are numbers. */
  public SingleOutputStreamOperator<T> min(int positionToMin) {
    return single(windows.min(positionToMin));
  }

  /** The maximum of the field of the given position, 0 for records that are numbers. */
  public SingleOutputStreamOperator<T> max(int positionToMax) {
    return single(windows.max(positionToMax));
  }

  /** The record of each window with the least field; the first or the last of equal ones. */
  public SingleOutputStreamOperator<T> minBy(String field, boolean first) {
    return single(windows.minBy(field, first));
  }

  /** The record of each window with the least field, of the given position; the first of equals. */
  public SingleOutputStreamOperator<T> minBy(int positionToMinBy) {
    return single(windows.minBy(positionToMinBy));
  }

  /** The record of each window with the least field; the first or the last of equal ones. */
  public SingleOutputStreamOperator<T> minBy(int positionToMinBy, boolean first) {
    return single(windows.minBy(positionToMinBy, first));
  }

  /** The record of each window with the greatest field; the first or the last of equal ones. */
  public SingleOutputStreamOperator<T> maxBy(String field, boolean first) {
    return single(windows.maxBy(field, first));
  }

  /**
   * The record of each window with the greatest field, of the given position; the first of equals.
   */
  public SingleOutputStreamOperator<T> maxBy(int positionToMaxBy) {
    return single(windows.maxBy(positionToMaxBy));
  }

  /** The record of each window with the greatest field; the first or the last of equal ones. */
  public SingleOutputStreamOperator<T> maxBy(int positionToMaxBy, boolean first) {
    return single(windows.maxBy(positionToMaxBy, first));
  }

  /** Hands all records of each window to a function, with the type of its results given. */
  public <R> SingleOutputStreamOperator<R> apply(
      AllWindowFunction<T, R, W> function, TypeInformation<R> resultType) {
    return apply(function).returns(resultType);
  }

  /** Hands all records of each window to a function, with the type of its results given. */
  public <R> SingleOutputStreamOperator<R> process(
      ProcessAllWindowFunction<T, R, W> function, TypeInformation<R> resultType) {
    return process(function).returns(resultType);
  }

  /** Folds the records of each window and hands the result, with the window, to a function. */
  public <R> SingleOutputStreamOperator<R> reduce(
      ReduceFunction<T> reducer, AllWindowFunction<T, R, W> function) {
    return single(
        windows.folded(
            windows.aggregateOf(reducer),
            windows.getInputType(),
            applied(function),
            TypeExtraction.parameter(
                function, AllWindowFunction.class, 1, 0, windows.getInputType())));
  }

  /** Folds the records of each window, with the type of the results given. */
  public <R> SingleOutputStreamOperator<R> reduce(
      ReduceFunction<T> reducer, AllWindowFunction<T, R, W> function, TypeInformation<R> type) {
    return reduce(reducer, function).returns(type);
  }

  /** Folds the records of each window, with the type of the results given. */
  public <R> SingleOutputStreamOperator<R> reduce(
      ReduceFunction<T> reducer,
      ProcessAllWindowFunction<T, R, W> function,
      TypeInformation<R> type) {
    return reduce(reducer, function).returns(type);
  }

  /** Folds the records of each window, with the types given. */
  public <ACC, V, R> SingleOutputStreamOperator<R> aggregate(
      AggregateFunction<T, ACC, V> function,
      AllWindowFunction<V, R, W> window,
      TypeInformation<ACC> accumulatorType,
      TypeInformation<R> resultType) {
    return single(
        windows.folded(
            function,
            accumulatorType,
            applied(window),
            new TypeExtraction.Extracted(resultType, null)));
  }

  /** Folds the records of each window, with the types given. */
  public <ACC, V, R> SingleOutputStreamOperator<R> aggregate(
      AggregateFunction<T, ACC, V> function,
      ProcessAllWindowFunction<V, R, W> process,
      TypeInformation<ACC> accumulatorType,
      TypeInformation<V> aggregateType,
      TypeInformation<R> resultType) {
    return single(
        windows.folded(
            function,
            accumulatorType,
            processed(process),
            new TypeExtraction.Extracted(resultType, null)));
  }

  /** Where the program began. */
  public StreamExecutionEnvironment getExecutionEnvironment() {
    return windows.getExecutionEnvironment();
  }

  /** The type of the records, or null when it could not be derived. */
  public TypeInformation<T> getInputType() {
    return windows.getInputType();
  }

  private static <R> SingleOutputStreamOperator<R> single(SingleOutputStreamOperator<R> windowed) {
    return windowed.setParallelism(1);
  }

  private <V, R> ProcessedAllWindow<V, R, W> processed(ProcessAllWindowFunction<V, R, W> function) {
    Steps.checkSerializable(function, "process window function");
    return new ProcessedAllWindow<>(function);
  }

  private <V, R> AppliedAllWindowFunction<V, R, W> applied(AllWindowFunction<V, R, W> function) {
    Steps.checkSerializable(function, "window function");
    return new AppliedAllWindowFunction<>(function);
  }
}
