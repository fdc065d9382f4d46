package dev.weft.engine.state.keyed;

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
import dev.weft.api.types.TypeInformation;
import dev.weft.engine.batch.ColumnCodec;
import dev.weft.engine.state.StateStore;
import dev.weft.engine.world.Clock;

/** States of all kinds on top of a store's values, lists and maps. */
public final class KeyedStates implements KeyedStateStore {
  private final StateStore store;
  private final Clock clock;

  /**
   * States in a store.
   *
   * @param clock by which states expire
   */
  public KeyedStates(StateStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  @Override
  public <T> ValueState<T> getState(ValueStateDescriptor<T> descriptor) {
    ValueState<T> state = value(descriptor, descriptor.getType());
    T defaultValue = descriptor.getDefaultValue();
    return defaultValue == null
        ? state
        : new DefaultedValue<>(state, defaultValue, ColumnCodec.of(descriptor.getType()));
  }

  @Override
  public <T> ReducingState<T> getReducingState(ReducingStateDescriptor<T> descriptor) {
    return new FoldedState<>(
        value(descriptor, descriptor.getType()), descriptor.getReduceFunction());
  }

  @Override
  public <I, A, O> AggregatingState<I, O> getAggregatingState(
      AggregatingStateDescriptor<I, A, O> descriptor) {
    return new AccumulatedState<>(
        value(descriptor, descriptor.getType()), descriptor.getAggregateFunction());
  }

  /** The state of a descriptor of any kind. */
  @SuppressWarnings("unchecked")
  public <S extends State> S get(StateDescriptor<S, ?> descriptor) {
    State state;
    if (descriptor instanceof ValueStateDescriptor<?> value) {
      state = getState(value);
    } else if (descriptor instanceof ListStateDescriptor<?> list) {
      state = getListState(list);
    } else if (descriptor instanceof MapStateDescriptor<?, ?> map) {
      state = getMapState(map);
    } else if (descriptor instanceof ReducingStateDescriptor<?> reducing) {
      state = getReducingState(reducing);
    } else {
      state = getAggregatingState((AggregatingStateDescriptor<?, ?, ?>) (Object) descriptor);
    }
    return (S) state;
  }

  private <T> ValueState<T> value(StateDescriptor<?, ?> descriptor, TypeInformation<T> type) {
    String name = descriptor.getName();
    if (!descriptor.getTtlConfig().isEnabled()) {
      return store.value(new ValueStateDescriptor<>(name, type));
    }
    return new ExpiringValue<>(
        store.value(new ValueStateDescriptor<>(name, Stamped.of(type))), life(descriptor));
  }

  @Override
  public <T> ListState<T> getListState(ListStateDescriptor<T> descriptor) {
    if (!descriptor.getTtlConfig().isEnabled()) {
      return store.list(descriptor);
    }
    TypeInformation<Stamped> stamped = Stamped.of(descriptor.getType().element());
    return new ExpiringList<>(
        store.list(new ListStateDescriptor<>(descriptor.getName(), stamped)), life(descriptor));
  }

  @Override
  public <K, V> MapState<K, V> getMapState(MapStateDescriptor<K, V> descriptor) {
    if (!descriptor.getTtlConfig().isEnabled()) {
      return store.map(descriptor);
    }
    TypeInformation.MapType<K, V> type = descriptor.getType();
    return new ExpiringMap<>(
        store.map(
            new MapStateDescriptor<>(descriptor.getName(), type.key(), Stamped.of(type.value()))),
        life(descriptor));
  }

  /** How long the values of a state live, which the store is told of. */
  private TimeToLive life(StateDescriptor<?, ?> descriptor) {
    TimeToLive life = new TimeToLive(descriptor.getTtlConfig(), clock);
    store.expire(descriptor.getName(), life);
    return life;
  }
}
