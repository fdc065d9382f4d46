package dev.weft.engine.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.api.types.Types;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.KeyHasher;
import dev.weft.engine.batch.stored.StoredBytes;
import dev.weft.engine.batch.stored.StoredRows;
import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.protocol.KeyedSlice;
import dev.weft.engine.protocol.SnapshotHandle;
import dev.weft.engine.state.panes.Pane;
import dev.weft.engine.state.panes.PaneTable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The versions of keyed state are written as they were and are still read. */
class KeyedStateFormatTest {
  private static final KeyGroups.Range GROUPS = new KeyGroups.Range(0, 4, 4);
  private static final KeyHasher HASHER = KeyHasher.of(Types.STRING);

  /** The bytes of a slice: where the key groups begin in eight bytes each, and the slice. */
  private record Slice(int version, long[] offsets, byte[] bytes) {
    KeyedSlice handle() {
      SnapshotHandle handle = new SnapshotHandle("", 0, bytes.length, 0, new byte[0]);
      return new KeyedSlice(0, offsets, version, handle);
    }

    byte[] toBytes() {
      ByteBuffer all = ByteBuffer.allocate(offsets.length * Long.BYTES + bytes.length);
      for (long offset : offsets) {
        all.putLong(offset);
      }
      return all.put(bytes).array();
    }

    static Slice of(int version, byte[] all) {
      ByteBuffer buffer = ByteBuffer.wrap(all);
      long[] offsets = new long[5];
      for (int i = 0; i < offsets.length; i++) {
        offsets[i] = buffer.getLong();
      }
      return new Slice(version, offsets, Arrays.copyOfRange(all, buffer.position(), all.length));
    }
  }

  private static StateStore store(long objectRowsMax) {
    return StateStores.heap(
        "op", Types.STRING, GROUPS, null, new StateStores.Heap(objectRowsMax, () -> {}));
  }

  /** A key of each key group: the order of a group's rows is no part of the format. */
  private static List<String> keys() {
    Map<Integer, String> keys = new TreeMap<>();
    for (int i = 0; keys.size() < 4; i++) {
      keys.putIfAbsent(KeyGroups.ofHash(HASHER.hash("key-" + i), 4), "key-" + i);
    }
    return List.copyOf(keys.values());
  }

  private static void select(StateStore store, String key) {
    store.selectKey(key, HASHER.hash(key));
  }

  private static Slice write(FrozenState frozen) {
    ByteSink sink = new ByteSink(16);
    long[] offsets = frozen.write(sink);
    Slice slice = new Slice(frozen.formatVersion(), offsets, sink.toBytes());
    frozen.written(List.of(slice.handle()));
    frozen.release();
    return slice;
  }

  private static Slice golden(Slice current) throws IOException {
    String name = "keyed-state-" + current.version() + ".txt";
    byte[] text = Base64.getMimeEncoder(100, new byte[] {'\n'}).encode(current.toBytes());
    Files.createDirectories(Path.of("target"));
    Files.write(Path.of("target", name), text);
    try (InputStream in = KeyedStateFormatTest.class.getResourceAsStream("/golden/" + name)) {
      String golden = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      byte[] bytes = Base64.getMimeDecoder().decode(golden);
      assertArrayEquals(bytes, current.toBytes(), "compare target/" + name);
      return Slice.of(current.version(), bytes);
    }
  }

  private static void restore(StateStore store, Slice slice) {
    store.restore(slice.handle(), StoredBytes.of(ByteBuffer.wrap(slice.bytes())));
  }

  private static Map<Object, Object> stored(Slice slice, List<Object> removed) {
    Map<Object, Object> rows = new TreeMap<>();
    StoredRows reader =
        new StoredRows(slice.handle(), StoredBytes.of(ByteBuffer.wrap(slice.bytes())), "op");
    reader.forEach(
        new StoredRows.Visitor() {
          @Override
          public void row(StoredRows.Row row) {
            rows.put(row.key(), row.values().get("sum"));
          }

          @Override
          public void removed(Object key) {
            removed.add(key);
          }
        });
    return rows;
  }

  @Test
  void rowsAreVersion1() throws Exception {
    StateStore store = store(1000);
    var sum = store.value(new ValueStateDescriptor<>("sum", Types.LONG));
    var list = store.list(new ListStateDescriptor<>("list", Types.STRING));
    var map = store.map(new MapStateDescriptor<>("map", Types.STRING, Types.INT));
    for (int i = 0; i < 4; i++) {
      select(store, keys().get(i));
      sum.update(i * 1000L);
      if (i % 2 == 0) {
        list.add("a" + i);
        map.put("m", i);
      }
    }
    store.timers().setEvent(77, 0);
    Slice golden = golden(write(store.freeze(1)));
    assertEquals(1, golden.version());
    StateStore restored = store(1000);
    restore(restored, golden);
    select(restored, keys().get(2));
    assertEquals(2000L, restored.value(new ValueStateDescriptor<>("sum", Types.LONG)).value());
    assertEquals(
        List.of("a2"), restored.list(new ListStateDescriptor<>("list", Types.STRING)).get());
    assertEquals(
        2, restored.map(new MapStateDescriptor<>("map", Types.STRING, Types.INT)).get("m"));
    assertEquals(4, stored(golden, new ArrayList<>()).size());
  }

  private static PaneTable panes() {
    return new PaneTable(new PaneTable.Layout(Types.STRING, Types.LONG, 10, 0, 4));
  }

  @Test
  void rowsWithPanesAreVersion2() throws Exception {
    StateStore store = store(0);
    PaneTable panes = panes();
    store.attach(panes);
    int[] ids = new int[2];
    panes.numbers(new Object[] {"a", "b"}, new int[] {HASHER.hash("a"), HASHER.hash("b")}, ids, 2);
    Pane pane = panes.add(20);
    panes.prepare(pane);
    for (int id : ids) {
      panes.entered(pane, id);
      pane.longs[id] = 5 + id;
    }
    var sum = store.value(new ValueStateDescriptor<>("sum", Types.LONG));
    for (int i = 0; i < 3; i++) {
      select(store, keys().get(i));
      sum.update(1L + i);
    }
    Slice golden = golden(write(store.freeze(1)));
    assertEquals(2, golden.version());
    StateStore restored = store(0);
    restore(restored, golden);
    PaneTable restoredPanes = panes();
    restored.attach(restoredPanes);
    assertEquals(2, restoredPanes.keyCount());
    assertEquals(3, restored.keyCount());
    assertEquals(
        Map.of(keys().get(0), 1L, keys().get(1), 2L, keys().get(2), 3L),
        stored(golden, new ArrayList<>()));
    assertEquals(Map.of("a", "20-30: 5", "b", "20-30: 6"), storedPanes(golden));
    checkDamage(golden);
  }

  private static Map<Object, String> storedPanes(Slice slice) {
    Map<Object, String> panes = new TreeMap<>();
    new StoredRows(
            slice.handle(),
            StoredBytes.of(ByteBuffer.wrap(slice.bytes())),
            "operator op in some.state")
        .forEach(
            new StoredRows.Visitor() {
              @Override
              public void row(StoredRows.Row row) {}

              @Override
              public void pane(StoredRows.Pane pane) {
                panes.put(pane.key(), pane.start() + "-" + pane.end() + ": " + pane.accumulator());
              }
            });
    return panes;
  }

  /** Whatever byte is gone, the failure says where. */
  private static void checkDamage(Slice golden) {
    int last = golden.offsets().length - 1;
    while (golden.offsets()[last - 1] == golden.offsets()[last]) {
      last--;
    }
    for (long cut = golden.offsets()[last - 1] + 1; cut < golden.offsets()[last]; cut++) {
      long[] offsets = golden.offsets().clone();
      Arrays.fill(offsets, last, offsets.length, cut);
      Slice damaged = new Slice(golden.version(), offsets, golden.bytes());
      WeftException refusal =
          assertThrows(WeftException.class, () -> storedPanes(damaged), "cut at " + cut);
      assertEquals(ErrorCode.DATA, refusal.code());
      String expected = "Key group " + (last - 1) + " of the state of operator op in some.state";
      assertTrue(refusal.getMessage().startsWith(expected), refusal.getMessage());
    }
  }

  @Test
  void whatContinuesSlicesIsVersion3() throws Exception {
    StateStore store = store(0);
    var sum = store.value(new ValueStateDescriptor<>("sum", Types.LONG));
    for (int i = 0; i < 100; i++) {
      select(store, "key-" + i);
      sum.update(1L + i);
    }
    store.nextFreeze(0, false);
    Slice first = write(store.freeze(1));
    assertEquals(1, first.version());
    for (int i = 0; i < 4; i++) {
      select(store, "key-" + i);
      if (i < 2) {
        sum.clear();
      } else {
        sum.update(-1L);
      }
    }
    store.timers().setEvent(77, 0);
    store.nextFreeze(1, false);
    Slice golden = golden(write(store.freeze(2)));
    assertEquals(3, golden.version());
    StateStore restored = store(0);
    restore(restored, first);
    restore(restored, golden);
    assertEquals(98, restored.keyCount());
    List<Object> removed = new ArrayList<>();
    assertEquals(Map.of("key-2", -1L, "key-3", -1L), stored(golden, removed));
    removed.sort(null);
    assertEquals(List.of("key-0", "key-1"), removed);
  }
}
