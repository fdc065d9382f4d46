package dev.weft.engine.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.api.state.ListState;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.state.MapState;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.Types;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.KeyHasher;
import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.protocol.KeyedSlice;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * The stores of all subtasks of an operator beside a model of plain maps: every change is made to
 * both, and {@link #check} compares all that can be read.
 */
final class ModelledStores {
  static final int MAX_PARALLELISM = 16;

  /** A value that is changed in place. */
  public static class Tally {
    public long count;
    public List<Long> seen = new ArrayList<>();
  }

  /** What the model knows of a key. */
  static final class Row {
    Long sum;
    List<Long> tally;
    List<String> list = new ArrayList<>();
    Map<String, Long> map = new LinkedHashMap<>();

    Row copy() {
      Row copy = new Row();
      copy.sum = sum;
      copy.tally = tally == null ? null : new ArrayList<>(tally);
      copy.list = new ArrayList<>(list);
      copy.map = new LinkedHashMap<>(map);
      return copy;
    }

    boolean isEmpty() {
      return sum == null && tally == null && list.isEmpty() && map.isEmpty();
    }
  }

  record TimerKey(String key, long time, long discriminator, boolean event) {}

  /** What one firing said. */
  record Fired(String key, long time, long discriminator) {}

  /** One subtask. */
  private static final class Subtask {
    final StateStore store;
    final ValueState<Long> sum;
    final ValueState<Tally> tally;
    final ListState<String> list;
    final MapState<String, Long> map;

    Subtask(int first, int end, List<KeyedSlice> slices, List<ByteBuffer> bytes, boolean early) {
      store = StateStores.heap("op", Types.STRING, first, end, MAX_PARALLELISM);
      if (!early) {
        restore(slices, bytes);
      }
      sum = store.value(new ValueStateDescriptor<>("sum", Types.LONG));
      list = store.list(new ListStateDescriptor<>("list", Types.STRING));
      if (early) {
        restore(slices, bytes);
      }
      tally = store.value(new ValueStateDescriptor<>("tally", TypeInformation.of(Tally.class)));
      map = store.map(new MapStateDescriptor<>("map", Types.STRING, Types.LONG));
    }

    private void restore(List<KeyedSlice> slices, List<ByteBuffer> bytes) {
      for (int i = 0; i < slices.size(); i++) {
        store.restore(slices.get(i), bytes.get(i));
      }
    }
  }

  /** Frozen states of all subtasks and the model of that moment. */
  final class Frozen {
    private final List<FrozenState> states = new ArrayList<>();
    private final Map<String, Row> rows = new TreeMap<>();
    private final Map<TimerKey, Long> frozenTimers = new LinkedHashMap<>(timers);
    private final List<KeyedSlice> slices = new ArrayList<>();
    private final List<ByteBuffer> bytes = new ArrayList<>();

    private Frozen() {
      subtasks.forEach(subtask -> states.add(subtask.store.freeze(1)));
      model.forEach((key, row) -> rows.put(key, row.copy()));
    }

    void write() {
      for (FrozenState state : states) {
        ByteSink sink = new ByteSink(64);
        sink.writeInt(12345);
        long[] offsets = state.write(sink);
        slices.add(new KeyedSlice(state.firstKeyGroup(), offsets, state.formatVersion(), null));
        bytes.add(sink.asBuffer().position(4));
      }
    }

    void release() {
      states.forEach(FrozenState::release);
    }

    /** The stores that come from the frozen states, with another parallelism. */
    ModelledStores restored(int parallelism, boolean early) {
      ModelledStores restored = new ModelledStores(parallelism, slices, bytes, early);
      rows.forEach((key, row) -> restored.model.put(key, row.copy()));
      restored.timers.putAll(frozenTimers);
      restored.sequence = sequence;
      return restored;
    }

    List<ByteBuffer> bytes() {
      return bytes;
    }
  }

  private final KeyHasher hasher = KeyHasher.of(Types.STRING);
  private final List<Subtask> subtasks = new ArrayList<>();
  private final Map<String, Row> model = new TreeMap<>();
  private final Map<TimerKey, Long> timers = new LinkedHashMap<>();
  private long sequence;

  ModelledStores(int parallelism) {
    this(parallelism, List.of(), List.of(), true);
  }

  private ModelledStores(
      int parallelism, List<KeyedSlice> slices, List<ByteBuffer> bytes, boolean early) {
    for (int i = 0; i < parallelism; i++) {
      int first = KeyGroups.first(i, parallelism, MAX_PARALLELISM);
      int end = KeyGroups.first(i + 1, parallelism, MAX_PARALLELISM);
      subtasks.add(new Subtask(first, end, slices, bytes, early));
    }
  }

  private int group(String key) {
    return KeyGroups.ofHash(hasher.hash(key), MAX_PARALLELISM);
  }

  private Subtask select(String key) {
    Subtask subtask =
        subtasks.get(KeyGroups.subtaskOf(group(key), subtasks.size(), MAX_PARALLELISM));
    // Another object for an equal key, as records bring it.
    subtask.store.selectKey(new StringBuilder(key).toString(), hasher.hash(key));
    return subtask;
  }

  private Row row(String key) {
    return model.computeIfAbsent(key, k -> new Row());
  }

  Frozen freeze() {
    return new Frozen();
  }

  /** Changes something. */
  void step(Random random, int keys) throws Exception {
    String key = "key-" + random.nextInt(keys);
    Subtask subtask = select(key);
    Row row = row(key);
    long number = random.nextInt(50);
    switch (random.nextInt(16)) {
      case 0, 1 -> {
        row.sum = row.sum == null ? number : row.sum + number;
        Long before = subtask.sum.value();
        subtask.sum.update(before == null ? number : before + number);
      }
      case 2 -> {
        row.sum = null;
        subtask.sum.update(null);
      }
      case 3, 4 -> changeInPlace(subtask, row, number);
      case 5 -> {
        row.tally = null;
        subtask.tally.clear();
      }
      case 6, 7 -> {
        row.list.add("x" + number);
        subtask.list.add("x" + number);
      }
      case 8 -> {
        row.list = number < 10 ? new ArrayList<>() : new ArrayList<>(List.of("a", "b"));
        subtask.list.update(row.list);
      }
      case 9, 10, 11 -> {
        row.map.put("m" + number, number);
        subtask.map.put("m" + number, number);
      }
      case 12 -> {
        row.map.remove("m" + number);
        subtask.map.remove("m" + number);
      }
      case 13 -> {
        model.put(key, new Row());
        subtask.sum.clear();
        subtask.tally.clear();
        subtask.list.clear();
        subtask.map.clear();
      }
      default -> changeTimer(random, key, subtask);
    }
    if (row(key).isEmpty()) {
      model.remove(key);
    }
  }

  private static void changeInPlace(Subtask subtask, Row row, long number) throws Exception {
    Tally tally = subtask.tally.value();
    if (tally == null) {
      row.tally = new ArrayList<>();
      tally = new Tally();
      subtask.tally.update(tally);
    }
    row.tally.add(number);
    tally.seen.add(number);
    tally.count++;
  }

  private void changeTimer(Random random, String key, Subtask subtask) {
    TimerKey timer = new TimerKey(key, random.nextInt(20), random.nextInt(2), random.nextBoolean());
    TimerTable table = subtask.store.timers();
    if (random.nextInt(4) > 0) {
      timers.putIfAbsent(timer, sequence++);
      if (timer.event()) {
        table.setEvent(timer.time(), timer.discriminator());
      } else {
        table.setProcessing(timer.time(), timer.discriminator());
      }
    } else {
      timers.remove(timer);
      if (timer.event()) {
        table.clearEvent(timer.time(), timer.discriminator());
      } else {
        table.clearProcessing(timer.time(), timer.discriminator());
      }
    }
  }

  /** Fires timers everywhere and checks which fire and in which order. */
  void fire(long upTo, boolean event) throws Exception {
    for (int i = 0; i < subtasks.size(); i++) {
      int subtaskIndex = i;
      List<Map.Entry<TimerKey, Long>> due = new ArrayList<>(timers.entrySet());
      due.removeIf(
          each ->
              each.getKey().event() != event
                  || each.getKey().time() > upTo
                  || KeyGroups.subtaskOf(
                          group(each.getKey().key()), subtasks.size(), MAX_PARALLELISM)
                      != subtaskIndex);
      due.sort(
          Comparator.<Map.Entry<TimerKey, Long>>comparingLong(each -> each.getKey().time())
              .thenComparing(each -> group(each.getKey().key()))
              .thenComparing(Map.Entry::getValue));
      List<Fired> expected = new ArrayList<>();
      for (Map.Entry<TimerKey, Long> each : due) {
        TimerKey timer = each.getKey();
        expected.add(new Fired(timer.key(), timer.time(), timer.discriminator()));
        timers.remove(timer);
      }
      List<Fired> actual = new ArrayList<>();
      StateStore store = subtasks.get(i).store;
      TimerTable.Callback note =
          (time, number) -> actual.add(new Fired((String) store.currentKey(), time, number));
      if (event) {
        store.timers().fireEvent(upTo, note);
      } else {
        store.timers().fireProcessing(upTo, note);
      }
      assertEquals(expected, actual);
    }
  }

  /** Compares everything but the timers, which {@link #fire} compares. */
  void check(int keys) throws Exception {
    assertEquals(model.size(), subtasks.stream().mapToLong(each -> each.store.keyCount()).sum());
    for (int i = 0; i < keys; i++) {
      String key = "key-" + i;
      Row row = model.getOrDefault(key, new Row());
      Subtask subtask = select(key);
      assertEquals(row.sum, subtask.sum.value());
      Tally tally = subtask.tally.value();
      assertEquals(row.tally, tally == null ? null : tally.seen);
      assertEquals(row.tally == null ? 0 : row.tally.size(), tally == null ? 0 : tally.count);
      List<String> list = new ArrayList<>();
      subtask.list.get().forEach(list::add);
      assertEquals(row.list, list);
      List<Map.Entry<String, Long>> entries = new ArrayList<>();
      subtask.map.entries().forEach(entries::add);
      assertEquals(new ArrayList<>(row.map.entrySet()), entries);
      assertEquals(row.map.isEmpty(), subtask.map.isEmpty());
      assertEquals(row.map.get("m3"), subtask.map.get("m3"));
      assertEquals(row.map.containsKey("m4"), subtask.map.contains("m4"));
    }
  }
}
