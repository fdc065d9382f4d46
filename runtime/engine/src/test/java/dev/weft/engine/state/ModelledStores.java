package dev.weft.engine.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

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
import dev.weft.engine.batch.stored.StoredBytes;
import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.protocol.KeyedSlice;
import dev.weft.engine.protocol.SnapshotHandle;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
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

    Subtask(StateStore empty, List<StateBackend.Part> parts, boolean early) {
      store = empty;
      if (!early) {
        restore(parts);
      }
      sum = store.value(new ValueStateDescriptor<>("sum", Types.LONG));
      list = store.list(new ListStateDescriptor<>("list", Types.STRING));
      if (early) {
        restore(parts);
      }
      tally = store.value(new ValueStateDescriptor<>("tally", TypeInformation.of(Tally.class)));
      map = store.map(new MapStateDescriptor<>("map", Types.STRING, Types.LONG));
    }

    private void restore(List<StateBackend.Part> parts) {
      parts.forEach(part -> store.restore(part.slice(), part.reader().get()));
    }
  }

  /** Frozen states of all subtasks and the model of that moment. */
  final class Frozen {
    private final List<FrozenState> states = new ArrayList<>();
    private final Map<String, Row> rows = new TreeMap<>();
    private final Map<TimerKey, Long> frozenTimers = new LinkedHashMap<>(timers);
    private final List<KeyedSlice> slices = new ArrayList<>();
    private final List<ByteBuffer> bytes = new ArrayList<>();
    private final List<StateBackend.Part> parts = new ArrayList<>();
    private final long checkpointId = ++checkpoints;

    private Frozen(boolean selfContained) {
      for (Subtask subtask : subtasks) {
        subtask.store.nextFreeze(completed, selfContained);
        states.add(subtask.store.freeze(checkpointId));
      }
      model.forEach((key, row) -> rows.put(key, row.copy()));
    }

    void write() {
      for (FrozenState state : states) {
        ByteSink sink = new ByteSink(64);
        sink.writeInt(12345);
        long[] offsets = state.write(sink);
        bytes.add(sink.asBuffer().position(4));
        write(state, offsets);
      }
      completed = checkpointId;
    }

    private void write(FrozenState state, long[] offsets) {
      List<KeyedSlice.File> files = new ArrayList<>();
      Map<String, byte[]> contents = new LinkedHashMap<>();
      Map<String, Path> nearby = new LinkedHashMap<>();
      for (FrozenState.StateFile file : state.files()) {
        SnapshotHandle handle = file.known();
        if (handle == null) {
          handle = new SnapshotHandle("disk/" + disk.size(), 0, length(file), 0, new byte[0]);
          disk.put(handle.path(), bytesOf(file));
          filesWritten++;
          if (opening.links() != null && file.fixed()) {
            link(file, linkTo(handle));
          }
        }
        files.add(new KeyedSlice.File(file.name(), handle));
        contents.put(file.name(), disk.get(handle.path()));
        nearby.put(file.name(), linkTo(handle));
      }
      state.placed(files);
      SnapshotHandle handle = new SnapshotHandle("", 0, 0, 0, new byte[0]);
      KeyedSlice slice =
          new KeyedSlice(state.firstKeyGroup(), offsets, state.formatVersion(), handle, files);
      slices.add(slice);
      ByteBuffer own = bytes.get(bytes.size() - 1);
      parts.add(
          new StateBackend.Part(
              checkpointId, slice, () -> StoredBytes.of(own), new Content(contents, nearby)));
    }

    private static void link(FrozenState.StateFile file, Path target) {
      try {
        file.link(target.toString());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private Path linkTo(SnapshotHandle handle) {
      return opening.links() == null ? null : opening.links().resolve(handle.path().substring(5));
    }

    private static long length(FrozenState.StateFile file) {
      return bytesOf(file).length;
    }

    private static byte[] bytesOf(FrozenState.StateFile file) {
      try (InputStream input = file.open()) {
        return input.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void release() {
      states.forEach(FrozenState::release);
    }

    /** The stores that come from the frozen states, with another parallelism. */
    ModelledStores restored(int parallelism, boolean early) throws Exception {
      ModelledStores restored = new ModelledStores(opening, parallelism, parts, early);
      restored.disk.putAll(disk);
      restored.checkpoints = checkpoints;
      restored.completed = checkpointId;
      rows.forEach((key, row) -> restored.model.put(key, row.copy()));
      restored.timers.putAll(frozenTimers);
      restored.sequence = sequence;
      return restored;
    }

    List<ByteBuffer> bytes() {
      return bytes;
    }
  }

  /** Makes a store of the kind under test. */
  interface Opening {
    /** An empty store for texts as keys. */
    StateStore open(KeyGroups.Range groups) throws Exception;

    /** A store with what parts of a snapshot have, or null where slices are restored into one. */
    default StateStore open(KeyGroups.Range groups, List<StateBackend.Part> parts)
        throws Exception {
      return null;
    }

    /** Where links to files of databases go; null for nowhere. */
    default Path links() {
      return null;
    }
  }

  /** The files of a slice in memory, and on the disk those that have links. */
  private record Content(Map<String, byte[]> files, Map<String, Path> nearby)
      implements RowDatabases.Content {
    @Override
    public String near(String name) {
      Path link = nearby.get(name);
      return link == null || !Files.exists(link) ? null : link.toString();
    }

    @Override
    public List<String> names() {
      return List.copyOf(files.keySet());
    }

    @Override
    public void read(String name, OutputStream target) throws IOException {
      target.write(files.get(name));
    }
  }

  /** Stores on the heap. */
  static final Opening HEAP =
      groups -> StateStores.heap("op", Types.STRING, groups.first(), groups.end(), MAX_PARALLELISM);

  private final Opening opening;
  private final KeyHasher hasher = KeyHasher.of(Types.STRING);
  private final List<Subtask> subtasks = new ArrayList<>();
  private final Map<String, Row> model = new TreeMap<>();
  private final Map<TimerKey, Long> timers = new LinkedHashMap<>();
  private final Map<String, byte[]> disk = new LinkedHashMap<>();
  private long checkpoints;
  private long completed;
  private int filesWritten;
  private long sequence;

  ModelledStores(Opening opening, int parallelism) throws Exception {
    this(opening, parallelism, List.of(), true);
  }

  private ModelledStores(
      Opening opening, int parallelism, List<StateBackend.Part> parts, boolean early)
      throws Exception {
    this.opening = opening;
    for (int i = 0; i < parallelism; i++) {
      KeyGroups.Range groups = KeyGroups.Range.of(i, parallelism, MAX_PARALLELISM);
      List<StateBackend.Part> own =
          parts.stream().filter(part -> overlaps(part.slice(), groups)).toList();
      StateStore whole = opening.open(groups, own);
      subtasks.add(
          whole == null
              ? new Subtask(opening.open(groups), parts, early)
              : new Subtask(whole, List.of(), early));
    }
  }

  private static boolean overlaps(KeyedSlice slice, KeyGroups.Range groups) {
    return slice.firstKeyGroup() < groups.end()
        && groups.first() < slice.firstKeyGroup() + slice.keyGroupCount();
  }

  /** Closes the stores. */
  void close() {
    subtasks.forEach(subtask -> subtask.store.close());
  }

  /** Random changes. */
  void steps(Random random, int keys) throws Exception {
    for (int i = random.nextInt(keys * 3); i > 0; i--) {
      step(random, keys);
    }
  }

  /** Changes, freezes, restores and rescales, and compares after each. */
  static void exercise(Opening opening, Random random, int keys) throws Exception {
    ModelledStores stores = new ModelledStores(opening, 1 + random.nextInt(4));
    for (int round = 0; round < 6; round++) {
      stores.steps(random, keys);
      stores.check(keys);
      stores.changeAllSums();
      Frozen frozen = random.nextInt(4) == 0 ? stores.freezeSelfContained() : stores.freeze();
      if (random.nextBoolean()) {
        stores.steps(random, keys);
        stores.changeAllSums();
        stores.fire(random.nextInt(20), random.nextBoolean());
      }
      frozen.write();
      stores.check(keys);
      frozen.release();
      stores.steps(random, keys);
      if (random.nextInt(3) > 0) {
        ModelledStores before = stores;
        stores = frozen.restored(1 + random.nextInt(5), random.nextBoolean());
        before.close();
        stores.check(keys);
        stores.fire(random.nextInt(20), random.nextBoolean());
      }
    }
    stores.fire(Long.MAX_VALUE, true);
    stores.fire(Long.MAX_VALUE, false);
    stores.check(keys);
    stores.close();
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
    return new Frozen(false);
  }

  /** Fixes the content in a form that any store reads. */
  Frozen freezeSelfContained() {
    return new Frozen(true);
  }

  /** Files that were written because no earlier checkpoint had them. */
  int filesWritten() {
    return filesWritten;
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

  /** Doubles odd sums and drops those that a third divides, wherever there is one. */
  void changeAllSums() throws Exception {
    List<String> wanted = new ArrayList<>();
    model.forEach(
        (key, row) -> {
          if (row.sum != null) {
            wanted.add(key);
            row.sum = row.sum % 3 == 0 ? null : row.sum % 2 == 0 ? row.sum : row.sum * 2;
          }
        });
    model.values().removeIf(Row::isEmpty);
    List<String> seen = new ArrayList<>();
    for (Subtask subtask : subtasks) {
      subtask.store.forEachKey(
          "sum",
          key -> {
            assertEquals(key, subtask.store.currentKey());
            seen.add((String) key);
            long sum = subtask.sum.value();
            subtask.sum.update(sum % 3 == 0 ? null : sum % 2 == 0 ? (Long) sum : (Long) (sum * 2));
          });
      assertNull(subtask.store.currentKey());
    }
    seen.sort(null);
    assertEquals(wanted, seen);
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
    if (opening == HEAP) {
      assertEquals(model.size(), subtasks.stream().mapToLong(each -> each.store.keyCount()).sum());
    }
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
      Map<String, Long> entries = new LinkedHashMap<>();
      for (Map.Entry<String, Long> entry : subtask.map.entries()) {
        assertNull(entries.put(entry.getKey(), entry.getValue()));
      }
      assertEquals(row.map, entries);
      assertEquals(row.map.isEmpty(), subtask.map.isEmpty());
      assertEquals(row.map.get("m3"), subtask.map.get("m3"));
      assertEquals(row.map.containsKey("m4"), subtask.map.contains("m4"));
    }
  }
}
