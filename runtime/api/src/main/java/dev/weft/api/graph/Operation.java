package dev.weft.api.graph;

import dev.weft.api.OutputTag;
import dev.weft.api.connector.Sink;
import dev.weft.api.connector.Source;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.functions.FilterFunction;
import dev.weft.api.functions.FlatMapFunction;
import dev.weft.api.functions.KeyedProcessFunction;
import dev.weft.api.functions.MapFunction;
import dev.weft.api.functions.ProcessFunction;
import dev.weft.api.functions.ProcessWindowFunction;
import dev.weft.api.functions.ReduceFunction;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.windowing.WindowAssigner;
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
          KeyedWindow,
          AssignTimestamps,
          ToSink,
          TwoInputOperation {}

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

  /** A keyed operation that sees its bounded input sorted: one key after the other. */
  record Sorted(Physical operation) implements Physical {}

  /**
   * Windows per key. The input is keyed.
   *
   * @param aggregate folds the records of a window
   * @param accumulatorType the type of the accumulator
   * @param process turns the fold's result into the output; null to emit the result itself
   * @param allowedLatenessMillis how long after its end a window still takes records
   * @param lateOutput where later records go; null to drop and count them
   */
  record KeyedWindow<T, ACC, R>(
      WindowAssigner<?> assigner,
      AggregateFunction<T, ACC, R> aggregate,
      TypeInformation<ACC> accumulatorType,
      ProcessWindowFunction<R, ?, ?, ?> process,
      long allowedLatenessMillis,
      OutputTag<T> lateOutput)
      implements Physical {}

  /** Gives records timestamps and watermarks in mid-stream. */
  record AssignTimestamps<T>(WatermarkStrategy<T> watermarks) implements Physical {}

  /** Writes to a sink. */
  record ToSink<T>(Sink<T> sink) implements Physical {}

  /** Merges streams of one type. */
  record Union() implements Operation {}

  /** Takes a side output of the input step. */
  record SideOutput<T>(OutputTag<T> tag) implements Operation {}

  /** Changes how records go from the input step to the next. */
  record Partition(Partitioning partitioning) implements Operation {}
}
