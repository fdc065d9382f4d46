package dev.weft.engine.operator.window;

import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.state.MapState;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.Types;
import dev.weft.api.windowing.evictors.TimestampedValue;
import dev.weft.api.windowing.windows.Window;
import dev.weft.engine.operator.KeyedOperator;
import dev.weft.engine.state.StateStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What the windows of the current key hold: an accumulator, or all records and, where an evictor
 * wants them, their timestamps.
 */
final class WindowContents {
  /** The state that holds accumulators. */
  static final String FOLDED = "windows";

  /** The state that holds all records. */
  static final String RECORDS = "window-records";

  private final AggregateFunction<Object, Object, Object> folding;
  private final MapState<Window, Object> accumulators;
  private final MapState<Window, List<Object>> records;
  private final MapState<Window, List<Long>> times;

  private WindowContents(
      AggregateFunction<Object, Object, Object> folding,
      MapState<Window, Object> accumulators,
      MapState<Window, List<Object>> records,
      MapState<Window, List<Long>> times) {
    this.folding = folding;
    this.accumulators = accumulators;
    this.records = records;
    this.times = times;
  }

  /** Windows that hold an accumulator. */
  static WindowContents folded(
      StateStore store,
      TypeInformation<Window> windowType,
      AggregateFunction<Object, Object, Object> aggregate,
      TypeInformation<Object> accumulatorType) {
    return new WindowContents(
        aggregate,
        store.map(
            new MapStateDescriptor<>(
                KeyedOperator.OWN_STATE + FOLDED, windowType, accumulatorType)),
        null,
        null);
  }

  /** Windows that hold all records. */
  static WindowContents records(
      StateStore store,
      TypeInformation<Window> windowType,
      TypeInformation<Object> recordType,
      boolean timed) {
    return new WindowContents(
        null,
        null,
        store.map(
            new MapStateDescriptor<>(
                KeyedOperator.OWN_STATE + RECORDS, windowType, Types.LIST(recordType))),
        timed
            ? store.map(
                new MapStateDescriptor<>(
                    KeyedOperator.OWN_STATE + "window-times", windowType, Types.LIST(Types.LONG)))
            : null);
  }

  /** Adds a record; returns false when the aggregate made null of the accumulator. */
  boolean add(Window window, Object value, long timestamp) throws Exception {
    if (folding != null) {
      Object before = accumulators.get(window);
      Object after = folding.add(value, before == null ? folding.createAccumulator() : before);
      if (after == null) {
        return false;
      }
      accumulators.put(window, after);
      return true;
    }
    append(records, window, value);
    if (times != null) {
      append(times, window, timestamp);
    }
    return true;
  }

  private static <E> void append(MapState<Window, List<E>> lists, Window window, E element)
      throws Exception {
    List<E> list = lists.get(window);
    list = list == null ? new ArrayList<>() : list;
    list.add(element);
    lists.put(window, list);
  }

  /** The accumulator, or null. */
  Object accumulator(Window window) throws Exception {
    return accumulators.get(window);
  }

  /** The records, or null. */
  List<Object> records(Window window) throws Exception {
    return records.get(window);
  }

  /** The records with their timestamps, or null; a list of its own. */
  List<TimestampedValue<Object>> timedRecords(Window window) throws Exception {
    List<Object> values = records.get(window);
    if (values == null) {
      return null;
    }
    List<Long> stamps = times.get(window);
    List<TimestampedValue<Object>> timed = new ArrayList<>(values.size());
    for (int i = 0; i < values.size(); i++) {
      timed.add(new TimestampedValue<>(values.get(i), stamps.get(i)));
    }
    return timed;
  }

  /** Replaces the records of a window. */
  void replace(Window window, List<TimestampedValue<Object>> timed) throws Exception {
    if (timed.isEmpty()) {
      clear(window);
      return;
    }
    List<Object> values = new ArrayList<>(timed.size());
    List<Long> stamps = new ArrayList<>(timed.size());
    for (TimestampedValue<Object> each : timed) {
      values.add(each.value());
      stamps.add(each.timestamp());
    }
    records.put(window, values);
    times.put(window, stamps);
  }

  /** Forgets what a window holds. */
  void clear(Window window) throws Exception {
    if (folding != null) {
      accumulators.remove(window);
      return;
    }
    records.remove(window);
    if (times != null) {
      times.remove(window);
    }
  }

  /** Puts what some windows hold into one. */
  void merge(Collection<? extends Window> merged, Window into) throws Exception {
    if (folding != null) {
      Object joined = null;
      for (Window each : merged) {
        Object accumulator = accumulators.get(each);
        if (accumulator != null) {
          joined = joined == null ? accumulator : folding.merge(joined, accumulator);
          accumulators.remove(each);
        }
      }
      if (joined != null) {
        accumulators.put(into, joined);
      }
      return;
    }
    concatenate(records, merged, into);
    if (times != null) {
      concatenate(times, merged, into);
    }
  }

  private static <E> void concatenate(
      MapState<Window, List<E>> lists, Collection<? extends Window> merged, Window into)
      throws Exception {
    List<E> joined = null;
    for (Window each : merged) {
      List<E> list = lists.get(each);
      if (list == null) {
        continue;
      }
      if (joined == null) {
        joined = list;
      } else {
        joined.addAll(list);
      }
      lists.remove(each);
    }
    if (joined != null) {
      lists.put(into, joined);
    }
  }
}
