package dev.weft.engine.state;

import java.util.Arrays;
import java.util.function.BiConsumer;

/**
 * The timers of one time domain: a binary heap that knows where each timer is, and per key group a
 * table of the timers that are set. Timers fire by time, then key group, then the order of setting.
 */
final class TimerQueue {
  private static final int CAPACITY_MIN = 16;
  private static final int REFERENCE_BYTES = 4;

  private final RowStore store;
  private final KeyedTable[] tables;
  private final Timer probe = new Timer();
  private Timer[] heap = new Timer[CAPACITY_MIN];
  private int size;
  private long sequence;

  TimerQueue(RowStore store, int groups) {
    this.store = store;
    this.tables = new KeyedTable[groups];
  }

  void set(long time, long discriminator) {
    store.requireKey();
    int group = store.currentGroup();
    probe.set(store.currentKey(), store.currentHash(), time, discriminator);
    int hash = probe.hashCode();
    if (tables[group] == null) {
      tables[group] = new KeyedTable(store.generation(), 1);
    } else if (tables[group].segment(hash).find(probe, hash) >= 0) {
      return;
    }
    Timer timer = new Timer().set(store.ownKey(), store.currentHash(), time, discriminator);
    timer.group = group;
    timer.sequence = sequence++;
    tables[group].segmentWithRoom(hash).add(timer, hash);
    push(timer);
  }

  void clear(long time, long discriminator) {
    store.requireKey();
    KeyedTable table = tables[store.currentGroup()];
    if (table == null) {
      return;
    }
    probe.set(store.currentKey(), store.currentHash(), time, discriminator);
    int hash = probe.hashCode();
    Segment segment = table.segment(hash);
    int base = segment.find(probe, hash);
    if (base >= 0) {
      removeFromHeap((Timer) segment.cells[base]);
      segment.remove(base);
    }
  }

  long next() {
    return size == 0 ? Long.MAX_VALUE : heap[0].time;
  }

  void fire(long upTo, TimerTable.Callback callback) throws Exception {
    while (size > 0 && heap[0].time <= upTo) {
      Timer timer = heap[0];
      removeFromHeap(timer);
      int hash = timer.hashCode();
      Segment segment = tables[timer.group].segment(hash);
      segment.remove(segment.find(timer, hash));
      store.selectKey(timer.key, timer.hash);
      callback.onTimer(timer.time, timer.discriminator);
    }
  }

  KeyedTable.Captured capture(int group) {
    return tables[group] == null ? null : tables[group].capture();
  }

  void forEach(int group, BiConsumer<Object, Long> visitor) {
    if (tables[group] != null) {
      tables[group].forEachSegment(
          segment -> {
            for (Object cell : segment.cells) {
              if (cell != null) {
                visitor.accept(((Timer) cell).key, ((Timer) cell).time);
              }
            }
          });
    }
  }

  void clearGroup(int group) {
    if (tables[group] != null) {
      tables[group].forEachSegment(
          segment -> {
            for (Object cell : segment.cells) {
              if (cell != null) {
                removeFromHeap((Timer) cell);
              }
            }
            segment.discard();
          });
      tables[group] = null;
    }
  }

  void close() {
    Arrays.fill(tables, null);
    heap = new Timer[CAPACITY_MIN];
    size = 0;
  }

  private void push(Timer timer) {
    if (size == heap.length) {
      resize(size * 2);
    }
    siftUp(size++, timer);
  }

  private void removeFromHeap(Timer timer) {
    int hole = timer.position;
    Timer last = heap[--size];
    heap[size] = null;
    if (last != timer) {
      siftDown(hole, last);
      if (heap[hole] == last) {
        siftUp(hole, last);
      }
    }
    if (size < heap.length >>> 3 && heap.length > CAPACITY_MIN) {
      resize(heap.length >>> 1);
    }
  }

  /** Accounts for the array; tables account for the timers. */
  private void resize(int capacity) {
    long more = (long) (capacity - heap.length) * REFERENCE_BYTES;
    if (more > 0) {
      store.generation().reserve(more);
    } else {
      store.generation().release(-more);
    }
    heap = Arrays.copyOf(heap, capacity);
  }

  private void siftUp(int from, Timer timer) {
    int at = from;
    while (at > 0) {
      int parent = at - 1 >>> 1;
      if (!timer.before(heap[parent])) {
        break;
      }
      place(at, heap[parent]);
      at = parent;
    }
    place(at, timer);
  }

  private void siftDown(int from, Timer timer) {
    int at = from;
    for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && heap[child + 1].before(heap[child])) {
        child++;
      }
      if (!heap[child].before(timer)) {
        break;
      }
      place(at, heap[child]);
      at = child;
    }
    place(at, timer);
  }

  private void place(int at, Timer timer) {
    heap[at] = timer;
    timer.position = at;
  }
}
