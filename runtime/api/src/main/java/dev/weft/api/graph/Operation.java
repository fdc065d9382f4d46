package dev.weft.api.graph;

import dev.weft.api.OutputTag;
import dev.weft.api.connector.Sink;
import dev.weft.api.connector.Source;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.functions.FilterFunction;
import dev.weft.api.functions.FlatMapFunction;
import dev.weft.api.functions.KeyedProcessFunction;
import dev.weft.api.functions.MapFunction;
import dev.weft.api.functions.ProcessFunction;
import dev.weft.api.functions.ReduceFunction;
import dev.weft.api.functions.async.AsyncFunction;
import dev.weft.api.functions.async.AsyncRetryStrategy;
import java.io.Serializable;

/** What a step does. A closed set; the engine has one operator for each {@link Physical} one. */
public sealed interface Operation {
  /** Operations that run as operators; they travel to the workers. */
  sealed interface Physical extends Operation, Serializable
      permits FromSource,
          Map,
          Filter,
          FlatMap,
          Process,
          KeyedProcess,
          KeyedReduce,
          FinalReduce,
          Combine,
          Sorted,
          BroadcastFirst,
          AssignTimestamps,
          Async,
          ToSink,
          SavepointOperation,
          TwoInputOperation,
          WindowOperation {}

  /** Reads a source and gives its records timestamps and watermarks. */
  record FromSource<T>(Source<T, ?, ?> source, WatermarkStrategy<T> watermarks)
      implements Physical {}

  /** One to one. */
  record Map<T, O>(MapFunction<T, O> function) implements Physical {}

  /** One to none or one. */
  record Filter<T>(FilterFunction<T> function) implements Physical {}

  /** One to any. */
  record FlatMap<T, O>(FlatMapFunction<T, O> function) implements Physical {}

  /** A process function on a stream without keys. */
  record Process<T, O>(ProcessFunction<T, O> function) implements Physical {}

  /** A process function with keyed state and timers. The input is keyed. */
  record KeyedProcess<K, T, O>(KeyedProcessFunction<K, T, O> function) implements Physical {}

  /** A running fold per key, emitted for every record. The input is keyed. */
  record KeyedReduce<T>(ReduceFunction<T> function) implements Physical {}

  /**
   * A fold per key of bounded input, emitted at its end. The input is keyed.
   *
   * @param combined whether the input is of {@link Folded}, as {@link Combine} emits them
   */
  record FinalReduce<T>(ReduceFunction<T> function, boolean combined) implements Physical {}

  /** Folds records of one key that meet before they are sent, as {@link Folded}. */
  record Combine<T>(ReduceFunction<T> function) implements Physical {}

  /** A keyed operation that sees its bounded inputs sorted: one key after the other. */
  record Sorted(Physical operation) implements Physical {}

  /** An operation without keys that sees all of its bounded broadcast input first. */
  record BroadcastFirst(TwoInputOperation.BroadcastProcess<?, ?, ?> operation)
      implements Physical {}

  /** Gives records timestamps and watermarks in mid-stream. */
  record AssignTimestamps<T>(WatermarkStrategy<T> watermarks) implements Physical {}

  /**
   * Asks something outside for each record.
   *
   * @param ordered whether answers are emitted in the order of the records
   * @param timeoutMillis for a record with all retries; 0 for none
   * @param capacity how many records are in flight at once
   * @param retry when to ask again; null for never
   */
  record Async<T, O>(
      AsyncFunction<T, O> function,
      boolean ordered,
      long timeoutMillis,
      int capacity,
      AsyncRetryStrategy<O> retry)
      implements Physical {}

  /** Writes to a sink. */
  record ToSink<T>(Sink<T> sink) implements Physical {}

  /** Merges streams of one type. */
  record Union() implements Operation {}

  /** Takes a side output of the input step. */
  record SideOutput<T>(OutputTag<T> tag) implements Operation {}

  /** Changes how records go from the input step to the next. */
  record Partition(Partitioning partitioning) implements Operation {}
}
