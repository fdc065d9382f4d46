package dev.weft.engine.state;

import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.state.StateDescriptor;
import dev.weft.api.types.TypeInformation;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.ColumnCodec;
import dev.weft.engine.state.paged.Generation;
import java.util.Collection;
import java.util.Map;

/**
 * Accounts for what the lists or maps of a state hold on the heap: elements and entries are
 * counted, what one takes is told by samples of its bytes. A map's values that are lists count for
 * one more each plus their elements; what else changes within a value is not seen.
 */
final class Contents {
  /** Memory of a small list or map and its cell, without what it holds. */
  private static final long CONTAINER_BYTES = 128;

  /** Memory of an object and of the reference to it, beside one and a half times its bytes. */
  private static final long OBJECT_BYTES = 20;

  /** Memory of an entry of a map and its place in the table. */
  private static final long ENTRY_BYTES = 48;

  /** Memory of a list that is the value of an entry. */
  private static final long INNER_LIST_BYTES = 48;

  /** What is reserved ahead: a share of what is there, within bounds. */
  private static final int SHARE_AHEAD = 8;

  private static final long STEP_BYTES_MIN = 1 << 10;
  private static final long STEP_BYTES_MAX = 64 << 10;

  /** With more steps free than these, they are given back. */
  private static final int STEPS_FREE = 4;

  private static final int CHANGES_PER_SAMPLE = 16;

  /** Of so many samples, each has the same weight. */
  private static final int SAMPLES = 16;

  private final Generation memory;
  private final ColumnCodec keys;
  private final ColumnCodec values;
  private final boolean listsAsValues;
  private final ByteSink sample = new ByteSink(64);
  private int changesToSample;
  private long containers;
  private long units;
  private long unitBytes;
  private long reserved;

  private Contents(Generation memory, ColumnCodec keys, ColumnCodec values, boolean listsAsValues) {
    this.memory = memory;
    this.keys = keys;
    this.values = values;
    this.listsAsValues = listsAsValues;
  }

  /** For a state of lists or maps; null for others. */
  static Contents of(StateDescriptor<?, ?> descriptor, Generation memory) {
    if (descriptor instanceof ListStateDescriptor<?> list) {
      return new Contents(memory, null, ColumnCodec.of(list.getType().element()), false);
    }
    if (descriptor instanceof MapStateDescriptor<?, ?> map) {
      TypeInformation<?> value = map.getType().value();
      boolean lists = value instanceof TypeInformation.ListType<?>;
      TypeInformation<?> sampled =
          value instanceof TypeInformation.ListType<?> list ? list.element() : value;
      return new Contents(
          memory, ColumnCodec.of(map.getType().key()), ColumnCodec.of(sampled), lists);
    }
    return null;
  }

  /** Whether the values of entries are lists, whose elements count. */
  boolean listsAsValues() {
    return listsAsValues;
  }

  /** How much an entry with a value counts. */
  int unitsOf(Object value) {
    return listsAsValues && value instanceof Collection<?> list ? 1 + list.size() : 1;
  }

  /**
   * A cell's list or map has changed.
   *
   * @param now how much its contents count
   * @param key of an entry that it has now; null for lists
   * @param value the value of that entry, or an element
   */
  void changed(HeapState.Cell cell, int now, Object key, Object value) {
    if (changesToSample-- <= 0) {
      changesToSample = CHANGES_PER_SAMPLE;
      takeSample(key, value);
    }
    count(cell, now);
  }

  /** How much a cell's contents count, after some were removed. */
  void count(HeapState.Cell cell, int now) {
    if (cell.counted == 0 && now > 0) {
      containers++;
    } else if (cell.counted > 0 && now == 0) {
      containers--;
    }
    units += now - cell.counted;
    cell.counted = now;
    account();
  }

  /** Counts the contents of a new cell. */
  void countAll(HeapState.Cell cell) {
    if (cell.value instanceof Map<?, ?> map && !map.isEmpty()) {
      int now = 0;
      for (Object value : map.values()) {
        now += unitsOf(value);
      }
      Map.Entry<?, ?> first = map.entrySet().iterator().next();
      changed(cell, now, first.getKey(), first.getValue());
    } else if (cell.value instanceof Collection<?> list && !list.isEmpty()) {
      changed(cell, list.size(), null, list.iterator().next());
    }
  }

  /** A cell goes. */
  void dropped(Object cell) {
    if (cell instanceof HeapState.Cell inner && inner.counted > 0) {
      count(inner, 0);
    }
  }

  /** A cell's contents are copied while a frozen state is open. */
  void copied(HeapState.Cell cell) {
    memory.reserveCopy(CONTAINER_BYTES + cell.counted * unitBytes);
  }

  private void account() {
    long bytes = containers * CONTAINER_BYTES + units * unitBytes;
    long ahead = Math.min(STEP_BYTES_MAX, STEP_BYTES_MIN + bytes / SHARE_AHEAD);
    long missing = bytes - reserved;
    if (missing > 0) {
      memory.reserve(missing + ahead);
      reserved += missing + ahead;
    } else if (-missing > STEPS_FREE * ahead) {
      memory.release(-missing - ahead);
      reserved += missing + ahead;
    }
  }

  private void takeSample(Object key, Object value) {
    long bytes;
    if (keys == null) {
      bytes = bytesOf(values, value);
    } else if (listsAsValues && value instanceof Collection<?> list) {
      bytes = ENTRY_BYTES + bytesOf(keys, key) + INNER_LIST_BYTES;
      if (!list.isEmpty()) {
        bytes += list.size() * bytesOf(values, list.iterator().next());
      }
      bytes /= 1 + list.size();
    } else {
      bytes = ENTRY_BYTES + bytesOf(keys, key) + bytesOf(values, value);
    }
    unitBytes = unitBytes == 0 ? bytes : unitBytes + (bytes - unitBytes) / SAMPLES;
  }

  private long bytesOf(ColumnCodec codec, Object value) {
    if (value == null) {
      return 0;
    }
    sample.reset();
    try {
      codec.writeValue(value, sample);
    } catch (ClassCastException e) {
      return OBJECT_BYTES; // it does not fit its type, which the next checkpoint says
    }
    return OBJECT_BYTES + sample.position() * 3L / 2;
  }
}
