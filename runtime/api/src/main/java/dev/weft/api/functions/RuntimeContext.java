package dev.weft.api.functions;

import dev.weft.api.config.Configuration;
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

/** The surroundings of one subtask of an operator. */
public interface RuntimeContext {
  /** The job, as 32 hexadecimal digits. */
  String getJobId();

  /** The operator's name and where it was made, for messages. */
  String getTaskName();

  /** This subtask's number, from 0. */
  int getIndexOfThisSubtask();

  /** How many subtasks there are. */
  int getNumberOfParallelSubtasks();

  /** The number of restarts of the job before this run. */
  int getAttemptNumber();

  /** The job's configuration. */
  Configuration getConfiguration();

  /** A counter that shows in the metrics of the operator. */
  Counter counter(String name);

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
