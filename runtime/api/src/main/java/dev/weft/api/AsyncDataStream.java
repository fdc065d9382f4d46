package dev.weft.api;

import dev.weft.api.functions.async.AsyncFunction;
import dev.weft.api.functions.async.AsyncRetryStrategy;
import dev.weft.api.graph.Operation;
import dev.weft.api.types.TypeExtraction;
import java.util.concurrent.TimeUnit;

/** Asks something outside for each record of a stream, for many records at once. */
public final class AsyncDataStream {
  private static final int DEFAULT_CAPACITY = 100;

  private AsyncDataStream() {}

  /** Emits answers as they come, at most 100 requests at once. */
  public static <IN, OUT> SingleOutputStreamOperator<OUT> unorderedWait(
      DataStream<IN> in, AsyncFunction<IN, OUT> func, long timeout, TimeUnit timeUnit) {
    return unorderedWait(in, func, timeout, timeUnit, DEFAULT_CAPACITY);
  }

  /**
   * Emits answers as they come, but none across a watermark.
   *
   * @param timeout for a record; 0 for none
   * @param capacity how many requests run at once in each subtask
   */
  public static <IN, OUT> SingleOutputStreamOperator<OUT> unorderedWait(
      DataStream<IN> in, AsyncFunction<IN, OUT> func, long timeout, TimeUnit unit, int capacity) {
    return add(in, func, unit.toMillis(timeout), capacity, false, null);
  }

  /** Emits answers in the order of the records, at most 100 requests at once. */
  public static <IN, OUT> SingleOutputStreamOperator<OUT> orderedWait(
      DataStream<IN> in, AsyncFunction<IN, OUT> func, long timeout, TimeUnit timeUnit) {
    return orderedWait(in, func, timeout, timeUnit, DEFAULT_CAPACITY);
  }

  /**
   * Emits answers in the order of the records.
   *
   * @param timeout for a record; 0 for none
   * @param capacity how many requests run, or wait for earlier ones, at once in each subtask
   */
  public static <IN, OUT> SingleOutputStreamOperator<OUT> orderedWait(
      DataStream<IN> in, AsyncFunction<IN, OUT> func, long timeout, TimeUnit unit, int capacity) {
    return add(in, func, unit.toMillis(timeout), capacity, true, null);
  }

  /** As {@code unorderedWait}, asking again as the strategy says within the timeout. */
  public static <IN, OUT> SingleOutputStreamOperator<OUT> unorderedWaitWithRetry(
      DataStream<IN> in,
      AsyncFunction<IN, OUT> func,
      long timeout,
      TimeUnit unit,
      int capacity,
      AsyncRetryStrategy<OUT> retry) {
    Steps.checkSerializable(retry, "retry strategy");
    Steps.checkPositive("timeout", timeout > 0 ? 1 : 0);
    return add(in, func, unit.toMillis(timeout), capacity, false, retry);
  }

  /** As {@code orderedWait}, asking again as the strategy says within the timeout. */
  public static <IN, OUT> SingleOutputStreamOperator<OUT> orderedWaitWithRetry(
      DataStream<IN> in,
      AsyncFunction<IN, OUT> func,
      long timeout,
      TimeUnit unit,
      int capacity,
      AsyncRetryStrategy<OUT> retry) {
    Steps.checkSerializable(retry, "retry strategy");
    Steps.checkPositive("timeout", timeout > 0 ? 1 : 0);
    return add(in, func, unit.toMillis(timeout), capacity, true, retry);
  }

  /**
   * As {@code unorderedWait} with at most 100 requests at once, asking again as the strategy says.
   */
  public static <IN, OUT> SingleOutputStreamOperator<OUT> unorderedWaitWithRetry(
      DataStream<IN> in,
      AsyncFunction<IN, OUT> func,
      long timeout,
      TimeUnit timeUnit,
      AsyncRetryStrategy<OUT> retry) {
    return unorderedWaitWithRetry(in, func, timeout, timeUnit, DEFAULT_CAPACITY, retry);
  }

  /**
   * As {@code orderedWait} with at most 100 requests at once, asking again as the strategy says.
   */
  public static <IN, OUT> SingleOutputStreamOperator<OUT> orderedWaitWithRetry(
      DataStream<IN> in,
      AsyncFunction<IN, OUT> func,
      long timeout,
      TimeUnit timeUnit,
      AsyncRetryStrategy<OUT> retry) {
    return orderedWaitWithRetry(in, func, timeout, timeUnit, DEFAULT_CAPACITY, retry);
  }

  private static <IN, OUT> SingleOutputStreamOperator<OUT> add(
      DataStream<IN> in,
      AsyncFunction<IN, OUT> function,
      long timeoutMillis,
      int capacity,
      boolean ordered,
      AsyncRetryStrategy<OUT> retry) {
    Steps.checkSerializable(function, "asynchronous function");
    Steps.checkPositive("capacity", capacity);
    return in.then(
        new Operation.Async<>(function, ordered, timeoutMillis, capacity, retry),
        "Async",
        TypeExtraction.parameter(function, AsyncFunction.class, 1, 0, in.getType()));
  }
}
