package dev.weft.api;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.functions.ReduceFunction;
import dev.weft.api.functions.RichFunction;
import dev.weft.api.functions.windowing.ProcessWindowFunction;
import dev.weft.api.functions.windowing.WindowFunction;
import dev.weft.api.graph.WindowOperation;
import dev.weft.api.types.TypeExtraction;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.windowing.assigners.MergingWindowAssigner;
import dev.weft.api.windowing.assigners.WindowAssigner;
import dev.weft.api.windowing.evictors.Evictor;
import dev.weft.api.windowing.triggers.Trigger;
import dev.weft.api.windowing.windows.Window;
import java.time.Duration;

/**
 * A keyed stream cut into windows.
 *
 * @param <T> the records
 * @param <K> the key
 * @param <W> the windows
 */
public class WindowedStream<T, K, W extends Window> {
  private final KeyedStream<T, K> input;
  private final WindowAssigner<? super T, W> assigner;
  private Trigger<? super T, ? super W> trigger;
  private Evictor<? super T, ? super W> evictor;
  private long allowedLatenessMillis;
  private OutputTag<T> lateOutput;

  WindowedStream(KeyedStream<T, K> input, WindowAssigner<? super T, W> assigner) {
    Steps.checkSerializable(assigner, "window assigner");
    this.input = input;
    this.assigner = assigner;
  }

  /** Says when windows emit, in place of the assigner's own trigger. */
  public WindowedStream<T, K, W> trigger(Trigger<? super T, ? super W> newTrigger) {
    Steps.checkSerializable(newTrigger, "trigger");
    if (assigner instanceof MergingWindowAssigner<?, ?> && !newTrigger.canMerge()) {
      throw new WeftException(
          ErrorCode.USER,
          "The trigger "
              + newTrigger.getClass().getSimpleName()
              + " at "
              + Steps.callSite()
              + " cannot serve windows that merge; implement canMerge and onMerge, or use another");
    }
    this.trigger = newTrigger;
    return this;
  }

  /** Removes records of windows that fire; all records of a window are kept until then. */
  public WindowedStream<T, K, W> evictor(Evictor<? super T, ? super W> newEvictor) {
    Steps.checkSerializable(newEvictor, "evictor");
    this.evictor = newEvictor;
    return this;
  }

  /** How long after its end a window still takes records and emits again. */
  public WindowedStream<T, K, W> allowedLateness(Duration lateness) {
    if (lateness.isNegative()) {
      throw new WeftException(
          ErrorCode.USER,
          "The allowed lateness at " + Steps.callSite() + " is negative: " + lateness);
    }
    this.allowedLatenessMillis = lateness.toMillis();
    return this;
  }

  /** Where records go that come too late; without it they are dropped and counted. */
  public WindowedStream<T, K, W> sideOutputLateData(OutputTag<T> tag) {
    this.lateOutput = tag;
    return this;
  }

  /** Folds the records of each window and emits the result. */
  public <ACC, R> SingleOutputStreamOperator<R> aggregate(AggregateFunction<T, ACC, R> function) {
    return folded(function, this.<ACC>accumulatorType(function), null, resultOf(function));
  }

  /** Folds the records of each window, with the types given. */
  public <ACC, R> SingleOutputStreamOperator<R> aggregate(
      AggregateFunction<T, ACC, R> function,
      TypeInformation<ACC> accumulatorType,
      TypeInformation<R> resultType) {
    return folded(function, accumulatorType, null, given(resultType));
  }

  /** Folds the records of each window and hands the result, with key and window, to a function. */
  public <ACC, V, R> SingleOutputStreamOperator<R> aggregate(
      AggregateFunction<T, ACC, V> function, ProcessWindowFunction<V, R, K, W> process) {
    return folded(function, this.<ACC>accumulatorType(function), process, resultOf(process));
  }

  /** Folds the records of each window, with the types given. */
  public <ACC, V, R> SingleOutputStreamOperator<R> aggregate(
      AggregateFunction<T, ACC, V> function,
      ProcessWindowFunction<V, R, K, W> process,
      TypeInformation<ACC> accumulatorType,
      TypeInformation<V> aggregateType,
      TypeInformation<R> resultType) {
    return folded(function, accumulatorType, process, given(resultType));
  }

  /** Folds the records of each window and hands the result, with key and window, to a function. */
  public <ACC, V, R> SingleOutputStreamOperator<R> aggregate(
      AggregateFunction<T, ACC, V> function, WindowFunction<V, R, K, W> window) {
    return folded(
        function,
        this.<ACC>accumulatorType(function),
        applied(window),
        TypeExtraction.parameter(window, WindowFunction.class, 1, -1, null));
  }

  /** Folds the records of each window into one of their type. */
  public SingleOutputStreamOperator<T> reduce(ReduceFunction<T> reducer) {
    return folded(aggregateOf(reducer), input.getType(), null, given(input.getType()));
  }

  /** Folds the records of each window and hands the result, with key and window, to a function. */
  public <R> SingleOutputStreamOperator<R> reduce(
      ReduceFunction<T> reducer, ProcessWindowFunction<T, R, K, W> process) {
    return folded(aggregateOf(reducer), input.getType(), process, resultOf(process));
  }

  /** Folds the records of each window and hands the result, with key and window, to a function. */
  public <R> SingleOutputStreamOperator<R> reduce(
      ReduceFunction<T> reducer, WindowFunction<T, R, K, W> window) {
    return folded(
        aggregateOf(reducer),
        input.getType(),
        applied(window),
        TypeExtraction.parameter(window, WindowFunction.class, 1, 0, input.getType()));
  }

  /** Folds the records of each window, with the type of the results given. */
  public <R> SingleOutputStreamOperator<R> reduce(
      ReduceFunction<T> reducer,
      ProcessWindowFunction<T, R, K, W> process,
      TypeInformation<R> type) {
    return reduce(reducer, process).returns(type);
  }

  /** Folds the records of each window, with the type of the results given. */
  public <R> SingleOutputStreamOperator<R> reduce(
      ReduceFunction<T> reducer, WindowFunction<T, R, K, W> window, TypeInformation<R> type) {
    return reduce(reducer, window).returns(type);
  }

  /** Folds the records of each window, with the types given. */
  public <ACC, V, R> SingleOutputStreamOperator<R> aggregate(
      AggregateFunction<T, ACC, V> function,
      WindowFunction<V, R, K, W> window,
      TypeInformation<ACC> accumulatorType,
      TypeInformation<R> resultType) {
    return folded(function, accumulatorType, applied(window), given(resultType));
  }

  /** Hands all records of each window, with key and window, to a function. */
  public <R> SingleOutputStreamOperator<R> apply(WindowFunction<T, R, K, W> function) {
    return add(
        null,
        null,
        applied(function),
        TypeExtraction.parameter(function, WindowFunction.class, 1, 0, input.getType()));
  }

  /** Hands all records of each window to a function, with the type of its results given. */
  public <R> SingleOutputStreamOperator<R> apply(
      WindowFunction<T, R, K, W> function, TypeInformation<R> resultType) {
    return add(null, null, applied(function), given(resultType));
  }

  /** Hands all records of each window, with key and window, to a function. */
  public <R> SingleOutputStreamOperator<R> process(ProcessWindowFunction<T, R, K, W> function) {
    Steps.checkSerializable(function, "process window function");
    return add(
        null,
        null,
        function,
        TypeExtraction.parameter(function, ProcessWindowFunction.class, 1, 0, input.getType()));
  }

  /** Hands all records of each window to a function, with the type of its results given. */
  public <R> SingleOutputStreamOperator<R> process(
      ProcessWindowFunction<T, R, K, W> function, TypeInformation<R> resultType) {
    return add(null, null, function, given(resultType));
  }

  /** The sum of a field over each window; the other fields are those of its first record. */
  public SingleOutputStreamOperator<T> sum(String field) {
    return reduce(FieldFold.of(FieldFold.Kind.SUM, input.getType(), field));
  }

  /** The sum of the field of the given position, 0 for records that are numbers. */
  public SingleOutputStreamOperator<T> sum(int position) {
    return reduce(FieldFold.of(FieldFold.Kind.SUM, input.getType(), position));
  }

  /** The minimum of a field over each window; the other fields are those of its first record. */
  public SingleOutputStreamOperator<T> min(String field) {
    return reduce(FieldFold.of(FieldFold.Kind.MIN, input.getType(), field));
  }

  /** The minimum of the field of the given position, 0 for records without fields. */
  public SingleOutputStreamOperator<T> min(int position) {
    return reduce(FieldFold.of(FieldFold.Kind.MIN, input.getType(), position));
  }

  /** The maximum of a field over each window; the other fields are those of its first record. */
  public SingleOutputStreamOperator<T> max(String field) {
    return reduce(FieldFold.of(FieldFold.Kind.MAX, input.getType(), field));
  }

  /** The maximum of the field of the given position, 0 for records without fields. */
  public SingleOutputStreamOperator<T> max(int position) {
    return reduce(FieldFold.of(FieldFold.Kind.MAX, input.getType(), position));
  }

  /** The record of each window with the least field, the first of equal ones. */
  public SingleOutputStreamOperator<T> minBy(String field) {
    return minBy(field, true);
  }

  /** The record of each window with the least field, the first or the last of equal ones. */
  public SingleOutputStreamOperator<T> minBy(String field, boolean first) {
    return reduce(FieldChoice.of(input.getType(), field, false, first));
  }

  /** The record of each window with the greatest field, the first of equal ones. */
  public SingleOutputStreamOperator<T> maxBy(String field) {
    return maxBy(field, true);
  }

  /** The record of each window with the greatest field, the first or the last of equal ones. */
  public SingleOutputStreamOperator<T> maxBy(String field, boolean first) {
    return reduce(FieldChoice.of(input.getType(), field, true, first));
  }

  /** The record of each window with the least field, of the given position; the first of equals. */
  public SingleOutputStreamOperator<T> minBy(int positionToMinBy) {
    return minBy(positionToMinBy, true);
  }

  /** The record of each window with the least field; the first or the last of equal ones. */
  public SingleOutputStreamOperator<T> minBy(int positionToMinBy, boolean first) {
    return reduce(FieldChoice.of(input.getType(), positionToMinBy, false, first));
  }

  /**
   * The record of each window with the greatest field, of the given position; the first of equals.
   */
  public SingleOutputStreamOperator<T> maxBy(int positionToMaxBy) {
    return maxBy(positionToMaxBy, true);
  }

  /** The record of each window with the greatest field; the first or the last of equal ones. */
  public SingleOutputStreamOperator<T> maxBy(int positionToMaxBy, boolean first) {
    return reduce(FieldChoice.of(input.getType(), positionToMaxBy, true, first));
  }

  /** Where the program began. */
  public StreamExecutionEnvironment getExecutionEnvironment() {
    return input.environment;
  }

  /** The type of the records, or null when it could not be derived. */
  public TypeInformation<T> getInputType() {
    return input.getType();
  }

  private static <R> TypeExtraction.Extracted given(TypeInformation<R> type) {
    return new TypeExtraction.Extracted(type, null);
  }

  private TypeExtraction.Extracted resultOf(AggregateFunction<T, ?, ?> function) {
    return TypeExtraction.parameter(function, AggregateFunction.class, 2, 0, input.getType());
  }

  private static TypeExtraction.Extracted resultOf(ProcessWindowFunction<?, ?, ?, ?> process) {
    Steps.checkSerializable(process, "process window function");
    return TypeExtraction.parameter(process, ProcessWindowFunction.class, 1, -1, null);
  }

  private <V, R> ProcessWindowFunction<V, R, K, W> applied(WindowFunction<V, R, K, W> function) {
    Steps.checkSerializable(function, "window function");
    return new AppliedWindowFunction<>(function);
  }

  final ReduceAggregate<T> aggregateOf(ReduceFunction<T> reducer) {
    if (reducer instanceof RichFunction) {
      throw new WeftException(
          ErrorCode.USER,
          "The reduce function of the window at "
              + Steps.callSite()
              + " is a rich function, which windows do not open; use a ProcessWindowFunction");
    }
    if (input.getType() == null) {
      throw new WeftException(
          ErrorCode.USER,
          "The window at "
              + Steps.callSite()
              + " needs the type of its input; add .returns(Type.class) after the step '"
              + input.getTransformation().inputs().get(0).name()
              + "'");
    }
    return new ReduceAggregate<>(reducer);
  }

  @SuppressWarnings("unchecked")
  final <ACC> TypeInformation<ACC> accumulatorType(AggregateFunction<T, ACC, ?> function) {
    TypeExtraction.Extracted type =
        TypeExtraction.parameter(function, AggregateFunction.class, 1, 0, input.getType());
    if (type.type() == null) {
      throw new WeftException(
          ErrorCode.USER,
          "The type of the accumulator of the window at "
              + Steps.callSite()
              + " is not known ("
              + type.problem()
              + "); use aggregate(function, accumulatorType, resultType)");
    }
    return (TypeInformation<ACC>) type.type();
  }

  final <ACC, V, R> SingleOutputStreamOperator<R> folded(
      AggregateFunction<T, ACC, V> function,
      TypeInformation<ACC> accumulatorType,
      ProcessWindowFunction<V, R, K, W> process,
      TypeExtraction.Extracted resultType) {
    Steps.checkSerializable(function, "window function");
    return add(function, accumulatorType, process, resultType);
  }

  final <ACC, V, R> SingleOutputStreamOperator<R> add(
      AggregateFunction<T, ACC, V> function,
      TypeInformation<ACC> accumulatorType,
      ProcessWindowFunction<V, R, K, W> process,
      TypeExtraction.Extracted resultType) {
    return input.then(
        new WindowOperation<>(
            assigner,
            trigger,
            evictor,
            function,
            accumulatorType,
            process,
            allowedLatenessMillis,
            lateOutput),
        "Window",
        resultType);
  }
}
