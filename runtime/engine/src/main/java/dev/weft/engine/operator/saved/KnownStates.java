package dev.weft.engine.operator.saved;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.SuppressRestartsException;
import dev.weft.api.error.WeftException;
import dev.weft.api.state.AggregatingState;
import dev.weft.api.state.AggregatingStateDescriptor;
import dev.weft.api.state.KeyedStateStore;
import dev.weft.api.state.ListState;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.state.MapState;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.state.ReducingState;
import dev.weft.api.state.ReducingStateDescriptor;
import dev.weft.api.state.State;
import dev.weft.api.state.StateDescriptor;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;

/** The states of a snapshot, where a state that is not in it is a mistake. */
final class KnownStates implements KeyedStateStore {
  private final Function<StateDescriptor<?, ?>, State> states;
  private final Set<String> known;
  private final Supplier<String> contents;
  private final Set<String> names = new TreeSet<>();

  /**
   * States of a snapshot.
   *
   * @param states gives the state of a descriptor
   * @param known the names of those that were restored
   * @param contents what there is instead of a name, for messages
   */
  KnownStates(
      Function<StateDescriptor<?, ?>, State> states, Set<String> known, Supplier<String> contents) {
    this.states = states;
    this.known = known;
    this.contents = contents;
  }

  /** The names of those that were asked for. */
  Set<String> names() {
    return names;
  }

  /** The state of a descriptor. */
  @SuppressWarnings("unchecked")
  <S extends State> S known(StateDescriptor<S, ?> descriptor) {
    String name = descriptor.getName();
    if (!known.contains(name)) {
      throw new SuppressRestartsException(
          ErrorCode.USER,
          "The snapshot has no keyed state '" + name + "' here; it holds " + contents.get());
    }
    names.add(name);
    try {
      return (S) states.apply(descriptor);
    } catch (WeftException e) {
      throw new SuppressRestartsException(e);
    }
  }

  @Override
  public <T> ValueState<T> getState(ValueStateDescriptor<T> descriptor) {
    return known(descriptor);
  }

  @Override
  public <T> ListState<T> getListState(ListStateDescriptor<T> descriptor) {
    return known(descriptor);
  }

  @Override
  public <K, V> MapState<K, V> getMapState(MapStateDescriptor<K, V> descriptor) {
    return known(descriptor);
  }

  @Override
  public <T> ReducingState<T> getReducingState(ReducingStateDescriptor<T> descriptor) {
    return known(descriptor);
  }

  @Override
  public <I, A, O> AggregatingState<I, O> getAggregatingState(
      AggregatingStateDescriptor<I, A, O> descriptor) {
    return known(descriptor);
  }
}
