package dev.weft.api;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.functions.ProcessWindowFunction;
import dev.weft.api.functions.ReduceFunction;
import dev.weft.api.functions.RichFunction;
import dev.weft.api.graph.Operation;
import dev.weft.api.types.TypeExtraction;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.windowing.Window;
import dev.weft.api.windowing.WindowAssigner;
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
  private final WindowAssigner<W> assigner;
  private long allowedLatenessMillis;
  private OutputTag<T> lateOutput;

  WindowedStream(KeyedStream<T, K> input, WindowAssigner<W> assigner) {
    this.input = input;
    this.assigner = assigner;
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
    return aggregate(function, this.<ACC>accumulatorType(function), null, null);
  }

  /** Folds the records of each window, with the types given. */
  public <ACC, R> SingleOutputStreamOperator<R> aggregate(
      AggregateFunction<T, ACC, R> function,
      TypeInformation<ACC> accumulatorType,
      TypeInformation<R> resultType) {
    return aggregate(function, accumulatorType, null, resultType);
  }

  /** Folds the records of each window and hands the result, with key and window, to a function. */
  public <ACC, V, R> SingleOutputStreamOperator<R> aggregate(
      AggregateFunction<T, ACC, V> function, ProcessWindowFunction<V, R, K, W> process) {
    return aggregate(function, this.<ACC>accumulatorType(function), process, null);
  }

  /** Folds the records of each window into one of their type. */
  public SingleOutputStreamOperator<T> reduce(ReduceFunction<T> reducer) {
    SingleOutputStreamOperator<T> reduced =
        aggregate(aggregateOf(reducer), input.getType(), null, input.getType());
    return reduced;
  }

  /** Folds the records of each window and hands the result, with key and window, to a function. */
  public <R> SingleOutputStreamOperator<R> reduce(
      ReduceFunction<T> reducer, ProcessWindowFunction<T, R, K, W> process) {
    return aggregate(aggregateOf(reducer), input.getType(), process, null);
  }

  /** The sum of a field over each window; the other fields are those of its first record. */
  public SingleOutputStreamOperator<T> sum(String field) {
    return reduce(FieldFold.of(FieldFold.Kind.SUM, input.getType(), field));
  }

  /** The minimum of a field over each window; the other fields are those of its first record. */
  public SingleOutputStreamOperator<T> min(String field) {
    return reduce(FieldFold.of(FieldFold.Kind.MIN, input.getType(), field));
  }

  /** The maximum of a field over each window; the other fields are those of its first record. */
  public SingleOutputStreamOperator<T> max(String field) {
    return reduce(FieldFold.of(FieldFold.Kind.MAX, input.getType(), field));
  }

  private ReduceAggregate<T> aggregateOf(ReduceFunction<T> reducer) {
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
  private <ACC> TypeInformation<ACC> accumulatorType(AggregateFunction<T, ACC, ?> function) {
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

  private <ACC, V, R> SingleOutputStreamOperator<R> aggregate(
      AggregateFunction<T, ACC, V> function,
      TypeInformation<ACC> accumulatorType,
      ProcessWindowFunction<V, R, K, W> process,
      TypeInformation<R> resultType) {
    Steps.checkSerializable(function, "window function");
    TypeExtraction.Extracted type;
    if (resultType != null) {
      type = new TypeExtraction.Extracted(resultType, null);
    } else if (process != null) {
      Steps.checkSerializable(process, "process window function");
      type = TypeExtraction.parameter(process, ProcessWindowFunction.class, 1, -1, null);
    } else {
      type = TypeExtraction.parameter(function, AggregateFunction.class, 2, 0, input.getType());
    }
    return input.then(
        new Operation.KeyedWindow<>(
            assigner, function, accumulatorType, process, allowedLatenessMillis, lateOutput),
        "Window",
        type);
  }
}
