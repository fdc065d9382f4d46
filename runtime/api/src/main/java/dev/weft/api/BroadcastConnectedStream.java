package dev.weft.api;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.functions.co.BroadcastProcessFunction;
import dev.weft.api.functions.co.KeyedBroadcastProcessFunction;
import dev.weft.api.graph.TwoInputOperation;
import dev.weft.api.types.TypeExtraction;
import dev.weft.api.types.TypeInformation;

/**
 * A stream, keyed or not, and a broadcast one that one function sees.
 *
 * @param <I1> records of the stream that is not broadcast
 * @param <I2> records of the broadcast stream
 */
public class BroadcastConnectedStream<I1, I2> {
  private final DataStream<I1> first;
  private final BroadcastStream<I2> second;

  BroadcastConnectedStream(DataStream<I1> first, BroadcastStream<I2> second) {
    this.first = first;
    this.second = second;
    ConnectedStreams.checkOneEnvironment(first, second.input());
  }

  /** Where the program began. */
  public StreamExecutionEnvironment getExecutionEnvironment() {
    return first.environment;
  }

  /** The stream that is not broadcast. */
  public DataStream<I1> getFirstInput() {
    return first;
  }

  /** The broadcast stream. */
  public BroadcastStream<I2> getSecondInput() {
    return second;
  }

  /** The type of the stream that is not broadcast. */
  public TypeInformation<I1> getType1() {
    return first.getType();
  }

  /** The type of the broadcast stream. */
  public TypeInformation<I2> getType2() {
    return second.getType();
  }

  /** Runs a function on a stream without keys. */
  public <O> SingleOutputStreamOperator<O> process(BroadcastProcessFunction<I1, I2, O> function) {
    Steps.checkSerializable(function, "process function");
    if (first instanceof KeyedStream) {
      throw wrongFunction("is keyed", "KeyedBroadcastProcessFunction");
    }
    return ConnectedStreams.then(
        new TwoInputOperation.BroadcastProcess<>(function, second.states()),
        "Co-Process-Broadcast",
        first,
        second.input(),
        TypeExtraction.parameter(function, BroadcastProcessFunction.class, 2, 0, getType1()));
  }

  /** Runs a function of the given type of output on a stream without keys. */
  public <O> SingleOutputStreamOperator<O> process(
      BroadcastProcessFunction<I1, I2, O> function, TypeInformation<O> outputType) {
    return process(function).returns(outputType);
  }

  /** Runs a function with state and timers of each key on a keyed stream. */
  public <K, O> SingleOutputStreamOperator<O> process(
      KeyedBroadcastProcessFunction<K, I1, I2, O> function) {
    Steps.checkSerializable(function, "process function");
    if (!(first instanceof KeyedStream)) {
      throw wrongFunction("is not keyed", "BroadcastProcessFunction");
    }
    return ConnectedStreams.then(
        new TwoInputOperation.KeyedBroadcastProcess<>(function, second.states()),
        "Co-Process-Broadcast-Keyed",
        first,
        second.input(),
        TypeExtraction.parameter(function, KeyedBroadcastProcessFunction.class, 3, 1, getType1()));
  }

  /** Runs a function of the given type of output on a keyed stream. */
  public <K, O> SingleOutputStreamOperator<O> process(
      KeyedBroadcastProcessFunction<K, I1, I2, O> function, TypeInformation<O> outputType) {
    return process(function).returns(outputType);
  }

  private static WeftException wrongFunction(String is, String wanted) {
    return new WeftException(
        ErrorCode.USER,
        "The stream that is connected with a broadcast stream at "
            + Steps.callSite()
            + " "
            + is
            + "; use a "
            + wanted);
  }
}
