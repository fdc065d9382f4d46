package dev.weft.api.functions;

import dev.weft.api.accumulators.Accumulator;
import dev.weft.api.accumulators.DoubleCounter;
import dev.weft.api.accumulators.Histogram;
import dev.weft.api.accumulators.IntCounter;
import dev.weft.api.accumulators.LongCounter;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.PipelineOptions;
import dev.weft.api.metrics.MetricGroup;
import dev.weft.api.state.AggregatingState;
import dev.weft.api.state.AggregatingStateDescriptor;
import dev.weft.api.state.ListState;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.state.MapState;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.state.ReducingState;
import dev.weft.api.state.ReducingStateDescriptor;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import java.io.Serializable;
import java.util.Map;

/** The surroundings of one subtask of an operator. */
public interface RuntimeContext {
  /** Which job this is. */
  JobInfo getJobInfo();

  /** Which subtask this is. */
  TaskInfo getTaskInfo();

  /** The job, as 32 hexadecimal digits. */
  default String getJobId() {
    return getJobInfo().getJobId();
  }

  /** The operator's name and where it was made, for messages. */
  default String getTaskName() {
    return getTaskInfo().getTaskName();
  }

  /** This subtask's number, from 0. */
  default int getIndexOfThisSubtask() {
    return getTaskInfo().getIndexOfThisSubtask();
  }

  /** How many subtasks there are. */
  default int getNumberOfParallelSubtasks() {
    return getTaskInfo().getNumberOfParallelSubtasks();
  }

  /** The number of restarts of the job before this run. */
  default int getAttemptNumber() {
    return getTaskInfo().getAttemptNumber();
  }

  /** The job's configuration. */
  Configuration getConfiguration();

  /** What the program set by {@code getConfig().setGlobalJobParameters(...)}, by name. */
  default Map<String, String> getGlobalJobParameters() {
    return getConfiguration().getOptional(PipelineOptions.GLOBAL_JOB_PARAMETERS).orElse(Map.of());
  }

  /** Where metrics of this operator are registered. */
  MetricGroup getMetricGroup();

  /**
   * Registers an accumulator; those of one name in all subtasks and operators are merged.
   *
   * @throws dev.weft.api.error.WeftException with code USER when this operator has one of that name
   */
  <V, A extends Serializable> void addAccumulator(String name, Accumulator<V, A> accumulator);

  /** The accumulator of that name in this operator, or null. */
  <V, A extends Serializable> Accumulator<V, A> getAccumulator(String name);

  /** The accumulator of that name, registered if need be. */
  IntCounter getIntCounter(String name);

  /** The accumulator of that name, registered if need be. */
  LongCounter getLongCounter(String name);

  /** The accumulator of that name, registered if need be. */
  DoubleCounter getDoubleCounter(String name);

  /** The accumulator of that name, registered if need be. */
  Histogram getHistogram(String name);

  /** The loader of the job's classes. */
  ClassLoader getUserCodeClassLoader();

  /** Runs something once when this subtask has ended, unless something has that name already. */
  void registerUserCodeClassLoaderReleaseHookIfAbsent(String releaseHookName, Runnable releaseHook);

  /**
   * Keyed state of one value.
   *
   * @throws dev.weft.api.error.WeftException code USER when the operator is not keyed, or the name
   *     is taken by a state of another type
   */
  <T> ValueState<T> getState(ValueStateDescriptor<T> descriptor);

  /** Keyed state of a list. */
  <T> ListState<T> getListState(ListStateDescriptor<T> descriptor);

  /** Keyed state of one value that others are folded into. */
  <T> ReducingState<T> getReducingState(ReducingStateDescriptor<T> descriptor);

  /** Keyed state of an accumulator. */
  <I, A, O> AggregatingState<I, O> getAggregatingState(
      AggregatingStateDescriptor<I, A, O> descriptor);

  /** Keyed state of a map. */
  <K, V> MapState<K, V> getMapState(MapStateDescriptor<K, V> descriptor);
}
