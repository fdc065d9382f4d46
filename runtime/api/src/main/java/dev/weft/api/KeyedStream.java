package dev.weft.api;

import dev.weft.api.functions.KeyedProcessFunction;
import dev.weft.api.functions.ReduceFunction;
import dev.weft.api.graph.Operation;
import dev.weft.api.graph.Transformation;
import dev.weft.api.types.TypeExtraction;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.windowing.assigners.GlobalWindows;
import dev.weft.api.windowing.assigners.WindowAssigner;
import dev.weft.api.windowing.evictors.CountEvictor;
import dev.weft.api.windowing.triggers.CountTrigger;
import dev.weft.api.windowing.triggers.PurgingTrigger;
import dev.weft.api.windowing.windows.GlobalWindow;
import dev.weft.api.windowing.windows.Window;

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

  private SingleOutputStreamOperator<T> reduce(ReduceFunction<T> reducer, String name) {
    Steps.checkSerializable(reducer, "reduce function");
    return then(new Operation.KeyedReduce<>(reducer), name, same());
  }
}
