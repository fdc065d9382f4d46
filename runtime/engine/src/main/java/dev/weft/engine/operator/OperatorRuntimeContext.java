package dev.weft.engine.operator;

import dev.weft.api.config.Configuration;
import dev.weft.api.functions.Counter;
import dev.weft.api.functions.RuntimeContext;
import dev.weft.api.state.KeyedStateStore;
import dev.weft.api.state.ListState;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.state.MapState;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.engine.state.StateStore;

/** What rich functions see of their subtask. */
final class OperatorRuntimeContext implements RuntimeContext, KeyedStateStore {
  private final OperatorContext context;
  private final OperatorSite site;
  private final StateStore store;

  /** A context; the store is null where the operator is not keyed. */
  OperatorRuntimeContext(OperatorContext context, OperatorSite site, StateStore store) {
    this.context = context;
    this.site = site;
    this.store = store;
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
    return store(descriptor.getName()).value(descriptor);
  }

  @Override
  public <T> ListState<T> getListState(ListStateDescriptor<T> descriptor) {
    return store(descriptor.getName()).list(descriptor);
  }

  @Override
  public <K, V> MapState<K, V> getMapState(MapStateDescriptor<K, V> descriptor) {
    return store(descriptor.getName()).map(descriptor);
  }

  private StateStore store(String state) {
    if (store == null) {
      throw site.misuse(
          "asks for the keyed state '"
              + state
              + "' but its input is not keyed; put keyBy(…) in front of it");
    }
    if (state.startsWith(KeyedOperator.OWN_STATE)) {
      throw site.misuse(
          "names a state '" + state + "'; names that begin with that prefix are the engine's own");
    }
    return store;
  }
}
