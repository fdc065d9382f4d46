package dev.weft.engine.operator.window;

import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.functions.ReduceFunction;
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
import dev.weft.api.windowing.windows.Window;
import dev.weft.engine.state.StateStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * States per window of the current key: each is a map of the key from window to value. The window
 * at hand is set before the states are used.
 */
final class WindowStates implements KeyedStateStore {
  private final StateStore store;
  private final TypeInformation<Window> windowType;
  private final String prefix;
  private final Map<String, Bound<?>> states = new HashMap<>();
  Window window;

  /** States whose names in the store begin with a prefix. */
  WindowStates(StateStore store, TypeInformation<Window> windowType, String prefix) {
    this.store = store;
    this.windowType = windowType;
    this.prefix = prefix;
  }

  /** The state of a descriptor, whatever its kind. */
  State of(StateDescriptor<?, ?> descriptor) {
    Bound<?> known = states.get(descriptor.getName());
    if (known != null) {
      return known;
    }
    Bound<?> made = make(descriptor);
    states.put(descriptor.getName(), made);
    return made;
  }

  private Bound<?> make(StateDescriptor<?, ?> descriptor) {
    if (descriptor instanceof ReducingStateDescriptor<?> reducing) {
      return new Reducing<>(this, reducing);
    } else if (descriptor instanceof AggregatingStateDescriptor<?, ?, ?> aggregating) {
      return new Aggregating<>(this, aggregating);
    } else if (descriptor instanceof ListStateDescriptor<?> list) {
      return new Elements<>(this, list);
    } else if (descriptor instanceof MapStateDescriptor<?, ?> map) {
      return new Entries<>(this, map);
    }
    return new Value<>(this, (ValueStateDescriptor<?>) descriptor);
  }

  /** Makes the state of some windows that of the window at hand. */
  void merge(StateDescriptor<?, ?> descriptor, Collection<? extends Window> merged)
      throws Exception {
    ((Bound<?>) of(descriptor)).merge(merged);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> ValueState<T> getState(ValueStateDescriptor<T> descriptor) {
    return (ValueState<T>) of(descriptor);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> ListState<T> getListState(ListStateDescriptor<T> descriptor) {
    return (ListState<T>) of(descriptor);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> ReducingState<T> getReducingState(ReducingStateDescriptor<T> descriptor) {
    return (ReducingState<T>) of(descriptor);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <I, A, O> AggregatingState<I, O> getAggregatingState(
      AggregatingStateDescriptor<I, A, O> descriptor) {
    return (AggregatingState<I, O>) of(descriptor);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <K, V> MapState<K, V> getMapState(MapStateDescriptor<K, V> descriptor) {
    return (MapState<K, V>) of(descriptor);
  }

  /** What the kinds share. */
  private abstract static class Bound<V> implements State {
    final WindowStates owner;
    final MapState<Window, V> values;
    private final String name;

    @SuppressWarnings("unchecked")
    Bound(WindowStates owner, StateDescriptor<?, ?> descriptor) {
      this.owner = owner;
      this.name = descriptor.getName();
      this.values =
          owner.store.map(
              new MapStateDescriptor<>(
                  owner.prefix + name,
                  owner.windowType,
                  (TypeInformation<V>) descriptor.getType()));
    }

    final V read() throws Exception {
      return values.get(owner.window);
    }

    final void write(V value) throws Exception {
      if (value == null) {
        values.remove(owner.window);
      } else {
        values.put(owner.window, value);
      }
    }

    @Override
    public final void clear() {
      try {
        values.remove(owner.window);
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    final void merge(Collection<? extends Window> merged) throws Exception {
      V joined = null;
      for (Window each : merged) {
        V value = values.get(each);
        if (value != null) {
          joined = joined == null ? value : join(joined, value);
          values.remove(each);
        }
      }
      V own = read();
      if (own != null && joined != null) {
        joined = join(own, joined);
      }
      if (joined != null) {
        write(joined);
      }
    }

    V join(V left, V right) throws Exception {
      throw new UnsupportedOperationException(
          "the state '" + name + "' cannot be merged; use reducing, aggregating or list state");
    }
  }

  private static final class Value<T> extends Bound<T> implements ValueState<T> {
    private final T defaultValue;

    Value(WindowStates owner, ValueStateDescriptor<T> descriptor) {
      super(owner, descriptor);
      this.defaultValue = descriptor.getDefaultValue();
    }

    @Override
    public T value() {
      try {
        T value = read();
        return value == null ? defaultValue : value;
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void update(T value) {
      try {
        write(value);
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static final class Reducing<T> extends Bound<T> implements ReducingState<T> {
    private final ReduceFunction<T> reducer;

    Reducing(WindowStates owner, ReducingStateDescriptor<T> descriptor) {
      super(owner, descriptor);
      this.reducer = descriptor.getReduceFunction();
    }

    @Override
    public T get() throws Exception {
      return read();
    }

    @Override
    public void add(T value) throws Exception {
      T before = read();
      write(before == null ? value : reducer.reduce(before, value));
    }

    @Override
    T join(T left, T right) throws Exception {
      return reducer.reduce(left, right);
    }
  }

  private static final class Aggregating<I, A, O> extends Bound<A>
      implements AggregatingState<I, O> {
    private final AggregateFunction<I, A, O> aggregate;

    Aggregating(WindowStates owner, AggregatingStateDescriptor<I, A, O> descriptor) {
      super(owner, descriptor);
      this.aggregate = descriptor.getAggregateFunction();
    }

    @Override
    public O get() throws Exception {
      A accumulator = read();
      return accumulator == null ? null : aggregate.getResult(accumulator);
    }

    @Override
    public void add(I value) throws Exception {
      A before = read();
      write(aggregate.add(value, before == null ? aggregate.createAccumulator() : before));
    }

    @Override
    A join(A left, A right) {
      return aggregate.merge(left, right);
    }
  }

  private static final class Elements<T> extends Bound<List<T>> implements ListState<T> {
    Elements(WindowStates owner, ListStateDescriptor<T> descriptor) {
      super(owner, descriptor);
    }

    @Override
    public Iterable<T> get() throws Exception {
      List<T> elements = read();
      return elements == null ? List.of() : elements;
    }

    @Override
    public void add(T value) throws Exception {
      addAll(List.of(value));
    }

    @Override
    public void addAll(List<T> added) throws Exception {
      List<T> elements = read();
      elements = elements == null ? new ArrayList<>() : elements;
      elements.addAll(added);
      write(elements.isEmpty() ? null : elements);
    }

    @Override
    public void update(List<T> replacing) throws Exception {
      write(replacing.isEmpty() ? null : new ArrayList<>(replacing));
    }

    @Override
    List<T> join(List<T> left, List<T> right) {
      left.addAll(right);
      return left;
    }
  }

  private static final class Entries<K, V> extends Bound<Map<K, V>> implements MapState<K, V> {
    Entries(WindowStates owner, MapStateDescriptor<K, V> descriptor) {
      super(owner, descriptor);
    }

    private Map<K, V> map() throws Exception {
      Map<K, V> map = read();
      return map == null ? Map.of() : map;
    }

    @Override
    public V get(K key) throws Exception {
      return map().get(key);
    }

    @Override
    public void put(K key, V value) throws Exception {
      Map<K, V> map = read();
      map = map == null ? new LinkedHashMap<>() : map;
      map.put(key, value);
      write(map);
    }

    @Override
    public void putAll(Map<K, V> added) throws Exception {
      for (Map.Entry<K, V> each : added.entrySet()) {
        put(each.getKey(), each.getValue());
      }
    }

    @Override
    public void remove(K key) throws Exception {
      Map<K, V> map = read();
      if (map != null) {
        map.remove(key);
        write(map.isEmpty() ? null : map);
      }
    }

    @Override
    public boolean contains(K key) throws Exception {
      return map().containsKey(key);
    }

    @Override
    public Iterable<Map.Entry<K, V>> entries() throws Exception {
      return map().entrySet();
    }

    @Override
    public Iterable<K> keys() throws Exception {
      return map().keySet();
    }

    @Override
    public Iterable<V> values() throws Exception {
      return map().values();
    }

    @Override
    public java.util.Iterator<Map.Entry<K, V>> iterator() throws Exception {
      return map().entrySet().iterator();
    }

    @Override
    public boolean isEmpty() throws Exception {
      return map().isEmpty();
    }
  }
}
