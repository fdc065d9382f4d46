package dev.weft.engine.operator;

import dev.weft.api.config.Configuration;
import dev.weft.api.functions.Counter;
import dev.weft.api.functions.RuntimeContext;
import dev.weft.api.state.AggregatingState;
import dev.weft.api.state.AggregatingStateDescriptor;
import dev.weft.api.state.KeyedStateStore;
import dev.weft.api.state.ListState;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.state.MapState;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.state.ReducingState;
import dev.weft.api.state.ReducingStateDescriptor;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.engine.state.StateStore;
import dev.weft.engine.state.keyed.KeyedStates;

/** What rich functions see of their subtask. */
final class OperatorRuntimeContext implements RuntimeContext, KeyedStateStore {
  private final OperatorContext context;
  private final OperatorSite site;
  private final KeyedStates states;

  /** A context; the store is null where the operator is not keyed. */
  OperatorRuntimeContext(OperatorContext context, OperatorSite site, StateStore store) {
    this.context = context;
    this.site = site;
    this.states = store == null ? null : new KeyedStates(store, context.clock());
  }

  @Override
  public String getJobId() {
    return context.task().jobId();
  }

  @Override
  public String getTaskName() {
    return site.name() + " (" + site.createdAt() + ")";
  }

  @Override
  public int getIndexOfThisSubtask() {
    return context.task().subtask();
  }

  @Override
  public int getNumberOfParallelSubtasks() {
    return context.parallelism();
  }

  @Override
  public int getAttemptNumber() {
    return Math.max(0, context.attempt() - 1);
  }

  @Override
  public Configuration getConfiguration() {
    return context.configuration();
  }

  @Override
  public Counter counter(String name) {
    return context.counter(name);
  }

  @Override
  public <T> ValueState<T> getState(ValueStateDescriptor<T> descriptor) {
    return states(descriptor.getName()).getState(descriptor);
  }

  @Override
  public <T> ListState<T> getListState(ListStateDescriptor<T> descriptor) {
    return states(descriptor.getName()).getListState(descriptor);
  }

  @Override
  public <K, V> MapState<K, V> getMapState(MapStateDescriptor<K, V> descriptor) {
    return states(descriptor.getName()).getMapState(descriptor);
  }

  @Override
  public <T> ReducingState<T> getReducingState(ReducingStateDescriptor<T> descriptor) {
    return states(descriptor.getName()).getReducingState(descriptor);
  }

  @Override
  public <I, A, O> AggregatingState<I, O> getAggregatingState(
      AggregatingStateDescriptor<I, A, O> descriptor) {
    return states(descriptor.getName()).getAggregatingState(descriptor);
  }

  private KeyedStates states(String state) {
    if (states == null) {
      throw site.misuse(
          "asks for the keyed state '"
              + state
              + "' but its input is not keyed; put keyBy(…) in front of it");
    }
    if (state.startsWith(KeyedOperator.OWN_STATE)) {
      throw site.misuse(
          "names a state '" + state + "'; names that begin with that prefix are the engine's own");
    }
    return states;
  }
}
