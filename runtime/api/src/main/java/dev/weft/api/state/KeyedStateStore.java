package dev.weft.api.state;

/** States of the current key. */
public interface KeyedStateStore {
  /**
   * State of one value.
   *
   * @throws dev.weft.api.error.WeftException with code USER when the name is taken by a state of
   *     another kind or type
   */
  <T> ValueState<T> getState(ValueStateDescriptor<T> stateProperties);

  /** State of a list. */
  <T> ListState<T> getListState(ListStateDescriptor<T> stateProperties);

  /** State of one value that others are folded into. */
  <T> ReducingState<T> getReducingState(ReducingStateDescriptor<T> stateProperties);

  /** State of an accumulator. */
  <I, A, O> AggregatingState<I, O> getAggregatingState(
      AggregatingStateDescriptor<I, A, O> stateProperties);

  /** State of a map. */
  <K, V> MapState<K, V> getMapState(MapStateDescriptor<K, V> stateProperties);
}
