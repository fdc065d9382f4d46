package dev.weft.engine.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
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
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.protocol.KeyedSlice;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeapStateStoreTest {
  private static final KeyHasher LONG_HASH = KeyHasher.of(Types.LONG);
  private static final int GROUPS = 8;

  private static StateStore store() {
    return StateStores.heap("Count (1/1)", Types.LONG, 0, GROUPS, GROUPS);
  }

  private static void select(StateStore store, long key) {
    store.selectKey(key, LONG_HASH.hash(key));
  }

  private static ValueStateDescriptor<Long> sumDescriptor() {
    return new ValueStateDescriptor<>("sum", Types.LONG);
  }

  private static void fill(StateStore store, int keys) throws Exception {
    ValueState<Long> sum = store.value(sumDescriptor());
    for (long key = 0; key < keys; key++) {
      select(store, key);
      sum.update(key * 3);
    }
  }

  /** A slice with its bytes. */
  private record Snapshot(KeyedSlice slice, byte[] bytes) {
    void restoreInto(StateStore store) {
      store.restore(slice, StoredBytes.of(ByteBuffer.wrap(bytes)));
    }
  }

  private static Snapshot snapshot(StateStore store) {
    FrozenState frozen = store.freeze(1);
    ByteSink sink = new ByteSink(16);
    long[] offsets = frozen.write(sink);
    frozen.release();
    return new Snapshot(
        new KeyedSlice(frozen.firstKeyGroup(), offsets, frozen.formatVersion(), null),
        sink.toBytes());
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 40, 3000})
  void behavesLikeMapsThroughFreezeAndRescale(int keys) throws Exception {
    for (int seed = 0; seed < (keys > 1000 ? 3 : 25); seed++) {
      ModelledStores.exercise(ModelledStores.HEAP, new Random(seed), keys);
    }
  }

  @Test
  void aSnapshotIsWrittenByAnotherThreadWhileTheTaskGoesOn() throws Exception {
    int keys = 2000;
    for (int seed = 0; seed < 8; seed++) {
      Random random = new Random(seed);
      ModelledStores stores = new ModelledStores(ModelledStores.HEAP, 2);
      stores.steps(random, keys);
      ModelledStores.Frozen frozen = stores.freeze();
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread writer =
          new Thread(
              () -> {
                frozen.write();
                frozen.release();
              });
      writer.setUncaughtExceptionHandler((thread, e) -> failure.set(e));
      writer.start();
      while (writer.isAlive()) {
        stores.step(random, keys);
      }
      writer.join();
      assertNull(failure.get());
      stores.check(keys);
      frozen.restored(3, true).check(keys);
      ModelledStores.Frozen next = stores.freeze();
      stores.steps(random, keys);
      next.write();
      next.release();
      next.restored(1, false).check(keys);
    }
  }

  @Test
  void theSameChangesGiveTheSameBytes() throws Exception {
    List<byte[]> snapshots = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      Random random = new Random(99);
      ModelledStores stores = new ModelledStores(ModelledStores.HEAP, 1);
      for (int i = 0; i < 5000; i++) {
        stores.step(random, 500);
      }
      ModelledStores.Frozen frozen = stores.freeze();
      frozen.write();
      ByteBuffer bytes = frozen.bytes().get(0);
      byte[] copy = new byte[bytes.remaining()];
      bytes.duplicate().get(copy);
      snapshots.add(copy);
    }
    assertArrayEquals(snapshots.get(0), snapshots.get(1));
  }

  @Test
  void formatVersionOneIsFixed() throws Exception {
    StateStore store = StateStores.heap("op", Types.LONG, 0, 2, 2);
    ValueState<Long> sum = store.value(sumDescriptor());
    ListState<String> list = store.list(new ListStateDescriptor<>("list", Types.STRING));
    select(store, 1);
    sum.update(5L);
    list.add("a");
    list.add("b");
    store.timers().setEvent(1000, 7);
    Snapshot snapshot = snapshot(store);
    String header = "57454654" + "01" + "02" + "044c4f4e47" + "02";
    String states =
        "00" + "0373756d" + "044c4f4e47" + "01" + "046c697374" + "0c4c4953543c535452494e473e";
    int hash = LONG_HASH.hash(1L);
    String hashHex = HexFormat.of().toHexDigits(hash);
    String row =
        "01"
            + hashHex
            + "00"
            + "0000000000000001"
            + "01"
            + "08"
            + "0000000000000005"
            + "01"
            + "06"
            + "02"
            + "00"
            + "0161"
            + "0162"
            + "00";
    String timers =
        "01"
            + "00000000000003e8"
            + "0000000000000007"
            + hashHex
            + "00"
            + "0000000000000001"
            + "00"
            + "00";
    assertEquals(header + states + row + timers, HexFormat.of().formatHex(snapshot.bytes()));
    long end = snapshot.bytes().length;
    long first = (header.length() + states.length()) / 2;
    long[] offsets = hash >= 0 ? new long[] {first, end, end} : new long[] {first, first, end};
    assertArrayEquals(offsets, snapshot.slice().offsets());
  }

  @Test
  void rowsGoWhenTheirLastStateIsCleared() throws Exception {
    StateStore store = store();
    fill(store, 50_000);
    ValueState<Long> sum = store.value(sumDescriptor());
    assertEquals(50_000, store.keyCount());
    for (long key = 0; key < 50_000; key++) {
      select(store, key);
      assertEquals(key * 3, sum.value());
      sum.clear();
      assertNull(sum.value());
    }
    assertEquals(0, store.keyCount());
    select(store, 5);
    assertNull(sum.value());
    sum.update(1L);
    assertEquals(1, store.keyCount());
  }

  @Test
  void readingAnAbsentKeyMakesNoRow() throws Exception {
    StateStore store = store();
    ValueState<Long> sum = store.value(sumDescriptor());
    ListState<Long> list = store.list(new ListStateDescriptor<>("list", Types.LONG));
    MapState<Long, Long> map = store.map(new MapStateDescriptor<>("map", Types.LONG, Types.LONG));
    select(store, 1);
    assertNull(sum.value());
    assertFalse(list.get().iterator().hasNext());
    assertTrue(map.isEmpty());
    assertNull(map.get(1L));
    map.remove(1L);
    sum.clear();
    list.addAll(List.of());
    assertEquals(0, store.keyCount());
  }

  @Test
  void mapViewsRemoveAndAnEmptiedMapIsNotRestored() throws Exception {
    StateStore store = store();
    MapStateDescriptor<String, Long> descriptor =
        new MapStateDescriptor<>("map", Types.STRING, Types.LONG);
    MapState<String, Long> map = store.map(descriptor);
    select(store, 1);
    map.putAll(Map.of("a", 1L));
    FrozenState frozen = store.freeze(1);
    for (Iterator<Map.Entry<String, Long>> i = map.entries().iterator(); i.hasNext(); ) {
      i.next();
      i.remove();
    }
    ByteSink sink = new ByteSink(16);
    KeyedSlice slice = new KeyedSlice(0, frozen.write(sink), 1, null);
    frozen.release();
    StateStore before = store();
    before.restore(slice, StoredBytes.of(sink.asBuffer()));
    select(before, 1);
    assertEquals(1L, before.map(descriptor).get("a"));
    assertTrue(map.isEmpty());
    StateStore after = store();
    snapshot(store).restoreInto(after);
    assertEquals(0, after.keyCount());
  }

  @Test
  void oneNameHasOneType() {
    StateStore store = store();
    ValueState<Long> sum = store.value(sumDescriptor());
    assertSame(sum, store.value(sumDescriptor()));
    WeftException e =
        assertThrows(
            WeftException.class,
            () -> store.value(new ValueStateDescriptor<>("sum", Types.STRING)));
    assertEquals(ErrorCode.USER, e.code());
    assertTrue(e.getMessage().contains("'sum' of Count (1/1)"), e.getMessage());
    assertTrue(e.getMessage().contains("value of LONG and as value of STRING"), e.getMessage());
    assertThrows(
        WeftException.class, () -> store.list(new ListStateDescriptor<>("sum", Types.LONG)));
  }

  @Test
  void aRestoreIntoAnotherTypeNamesStateAndBothTypes() throws Exception {
    StateStore store = store();
    fill(store, 3);
    Snapshot snapshot = snapshot(store);
    StateStore declaredFirst = store();
    declaredFirst.value(new ValueStateDescriptor<>("sum", Types.STRING));
    StateStore restoredFirst = store();
    snapshot.restoreInto(restoredFirst);
    List<WeftException> failures =
        List.of(
            assertThrows(WeftException.class, () -> snapshot.restoreInto(declaredFirst)),
            assertThrows(
                WeftException.class,
                () -> restoredFirst.value(new ValueStateDescriptor<>("sum", Types.STRING))));
    for (WeftException e : failures) {
      assertEquals(ErrorCode.USER, e.code());
      assertTrue(
          e.getMessage()
              .contains(
                  "State 'sum' of Count (1/1) is declared as STRING but the checkpoint holds it"
                      + " as LONG"),
          e.getMessage());
    }
  }

  @Test
  void keysOfAnotherTypeAndAnotherMaxParallelismAreRefused() throws Exception {
    StateStore store = store();
    fill(store, 3);
    Snapshot snapshot = snapshot(store);
    StateStore byText = StateStores.heap("op", Types.STRING, 0, GROUPS, GROUPS);
    StateStore wider = StateStores.heap("op", Types.LONG, 0, 16, 16);
    for (StateStore other : List.of(byText, wider)) {
      WeftException e = assertThrows(WeftException.class, () -> snapshot.restoreInto(other));
      assertEquals(ErrorCode.USER, e.code());
    }
  }

  @Test
  void statesThatNobodyDeclaresAreKeptThroughGenerations() throws Exception {
    StateStore first = store();
    fill(first, 100);
    ListState<String> list = first.list(new ListStateDescriptor<>("words", Types.STRING));
    for (long key = 0; key < 100; key += 2) {
      select(first, key);
      list.add("w" + key);
    }
    StateStore second = store();
    snapshot(first).restoreInto(second);
    ValueState<Long> other = second.value(new ValueStateDescriptor<>("other", Types.LONG));
    select(second, 7);
    other.update(1L);
    select(second, 1000);
    other.update(2L);
    StateStore third = store();
    snapshot(second).restoreInto(third);
    assertEquals(101, third.keyCount());
    ListState<String> words = third.list(new ListStateDescriptor<>("words", Types.STRING));
    ValueState<Long> sum = third.value(sumDescriptor());
    select(third, 7);
    assertEquals(21L, sum.value());
    assertFalse(words.get().iterator().hasNext());
    select(third, 8);
    assertEquals("w8", words.get().iterator().next());
    assertEquals(1L, value(third, "other", 7));
    assertEquals(2L, value(third, "other", 1000));
  }

  private static Long value(StateStore store, String name, long key) throws Exception {
    ValueState<Long> state = store.value(new ValueStateDescriptor<>(name, Types.LONG));
    select(store, key);
    return state.value();
  }

  @Test
  void damagedBytesAreRefusedOrReadButNeverCrash() throws Exception {
    Random random = new Random(3);
    StateStore store = store();
    fill(store, 300);
    ListState<String> list = store.list(new ListStateDescriptor<>("words", Types.STRING));
    list.add("word");
    store.timers().setEvent(1, 2);
    Snapshot good = snapshot(store);
    for (int round = 0; round < 2000; round++) {
      byte[] bad = good.bytes().clone();
      for (int i = random.nextInt(3); i >= 0; i--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      StateStore target = store();
      try {
        new Snapshot(good.slice(), bad).restoreInto(target);
        target.value(sumDescriptor());
        target.list(new ListStateDescriptor<>("words", Types.STRING));
      } catch (WeftException expected) {
        assertFalse(expected.getMessage().isEmpty());
      }
    }
    for (int length = 0; length < good.bytes().length; length += 7) {
      Snapshot cut = new Snapshot(good.slice(), Arrays.copyOf(good.bytes(), length));
      WeftException e = assertThrows(WeftException.class, () -> cut.restoreInto(store()));
      assertEquals(ErrorCode.ENGINE, e.code());
    }
  }

  @Test
  void aSliceIsRestoredOnce() throws Exception {
    StateStore store = store();
    fill(store, 3);
    Snapshot snapshot = snapshot(store);
    StateStore target = store();
    snapshot.restoreInto(target);
    assertEquals(
        ErrorCode.ENGINE,
        assertThrows(WeftException.class, () -> snapshot.restoreInto(target)).code());
  }

  @Test
  void keysThatTheUserChangesLaterStayAsTheyWere() throws Exception {
    TypeInformation<List<Long>> type = Types.LIST(Types.LONG);
    KeyHasher hasher = KeyHasher.of(type);
    StateStore store = StateStores.heap("op", type, 0, GROUPS, GROUPS);
    ValueState<Long> sum = store.value(sumDescriptor());
    List<Long> key = new ArrayList<>(List.of(1L));
    store.selectKey(key, hasher.hash(key));
    sum.update(5L);
    store.timers().setEvent(1, 0);
    key.add(2L);
    store.selectKey(List.of(1L), hasher.hash(List.of(1L)));
    assertEquals(5L, sum.value());
    List<Object> fired = new ArrayList<>();
    store.timers().fireEvent(1, (time, number) -> fired.add(store.currentKey()));
    assertEquals(List.of(List.of(1L)), fired);
  }

  @Test
  void misuseIsNamed() {
    StateStore store = StateStores.heap("op", Types.LONG, 0, 1, GROUPS);
    ValueState<Long> sum = store.value(sumDescriptor());
    ListState<Long> list = store.list(new ListStateDescriptor<>("list", Types.LONG));
    assertEquals(ErrorCode.USER, assertThrows(WeftException.class, sum::value).code());
    assertEquals(
        ErrorCode.USER,
        assertThrows(WeftException.class, () -> store.timers().setEvent(1, 1)).code());
    assertEquals(
        ErrorCode.ENGINE, assertThrows(WeftException.class, () -> store.selectKey(1L, -1)).code());
    store.selectKey(1L, 0);
    WeftException e = assertThrows(WeftException.class, () -> list.add(null));
    assertEquals(ErrorCode.USER, e.code());
    FrozenState frozen = store.freeze(1);
    assertThrows(IllegalStateException.class, () -> store.freeze(2));
    frozen.release();
    frozen.release();
    store.freeze(3).release();
    assertThrows(IllegalStateException.class, () -> frozen.write(new ByteSink(1)));
  }

  @Test
  void timersAreAccountedForUntilTheyFire() throws Exception {
    MemoryPool worker = MemoryPool.root("worker w1", 2 << 20);
    StateStore store = StateStores.heap("Count (1/1)", Types.LONG, 0, GROUPS, GROUPS, worker);
    select(store, 1);
    long empty = worker.reserved();
    for (int time = 0; time < 4_000; time++) {
      store.timers().setEvent(time, 0);
    }
    long full = worker.reserved();
    assertTrue(full - empty > 4_000 * 70, "a timer is an object of 56 bytes in two tables");
    store.timers().fireEvent(Long.MAX_VALUE, (time, discriminator) -> {});
    assertTrue(full - worker.reserved() >= 4_000 * 3, "its place in the order is given back");
    WeftException e =
        assertThrows(
            WeftException.class,
            () -> {
              for (int time = 0; time < 1_000_000; time++) {
                store.timers().setProcessing(time, 0);
              }
            });
    assertEquals(ErrorCode.RESOURCE, e.code());
    store.close();
    assertEquals(0, worker.reserved());
  }

  @Test
  void memoryIsAccountedForAndRefused() throws Exception {
    MemoryPool worker = MemoryPool.root("worker w1", 2 << 20);
    StateStore store = StateStores.heap("Count (1/1)", Types.LONG, 0, GROUPS, GROUPS, worker);
    fill(store, 1000);
    long before = worker.reserved();
    assertTrue(before > 0);
    FrozenState frozen = store.freeze(1);
    fill(store, 1000);
    assertEquals(2 * before, worker.reserved());
    frozen.release();
    assertEquals(before, worker.reserved());
    WeftException e = assertThrows(WeftException.class, () -> fill(store, 1_000_000));
    assertEquals(ErrorCode.RESOURCE, e.code());
    assertTrue(e.getMessage().startsWith("state of Count (1/1) needs "), e.getMessage());
    store.close();
    assertEquals(0, worker.reserved());
  }

  @Test
  void timersSetWhileFiringFireWhenDue() throws Exception {
    StateStore store = store();
    TimerTable timers = store.timers();
    select(store, 1);
    timers.setEvent(10, 0);
    timers.setEvent(10, 0);
    timers.setProcessing(4, 0);
    assertEquals(4, timers.nextProcessing());
    List<Long> fired = new ArrayList<>();
    TimerTable.Callback again =
        (time, number) -> {
          fired.add(time);
          timers.setEvent(time + 10, 0);
        };
    timers.fireEvent(35, again);
    assertEquals(List.of(10L, 20L, 30L), fired);
    timers.fireEvent(35, again);
    assertEquals(3, fired.size());
    timers.clearProcessing(4, 0);
    timers.clearProcessing(4, 0);
    assertEquals(Long.MAX_VALUE, timers.nextProcessing());
  }

  @Test
  void keysWithOneHashLiveTogether() throws Exception {
    StateStore store = store();
    ValueState<Long> sum = store.value(sumDescriptor());
    for (long key = 0; key < 3000; key++) {
      store.selectKey(key, 42);
      sum.update(key);
    }
    for (long key = 0; key < 3000; key += 2) {
      store.selectKey(key, 42);
      sum.clear();
    }
    for (long key = 0; key < 3000; key++) {
      store.selectKey(key, 42);
      assertEquals(key % 2 == 0 ? null : key, sum.value());
    }
  }
}
