package dev.weft.engine.operator.saved;

import dev.weft.api.connector.ReaderOutput;
import dev.weft.api.connector.builtin.SavedStateSource;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.savepoint.KeyedStateReaderFunction;
import dev.weft.engine.operator.OperatorContext;
import dev.weft.engine.operator.OperatorRuntimeContext;
import dev.weft.engine.operator.OperatorSite;
import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.state.StateStore;
import dev.weft.engine.state.keyed.KeyedStates;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Keys of some key groups, with their states and timers, as a user's function sees them. */
final class KeyedPart implements SavedPart, KeyedStateReaderFunction.Context {
  private static final OpenContext OPEN_CONTEXT = new OpenContext() {};

  private final StateStore store;
  private final KeyedStateReaderFunction<Object, Object> function;
  private final OperatorSite site;
  private final KeyGroups.Range groups;
  private OperatorRuntimeContext runtime;
  private Collection<String> states;
  private StateStore.KeyCursor cursor;
  private int group;
  private Map<Object, Set<Long>> eventTimers;
  private Map<Object, Set<Long>> processingTimers;

  @SuppressWarnings("unchecked")
  private KeyedPart(
      OperatorContext context,
      StateStore store,
      KeyGroups.Range groups,
      KeyedStateReaderFunction<?, ?> function) {
    this.store = store;
    this.function = (KeyedStateReaderFunction<Object, Object>) function;
    this.groups = groups;
    this.group = groups.first() - 1;
    this.site =
        new OperatorSite(
            context.spec().name(), context.spec().createdAt(), context.task().subtask());
  }

  static KeyedPart open(
      OperatorContext context, OperatorPart operator, SavedStateSource.Keyed keyed) {
    StateStore store = context.savedStates().keyed(operator, keyed.keyType());
    KeyedPart part = new KeyedPart(context, store, operator.groups(), keyed.function());
    boolean opened = false;
    try {
      part.open(context, operator);
      opened = true;
      return part;
    } finally {
      if (!opened) {
        part.close();
      }
    }
  }

  private void open(OperatorContext context, OperatorPart operator) {
    Set<String> known = store.stateNames();
    KnownStates declared =
        new KnownStates(
            new KeyedStates(store, context.clock())::get,
            known,
            () -> context.savedStates().describe(operator));
    runtime = new OperatorRuntimeContext(context, site, declared);
    function.setRuntimeContext(runtime);
    try {
      function.open(OPEN_CONTEXT);
    } catch (Throwable t) {
      throw site.inCall("open", t);
    }
    states = declared.names().isEmpty() ? known : declared.names();
  }

  @Override
  public boolean next() {
    while (cursor == null || !cursor.next()) {
      if (++group >= groups.end()) {
        group = groups.end();
        return false;
      }
      cursor = store.keys(group, states);
      eventTimers = null;
      processingTimers = null;
    }
    return true;
  }

  @Override
  public void emit(ReaderOutput<Object> output) {
    Object key = store.currentKey();
    Collector<Object> collector = output::collect;
    try {
      function.readKey(key, this, collector);
    } catch (Throwable t) {
      throw site.inCall("readKey of key " + key, t);
    }
  }

  @Override
  public Set<Long> registeredEventTimeTimers() {
    eventTimers = eventTimers == null ? timers(true) : eventTimers;
    return eventTimers.getOrDefault(store.currentKey(), Set.of());
  }

  @Override
  public Set<Long> registeredProcessingTimeTimers() {
    processingTimers = processingTimers == null ? timers(false) : processingTimers;
    return processingTimers.getOrDefault(store.currentKey(), Set.of());
  }

  private Map<Object, Set<Long>> timers(boolean eventTime) {
    Map<Object, Set<Long>> times = new HashMap<>();
    store.forEachTimer(
        group,
        eventTime,
        (key, time) -> times.computeIfAbsent(key, k -> new TreeSet<>()).add(time));
    return times;
  }

  @Override
  public void close() {
    try {
      if (runtime != null) {
        function.close();
        runtime.release();
      }
    } catch (Throwable t) {
      throw site.inCall("close", t);
    } finally {
      store.close();
    }
  }
}
