package dev.weft.engine.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.WeftException;
import dev.weft.api.state.ListState;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.Types;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.KeyHasher;
import dev.weft.engine.batch.stored.StoredBytes;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.protocol.KeyedSlice;
import dev.weft.engine.protocol.SnapshotHandle;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PagedRowsTest {
  private static final int GROUPS = 16;
  private static final KeyHasher HASHER = KeyHasher.of(Types.STRING);

  /** A value that is changed in place. */
  public static class Tally {
    public long count;
    public List<Long> seen = new ArrayList<>();
  }

  private static String key(int number) {
    return "key-" + number;
  }

  /** A store of texts with rows as bytes from the first one on, and what it should hold. */
  static final class Subject {
    final KeyGroups.Range groups;
    final StateStore store;
    final ValueState<Long> sum;
    final ValueState<Tally> tally;

    /** The newest checkpoint that is registered. */
    long completed;

    Subject(KeyGroups.Range groups, long objectRowsMax, MemoryPool pool) {
      this(
          groups,
          StateStores.heap(
              "op", Types.STRING, groups, pool, new StateStores.Heap(objectRowsMax, () -> {})));
    }

    Subject(KeyGroups.Range groups, StateStore store) {
      this.groups = groups;
      this.store = store;
      this.sum = store.value(new ValueStateDescriptor<>("sum", Types.LONG));
      this.tally =
          store.value(new ValueStateDescriptor<>("tally", TypeInformation.of(Tally.class)));
    }

    static Subject whole() {
      return new Subject(new KeyGroups.Range(0, GROUPS, GROUPS), 0, null);
    }

    FrozenState freeze(long id) {
      store.nextFreeze(completed, false);
      return store.freeze(id);
    }

    void select(int key) {
      store.selectKey(new StringBuilder(key(key)).toString(), HASHER.hash(key(key)));
    }

    boolean owns(int key) {
      int group = KeyGroups.ofHash(HASHER.hash(key(key)), GROUPS);
      return group >= groups.first() && group < groups.end();
    }
  }

  /** What a key should have. */
  record Row(Long sum, List<Long> seen) {}

  static void change(Subject subject, Map<Integer, Row> model, int key, Random random)
      throws Exception {
    Row before = model.getOrDefault(key, new Row(null, null));
    subject.select(key);
    long number = random.nextInt(1000);
    switch (random.nextInt(8)) {
      case 0 -> {
        subject.sum.clear();
        subject.tally.clear();
        model.remove(key);
      }
      case 1 -> {
        subject.sum.update(null);
        put(model, key, new Row(null, before.seen()));
      }
      case 2, 3, 4 -> {
        assertEquals(before.sum(), subject.sum.value());
        subject.sum.update(number);
        put(model, key, new Row(number, before.seen()));
      }
      default -> {
        Tally tally = subject.tally.value();
        if (tally == null) {
          tally = new Tally();
          subject.tally.update(tally);
        }
        tally.seen.add(number);
        tally.count++;
        List<Long> seen = new ArrayList<>(before.seen() == null ? List.of() : before.seen());
        seen.add(number);
        put(model, key, new Row(before.sum(), seen));
      }
    }
  }

  private static void put(Map<Integer, Row> model, int key, Row row) {
    if (row.sum() == null && row.seen() == null) {
      model.remove(key);
    } else {
      model.put(key, row);
    }
  }

  static void check(Subject subject, Map<Integer, Row> model, int keys) throws Exception {
    long owned = model.keySet().stream().filter(subject::owns).count();
    assertEquals(owned, subject.store.keyCount());
    for (int key = 0; key < keys; key++) {
      if (subject.owns(key)) {
        Row row = model.getOrDefault(key, new Row(null, null));
        subject.select(key);
        assertEquals(row.sum(), subject.sum.value());
        Tally tally = subject.tally.value();
        assertEquals(row.seen(), tally == null ? null : tally.seen);
      }
    }
  }

  /** The checkpoints of a store with their bytes. */
  static final class Checkpoints {
    final Map<String, byte[]> files = new HashMap<>();
    private int count;

    /** Writes a frozen state and returns the slices of the checkpoint. */
    List<KeyedSlice> write(FrozenState frozen) {
      ByteSink sink = new ByteSink(16);
      long[] offsets = frozen.write(sink);
      String path = "file-" + count++;
      files.put(path, sink.toBytes());
      SnapshotHandle handle = new SnapshotHandle(path, 0, sink.position(), 0, new byte[0]);
      List<KeyedSlice> slices = new ArrayList<>(frozen.before());
      slices.add(new KeyedSlice(frozen.firstKeyGroup(), offsets, frozen.formatVersion(), handle));
      frozen.written(List.copyOf(slices));
      return slices;
    }

    void restore(List<KeyedSlice> slices, StateStore store) {
      for (KeyedSlice slice : slices) {
        store.restore(slice, StoredBytes.of(ByteBuffer.wrap(files.get(slice.handle().path()))));
      }
    }

    long bytes(KeyedSlice slice) {
      return files.get(slice.handle().path()).length;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 60, 2000})
  void incrementsOfAnyOrderOfCompletionRestoreAtAnyParallelism(int keys) throws Exception {
    for (int seed = 0; seed < 8; seed++) {
      Random random = new Random(seed);
      Subject subject = Subject.whole();
      Map<Integer, Row> model = new TreeMap<>();
      Checkpoints checkpoints = new Checkpoints();
      int continued = 0;
      for (int id = 1; id <= 40; id++) {
        for (int i = random.nextInt(keys); i > 0; i--) {
          change(subject, model, random.nextInt(keys), random);
        }
        Map<Integer, Row> then = new TreeMap<>(model);
        FrozenState frozen = subject.freeze(id);
        for (int i = random.nextInt(keys); i > 0; i--) {
          change(subject, model, random.nextInt(keys), random);
        }
        List<KeyedSlice> slices = checkpoints.write(frozen);
        frozen.release();
        continued += slices.size() > 1 ? 1 : 0;
        if (random.nextInt(4) > 0) {
          subject.completed = id;
        }
        if (id % 5 == 0) {
          check(subject, model, keys);
          int parallelism = 1 + random.nextInt(3);
          for (int i = 0; i < parallelism; i++) {
            Subject restored =
                new Subject(
                    KeyGroups.Range.of(i, parallelism, GROUPS),
                    random.nextBoolean() ? 0 : keys / 4,
                    null);
            checkpoints.restore(slices, restored.store);
            check(restored, then, keys);
          }
        }
      }
      check(subject, model, keys);
      assertTrue(continued > 10, "continued " + continued);
    }
  }

  @Test
  void anIncrementHoldsWhatChangedOnly() throws Exception {
    Subject subject = Subject.whole();
    Checkpoints checkpoints = new Checkpoints();
    int keys = 20_000;
    for (int key = 0; key < keys; key++) {
      subject.select(key);
      subject.sum.update((long) key);
    }
    FrozenState first = subject.freeze(1);
    long whole = checkpoints.bytes(checkpoints.write(first).get(0));
    first.release();
    subject.completed = 1;
    for (int key = 0; key < keys; key += 100) {
      subject.select(key);
      subject.sum.update(-1L);
    }
    for (int key = 0; key < keys; key += 7) {
      subject.select(key);
      subject.sum.value(); // reading changes nothing
    }
    FrozenState second = subject.freeze(2);
    List<KeyedSlice> slices = checkpoints.write(second);
    assertEquals(2, slices.size());
    assertTrue(checkpoints.bytes(slices.get(1)) * 100 <= whole * 3);
  }

  @Test
  void anIncrementHoldsWhatChangedOnlyAfterTheLogWasWrittenAnew() throws Exception {
    Subject subject = Subject.whole();
    Checkpoints checkpoints = new Checkpoints();
    Map<Integer, Row> model = new TreeMap<>();
    Random random = new Random(6);
    int keys = 20_000;
    for (int key = 0; key < keys; key++) {
      subject.select(key);
      subject.sum.update((long) key);
      model.put(key, new Row((long) key, null));
    }
    long whole = 0;
    for (int id = 1; id <= 4; id++) {
      FrozenState frozen = subject.freeze(id);
      List<KeyedSlice> slices = checkpoints.write(frozen);
      long bytes = checkpoints.bytes(slices.get(slices.size() - 1));
      if (id == 1) {
        whole = bytes;
      } else {
        assertEquals(id, slices.size());
        assertTrue(bytes * 4 < whole, bytes + " of " + whole);
        Subject restored = Subject.whole();
        checkpoints.restore(slices, restored.store);
        check(restored, model, keys);
      }
      frozen.release();
      subject.completed = id;
      // rows that grow leave so much behind that logs are written anew several times
      for (int i = 0; i < 40_000; i++) {
        change(subject, model, random.nextInt(keys / 100) * 100 + id, random);
      }
    }
  }

  @Test
  void checkpointsStandAloneAgainWhenIncrementsOutgrowThem() throws Exception {
    Subject subject = Subject.whole();
    Checkpoints checkpoints = new Checkpoints();
    Random random = new Random(1);
    Map<Integer, Row> model = new TreeMap<>();
    int alone = 0;
    for (int id = 1; id <= 50; id++) {
      for (int i = 0; i < 300; i++) {
        change(subject, model, random.nextInt(1000), random);
      }
      FrozenState frozen = subject.freeze(id);
      List<KeyedSlice> slices = checkpoints.write(frozen);
      frozen.release();
      subject.completed = id;
      alone += slices.size() == 1 ? 1 : 0;
      assertTrue(slices.size() <= 33);
    }
    assertTrue(alone > 2 && alone < 25, "alone " + alone);
  }

  @Test
  void whatStandsAloneDoesNotDisturbIncrements() throws Exception {
    Subject subject = Subject.whole();
    Checkpoints checkpoints = new Checkpoints();
    subject.select(0);
    subject.sum.update(1L);
    for (int id = 1; id <= 3; id++) {
      subject.select(id);
      subject.sum.update(1L);
      subject.store.nextFreeze(id == 3 ? 1 : 0, id == 2);
      FrozenState frozen = subject.store.freeze(id);
      assertEquals(id == 3 ? 1 : 0, frozen.before().size());
      checkpoints.write(frozen);
      frozen.release();
    }
  }

  @Test
  void timersOfAnIncrementReplaceThoseBefore() throws Exception {
    Subject subject = Subject.whole();
    Checkpoints checkpoints = new Checkpoints();
    subject.select(1);
    subject.sum.update(1L);
    subject.store.timers().setEvent(10, 0);
    subject.store.timers().setEvent(20, 0);
    FrozenState first = subject.freeze(1);
    checkpoints.write(first);
    first.release();
    subject.completed = 1;
    subject.store.timers().fireEvent(10, (time, number) -> {});
    FrozenState second = subject.freeze(2);
    List<KeyedSlice> slices = checkpoints.write(second);
    Subject restored = Subject.whole();
    checkpoints.restore(slices, restored.store);
    List<Long> fired = new ArrayList<>();
    restored.store.timers().fireEvent(100, (time, number) -> fired.add(time));
    assertEquals(List.of(20L), fired);
  }

  @Test
  void rowsBecomeBytesAndObjectsAgain() throws Exception {
    Subject subject = new Subject(new KeyGroups.Range(0, GROUPS, GROUPS), 50, null);
    Random random = new Random(3);
    Map<Integer, Row> model = new TreeMap<>();
    for (int i = 0; i < 3000; i++) {
      change(subject, model, random.nextInt(200), random);
    }
    check(subject, model, 200);
    subject.select(7);
    subject.sum.update(7L);
    ListState<String> list = subject.store.list(new ListStateDescriptor<>("list", Types.STRING));
    list.add("a");
    assertEquals(7L, subject.sum.value());
    put(model, 7, new Row(7L, model.getOrDefault(7, new Row(null, null)).seen()));
    check(subject, model, 200);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 50})
  void theKeysOfAStateAreFoundInRowsOfBytes(int objectRowsMax) throws Exception {
    Subject subject = new Subject(new KeyGroups.Range(0, GROUPS, GROUPS), objectRowsMax, null);
    Random random = new Random(4);
    Map<Integer, Row> model = new TreeMap<>();
    for (int i = 0; i < 1000; i++) {
      change(subject, model, random.nextInt(200), random);
    }
    List<String> seen = new ArrayList<>();
    subject.store.forEachKey(
        "sum",
        key -> {
          seen.add((String) key);
          subject.sum.update(subject.sum.value() % 2 == 0 ? null : subject.sum.value() + 1);
        });
    List<String> wanted = new ArrayList<>();
    for (Map.Entry<Integer, Row> each : List.copyOf(model.entrySet())) {
      Long sum = each.getValue().sum();
      if (sum != null) {
        wanted.add(key(each.getKey()));
        Long after = sum % 2 == 0 ? null : (Long) (sum + 1);
        put(model, each.getKey(), new Row(after, each.getValue().seen()));
      }
    }
    seen.sort(null);
    wanted.sort(null);
    assertEquals(wanted, seen);
    check(subject, model, 200);
  }

  @Test
  void aStateDeclaredLateIsFoundInRowsOfBytes() throws Exception {
    Subject subject = Subject.whole();
    subject.select(1);
    subject.sum.update(5L);
    ValueState<String> late = subject.store.value(new ValueStateDescriptor<>("late", Types.STRING));
    assertNull(late.value());
    late.update("now");
    subject.select(2);
    assertNull(late.value());
    subject.select(1);
    assertEquals("now", late.value());
    assertEquals(5L, subject.sum.value());

    Checkpoints checkpoints = new Checkpoints();
    List<KeyedSlice> slices = checkpoints.write(subject.freeze(1));
    Subject restored = Subject.whole();
    checkpoints.restore(slices, restored.store);
    restored.select(1);
    restored.sum.update(6L);
    restored.select(2);
    restored.select(1);
    ValueState<String> found =
        restored.store.value(new ValueStateDescriptor<>("late", Types.STRING));
    assertEquals("now", found.value());
  }

  @Test
  void rowsOfAnySizeFit() throws Exception {
    StateStore store =
        StateStores.heap(
            "op",
            Types.STRING,
            new KeyGroups.Range(0, 1, 1),
            null,
            new StateStores.Heap(0, () -> {}));
    ValueState<String> text = store.value(new ValueStateDescriptor<>("text", Types.STRING));
    Random random = new Random(5);
    Map<Integer, String> model = new HashMap<>();
    for (int id = 1; id <= 300; id++) {
      int key = random.nextInt(12);
      store.selectKey(key(key), HASHER.hash(key(key)));
      assertEquals(model.get(key), text.value());
      String value = "x".repeat(random.nextInt(3) == 0 ? random.nextInt(400_000) : 3);
      text.update(value);
      model.put(key, value);
      if (id % 30 == 0) {
        FrozenState frozen = store.freeze(id);
        frozen.write(new ByteSink(16));
        frozen.release();
      }
    }
    for (Map.Entry<Integer, String> each : model.entrySet()) {
      store.selectKey(key(each.getKey()), HASHER.hash(key(each.getKey())));
      assertEquals(each.getValue(), text.value());
    }
  }

  @Test
  void memoryIsAccountedForAndGivenBack() throws Exception {
    MemoryPool worker = MemoryPool.root("worker", 1 << 20);
    Subject subject = new Subject(new KeyGroups.Range(0, GROUPS, GROUPS), 100, worker);
    WeftException refused =
        assertThrows(
            WeftException.class,
            () -> {
              for (int key = 0; key < 1_000_000; key++) {
                subject.select(key);
                subject.sum.update(1L);
              }
            });
    assertTrue(refused.getMessage().contains("state of op"), refused.getMessage());
    assertTrue(worker.reserved() > 800_000);
    subject.store.close();
    assertEquals(0, worker.reserved());
  }

  /** Longs that are less than a limit have expired. */
  private record Limit(long[] limit, boolean inSnapshots) implements Expiry {
    @Override
    public long nowMillis() {
      return limit[0];
    }

    @Override
    public Object live(Object value, long nowMillis) {
      return (Long) value < nowMillis ? null : value;
    }

    @Override
    public int keysPerRecord() {
      return 2;
    }
  }

  @Test
  void aSweepDropsWhatHasExpiredAndIncrementsSaySo() throws Exception {
    Subject subject = Subject.whole();
    long[] limit = {0};
    subject.store.expire("sum", new Limit(limit, false));
    Checkpoints checkpoints = new Checkpoints();
    for (int key = 0; key < 1000; key++) {
      subject.select(key);
      subject.sum.update((long) key);
      if (key % 10 == 0) {
        subject.tally.update(new Tally());
      }
    }
    FrozenState first = subject.freeze(1);
    checkpoints.write(first);
    first.release();
    subject.completed = 1;
    limit[0] = 700;
    for (int i = 0; i < 60; i++) {
      subject.select(999);
      subject.store.sweep(100);
      assertEquals(999L, subject.sum.value());
    }
    assertEquals(300 + 70, subject.store.keyCount());
    subject.select(10);
    assertNull(subject.sum.value());
    assertEquals(0, subject.tally.value().count);
    FrozenState second = subject.freeze(2);
    List<KeyedSlice> slices = checkpoints.write(second);
    assertEquals(2, slices.size());
    Subject restored = Subject.whole();
    checkpoints.restore(slices, restored.store);
    assertEquals(300 + 70, restored.store.keyCount());
  }

  @Test
  void snapshotsWithoutWhatHasExpiredComeFromObjects() throws Exception {
    Subject subject = Subject.whole();
    long[] limit = {0};
    Checkpoints checkpoints = new Checkpoints();
    for (int key = 0; key < 100; key++) {
      subject.select(key);
      subject.sum.update((long) key);
    }
    subject.store.expire("sum", new Limit(limit, true));
    subject.select(7);
    assertEquals(7L, subject.sum.value());
    limit[0] = 40;
    List<KeyedSlice> slices = checkpoints.write(subject.freeze(1));
    Subject restored = Subject.whole();
    checkpoints.restore(slices, restored.store);
    assertEquals(60, restored.store.keyCount());
  }

  @Test
  void keysThatComeAndGoDoNotGrowTheLog() throws Exception {
    MemoryPool worker = MemoryPool.root("worker", 4 << 20);
    Subject subject = new Subject(new KeyGroups.Range(0, GROUPS, GROUPS), 0, worker);
    Checkpoints checkpoints = new Checkpoints();
    FrozenState frozen = subject.freeze(1);
    checkpoints.write(frozen);
    frozen.release();
    subject.completed = 1;
    for (int i = 0; i < 1_000_000; i++) {
      subject.select(i % 50);
      if (subject.sum.value() == null) {
        subject.sum.update(1L);
      } else {
        subject.sum.clear();
      }
    }
    assertTrue(worker.reserved() < 200_000, "reserved " + worker.reserved());
  }

  @Test
  void smallGroupsTakeLittleMemory() throws Exception {
    MemoryPool worker = MemoryPool.root("worker", 1 << 20);
    Subject subject = new Subject(new KeyGroups.Range(0, 128, 128), 2, worker);
    ValueState<String> pad = subject.store.value(new ValueStateDescriptor<>("pad", Types.STRING));
    Checkpoints checkpoints = new Checkpoints();
    for (int id = 1; id < 40; id++) {
      for (int i = 0; i < 2000; i++) {
        subject.store.selectKey(key(i % 96), HASHER.hash(key(i % 96)));
        subject.sum.update((long) i);
        pad.update("x".repeat(1500));
      }
      FrozenState frozen = subject.freeze(id);
      checkpoints.write(frozen);
      frozen.release();
      subject.completed = id;
    }
  }
}
