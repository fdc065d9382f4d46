package dev.weft.engine.operator;

import dev.weft.api.accumulators.Accumulator;
import dev.weft.api.accumulators.DoubleCounter;
import dev.weft.api.accumulators.Histogram;
import dev.weft.api.accumulators.IntCounter;
import dev.weft.api.accumulators.LongCounter;
import dev.weft.api.config.Configuration;
import dev.weft.api.functions.JobInfo;
import dev.weft.api.functions.RuntimeContext;
import dev.weft.api.functions.TaskInfo;
import dev.weft.api.metrics.MetricGroup;
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
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What rich functions see of their subtask. */
public final class OperatorRuntimeContext implements RuntimeContext, KeyedStateStore {
  private final OperatorContext context;
  private final OperatorSite site;
  private final KeyedStateStore states;
  private final Map<String, Runnable> hooks = new LinkedHashMap<>();

  /** A context; the store is null where the operator is not keyed. */
  OperatorRuntimeContext(OperatorContext context, OperatorSite site, StateStore store) {
    this(context, site, store == null ? null : new KeyedStates(store, context.clock()));
  }

  /** A context with these keyed states; null where there are none. */
  public OperatorRuntimeContext(
      OperatorContext context, OperatorSite site, KeyedStateStore states) {
    this.context = context;
    this.site = site;
    this.states = states;
  }

  @Override
  public JobInfo getJobInfo() {
    return new Job(context.task().jobId(), context.jobName());
  }

  @Override
  public TaskInfo getTaskInfo() {
    return new Subtask(context, site.name() + " (" + site.createdAt() + ")");
  }

  /** Which job this is. */
  private record Job(String getJobId, String getJobName) implements JobInfo {}

  /** Which subtask this is. */
  private record Subtask(OperatorContext context, String getTaskName) implements TaskInfo {
    @Override
    public int getMaxNumberOfParallelSubtasks() {
      return context.maxParallelism();
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
  }

  @Override
  public Configuration getConfiguration() {
    return context.configuration();
  }

  @Override
  public MetricGroup getMetricGroup() {
    return context.measures().group();
  }

  @Override
  public <V, A extends Serializable> void addAccumulator(
      String name, Accumulator<V, A> accumulator) {
    if (!context.measures().add(name, accumulator)) {
      throw site.misuse("adds the accumulator '" + name + "' twice; give each a name of its own");
    }
  }

  @Override
  @SuppressWarnings("unchecked")
  public <V, A extends Serializable> Accumulator<V, A> getAccumulator(String name) {
    return (Accumulator<V, A>) context.measures().find(name);
  }

  @Override
  public IntCounter getIntCounter(String name) {
    return accumulator(name, IntCounter.class, IntCounter::new);
  }

  @Override
  public LongCounter getLongCounter(String name) {
    return accumulator(name, LongCounter.class, LongCounter::new);
  }

  @Override
  public DoubleCounter getDoubleCounter(String name) {
    return accumulator(name, DoubleCounter.class, DoubleCounter::new);
  }

  @Override
  public Histogram getHistogram(String name) {
    return accumulator(name, Histogram.class, Histogram::new);
  }

  private <A extends Accumulator<?, ?>> A accumulator(
      String name, Class<A> type, Supplier<A> maker) {
    if (context.measures().find(name) == null) {
      context.measures().add(name, maker.get());
    }
    Accumulator<?, ?> found = context.measures().find(name);
    if (!type.isInstance(found)) {
      throw site.misuse(
          "asks for the accumulator '"
              + name
              + "' as "
              + type.getSimpleName()
              + " but it is a "
              + found.getClass().getSimpleName());
    }
    return type.cast(found);
  }

  @Override
  public ClassLoader getUserCodeClassLoader() {
    return Thread.currentThread().getContextClassLoader();
  }

  @Override
  public void registerUserCodeClassLoaderReleaseHookIfAbsent(
      String releaseHookName, Runnable releaseHook) {
    hooks.putIfAbsent(releaseHookName, releaseHook);
  }

  /** Runs what is to be run at the end. */
  public void release() {
    List<Runnable> all = List.copyOf(hooks.values());
    hooks.clear();
    all.forEach(Runnable::run);
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

  private KeyedStateStore states(String state) {
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
