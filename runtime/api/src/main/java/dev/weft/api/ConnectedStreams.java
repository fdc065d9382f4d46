package dev.weft.api;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.functions.KeySelector;
import dev.weft.api.functions.co.CoFlatMapFunction;
import dev.weft.api.functions.co.CoMapFunction;
import dev.weft.api.functions.co.CoProcessFunction;
import dev.weft.api.functions.co.KeyedCoProcessFunction;
import dev.weft.api.graph.Transformation;
import dev.weft.api.graph.TwoInputOperation;
import dev.weft.api.types.TypeExtraction;
import dev.weft.api.types.TypeInformation;
import java.util.List;

/**
 * Two streams, of any types, that one function sees. Their records come in no certain order.
 *
 * @param <I1> records of the first
 * @param <I2> records of the second
 */
public class ConnectedStreams<I1, I2> {
  private final DataStream<I1> first;
  private final DataStream<I2> second;

  ConnectedStreams(DataStream<I1> first, DataStream<I2> second) {
    this.first = first;
    this.second = second;
    checkOneEnvironment(first, second);
  }

  static void checkOneEnvironment(DataStream<?> first, DataStream<?> second) {
    if (first.environment != second.environment) {
      throw new WeftException(
          ErrorCode.USER, "The streams at " + Steps.callSite() + " are of two environments");
    }
  }

  /** Where the program began. */
  public StreamExecutionEnvironment getExecutionEnvironment() {
    return first.environment;
  }

  /** The first stream. */
  public DataStream<I1> getFirstInput() {
    return first;
  }

  /** The second stream. */
  public DataStream<I2> getSecondInput() {
    return second;
  }

  /** The type of the first stream. */
  public TypeInformation<I1> getType1() {
    return first.getType();
  }

  /** The type of the second stream. */
  public TypeInformation<I2> getType2() {
    return second.getType();
  }

  /** Brings the records of a key, of both streams, together; both keys are of one type. */
  public <K> ConnectedStreams<I1, I2> keyBy(
      KeySelector<I1, K> keySelector1, KeySelector<I2, K> keySelector2) {
    return new ConnectedStreams<>(first.keyBy(keySelector1), second.keyBy(keySelector2));
  }

  /** Brings the records of a key of the given type together. */
  public <K> ConnectedStreams<I1, I2> keyBy(
      KeySelector<I1, K> keySelector1, KeySelector<I2, K> keySelector2, TypeInformation<K> type) {
    return new ConnectedStreams<>(
        first.keyBy(keySelector1, type), second.keyBy(keySelector2, type));
  }

  /** Turns each record into one. A rich function has state by key when both streams are keyed. */
  public <O> SingleOutputStreamOperator<O> map(CoMapFunction<I1, I2, O> coMapper) {
    return then(
        new TwoInputOperation.CoMap<>(coMapper, isKeyed()),
        "Co-Map",
        TypeExtraction.parameter(
            checked(coMapper, "map function"), CoMapFunction.class, 2, 0, getType1()));
  }

  /** Turns each record into one of the given type. */
  public <O> SingleOutputStreamOperator<O> map(
      CoMapFunction<I1, I2, O> coMapper, TypeInformation<O> outputType) {
    return map(coMapper).returns(outputType);
  }

  /**
   * Turns each record into any number. A rich function has state by key when both streams are
   * keyed.
   */
  public <O> SingleOutputStreamOperator<O> flatMap(CoFlatMapFunction<I1, I2, O> coFlatMapper) {
    return then(
        new TwoInputOperation.CoFlatMap<>(coFlatMapper, isKeyed()),
        "Co-Flat Map",
        TypeExtraction.parameter(
            checked(coFlatMapper, "flatMap function"), CoFlatMapFunction.class, 2, 0, getType1()));
  }

  /** Turns each record into any number of the given type. */
  public <O> SingleOutputStreamOperator<O> flatMap(
      CoFlatMapFunction<I1, I2, O> coFlatMapper, TypeInformation<O> outputType) {
    return flatMap(coFlatMapper).returns(outputType);
  }

  /** Runs a function that sees timestamps; with state and timers when both streams are keyed. */
  public <O> SingleOutputStreamOperator<O> process(CoProcessFunction<I1, I2, O> function) {
    return then(
        new TwoInputOperation.CoProcess<>(function, isKeyed()),
        "Co-Process",
        TypeExtraction.parameter(
            checked(function, "process function"), CoProcessFunction.class, 2, 0, getType1()));
  }

  /** Runs a function of the given type of output. */
  public <O> SingleOutputStreamOperator<O> process(
      CoProcessFunction<I1, I2, O> function, TypeInformation<O> outputType) {
    return process(function).returns(outputType);
  }

  /** Runs a function with state and timers of each key; both streams are keyed. */
  public <K, O> SingleOutputStreamOperator<O> process(
      KeyedCoProcessFunction<K, I1, I2, O> function) {
    return then(
        new TwoInputOperation.KeyedCoProcess<>(function),
        "Co-Keyed-Process",
        TypeExtraction.parameter(
            checked(function, "process function"), KeyedCoProcessFunction.class, 3, 1, getType1()));
  }

  /** Runs a keyed function of the given type of output. */
  public <K, O> SingleOutputStreamOperator<O> process(
      KeyedCoProcessFunction<K, I1, I2, O> function, TypeInformation<O> outputType) {
    return process(function).returns(outputType);
  }

  private boolean isKeyed() {
    return first instanceof KeyedStream && second instanceof KeyedStream;
  }

  private static <F> F checked(F function, String what) {
    Steps.checkSerializable(function, what);
    return function;
  }

  private <O> SingleOutputStreamOperator<O> then(
      TwoInputOperation operation, String name, TypeExtraction.Extracted type) {
    return then(operation, name, first, second, type);
  }

  /** Adds a step of two inputs. */
  static <O> SingleOutputStreamOperator<O> then(
      TwoInputOperation operation,
      String name,
      DataStream<?> first,
      DataStream<?> second,
      TypeExtraction.Extracted type) {
    Transformation step =
        first.environment.add(
            operation, name, List.of(first.transformation, second.transformation), type.type());
    step.typeProblem(type.problem());
    return new SingleOutputStreamOperator<>(first.environment, step);
  }
}
