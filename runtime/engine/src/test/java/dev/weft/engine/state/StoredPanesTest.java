package dev.weft.engine.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.config.StateBackendOptions.Backend;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.types.Types;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.KeyHasher;
import dev.weft.engine.batch.stored.StoredBytes;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.protocol.KeyedSlice;
import dev.weft.engine.protocol.SnapshotHandle;
import dev.weft.engine.server.rocks.RocksDatabases;
import dev.weft.engine.state.panes.PaneTable;
import dev.weft.engine.state.panes.StoredPanes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredPanesTest {
  private static final int GROUPS = 16;
  private static final int PANE = 10;
  private static final int PANES = 5;
  private static final KeyHasher HASHER = KeyHasher.of(Types.STRING);

  @TempDir private Path directory;
  @TempDir private Path links;

  private final Map<Long, Map<String, Long>> model = new TreeMap<>();
  private RocksDatabases databases;
  private int opened;
  private int linked;

  @BeforeEach
  void begin() {
    databases = new RocksDatabases(32 << 20);
  }

  @AfterEach
  void end() {
    databases.close();
  }

  private static PaneTable.Layout layout(long paneMillis) {
    return new PaneTable.Layout(Types.STRING, Types.LONG, paneMillis, 0, GROUPS);
  }

  private StateStore open(KeyGroups.Range groups, List<StateBackend.Part> parts)
      throws IOException {
    return new StateBackend(
            Backend.ROCKSDB,
            databases,
            MemoryPool.root("test", 1 << 20),
            new StateBackend.Limits(20_000, Long.MAX_VALUE))
        .open(
            new StateBackend.Site(
                "op",
                Types.STRING,
                groups,
                directory.resolve("db-" + opened++).toUri().toString(),
                false,
                () -> {},
                () -> {}),
            parts);
  }

  private static boolean owns(KeyGroups.Range groups, int hash) {
    int group = KeyGroups.ofHash(hash, GROUPS);
    return group >= groups.first() && group < groups.end();
  }

  /** Adds to random accumulators, in panes and in the model. */
  private void change(StoredPanes panes, KeyGroups.Range groups, Random random) {
    for (int i = 0; i < 3_000; i++) {
      String key = "key" + random.nextInt(800);
      int hash = HASHER.hash(key);
      if (owns(groups, hash)) {
        long start = -2 * PANE + random.nextInt(PANES) * PANE;
        StoredPanes.Pane pane = panes.find(start) == null ? panes.add(start) : panes.find(start);
        byte[] name = panes.name(pane, key, hash);
        if (random.nextBoolean()) {
          panes.expect(new StoredPanes.Pane[] {pane}, new byte[][] {name}, new int[] {hash}, 1);
        }
        Long before = (Long) panes.read(pane, name, hash);
        Map<String, Long> known = model.computeIfAbsent(start, s -> new TreeMap<>());
        assertEquals(known.get(key), before);
        long after = before == null ? i : before + i;
        panes.write(pane, name, hash, after);
        known.put(key, after);
      }
    }
  }

  /** Compares what each stretch of some panes holds with the model. */
  private void check(StoredPanes panes, KeyGroups.Range groups) throws Exception {
    for (int first = 0; first < PANES; first++) {
      long from = (first - 2) * PANE;
      long to = from + 3 * PANE;
      Map<String, List<Object>> expected = new TreeMap<>();
      model.forEach(
          (start, known) -> {
            if (start >= from && start < to) {
              known.forEach(
                  (key, value) -> {
                    if (owns(groups, HASHER.hash(key))) {
                      expected.computeIfAbsent(key, k -> new ArrayList<>()).add(value);
                    }
                  });
            }
          });
      Map<String, List<Object>> seen = new TreeMap<>();
      panes.forEach(
          from,
          to,
          (key, hash, parts, count) -> {
            assertEquals(HASHER.hash(key), hash);
            seen.put((String) key, new ArrayList<>(Arrays.asList(parts).subList(0, count)));
          });
      assertEquals(expected, seen);
    }
  }

  /** A checkpoint of a store, as files or in rows. */
  private StateBackend.Part checkpoint(StateStore store, long id, boolean inRows)
      throws IOException {
    store.nextFreeze(0, inRows);
    FrozenState frozen = store.freeze(id);
    ByteSink sink = new ByteSink(64);
    long[] offsets = frozen.write(sink);
    List<KeyedSlice.File> files = new ArrayList<>();
    Map<String, byte[]> contents = new LinkedHashMap<>();
    Map<String, String> near = new LinkedHashMap<>();
    for (FrozenState.StateFile file : frozen.files()) {
      if (file.fixed()) {
        near.put(file.name(), links.resolve("table-" + linked++).toString());
        file.link(near.get(file.name()));
      }
      try (InputStream in = file.open()) {
        contents.put(file.name(), in.readAllBytes());
      }
      int length = contents.get(file.name()).length;
      files.add(
          new KeyedSlice.File(
              file.name(), new SnapshotHandle(file.name(), 0, length, 0, new byte[0])));
    }
    frozen.release();
    KeyedSlice slice =
        new KeyedSlice(
            frozen.firstKeyGroup(),
            offsets,
            frozen.formatVersion(),
            new SnapshotHandle("", 0, 0, 0, new byte[0]),
            files);
    byte[] bytes = sink.toBytes();
    RowDatabases.Content content =
        new RowDatabases.Content() {
          @Override
          public List<String> names() {
            return List.copyOf(contents.keySet());
          }

          @Override
          public void read(String name, OutputStream target) throws IOException {
            target.write(contents.get(name));
          }

          @Override
          public String near(String name) {
            return near.get(name);
          }
        };
    return new StateBackend.Part(id, slice, () -> StoredBytes.of(ByteBuffer.wrap(bytes)), content);
  }

  @Test
  void panesSurviveCheckpointsAndRescaling() throws Exception {
    Random random = new Random(7);
    List<StateBackend.Part> parts = List.of();
    int[] parallelisms = {1, 1, 3, 2, 2, 1, 4};
    for (int step = 0; step < parallelisms.length; step++) {
      List<StateBackend.Part> next = new ArrayList<>();
      for (int subtask = 0; subtask < parallelisms[step]; subtask++) {
        KeyGroups.Range groups = KeyGroups.Range.of(subtask, parallelisms[step], GROUPS);
        List<StateBackend.Part> mine = new ArrayList<>();
        for (StateBackend.Part part : parts) {
          int first = part.slice().firstKeyGroup();
          if (first < groups.end() && first + part.slice().keyGroupCount() > groups.first()) {
            mine.add(part);
          }
        }
        try (StateStore store = open(groups, mine)) {
          StoredPanes panes = store.panes(layout(PANE));
          check(panes, groups);
          change(panes, groups, random);
          check(panes, groups);
          next.add(checkpoint(store, step + 1, step == 3));
        }
      }
      parts = next;
    }
  }

  @Test
  void aPaneIsForgottenAsAWhole() throws Exception {
    KeyGroups.Range all = new KeyGroups.Range(0, GROUPS, GROUPS);
    try (StateStore store = open(all, List.of())) {
      StoredPanes panes = store.panes(layout(PANE));
      change(panes, all, new Random(1));
      while (panes.paneCount() > 0) {
        model.remove(panes.pane(0).start());
        panes.dropFirst();
        check(panes, all);
      }
      assertTrue(model.isEmpty());
    }
  }

  @Test
  void panesOfAnotherLengthAreRefused() throws Exception {
    KeyGroups.Range all = new KeyGroups.Range(0, GROUPS, GROUPS);
    StateBackend.Part part;
    try (StateStore store = open(all, List.of())) {
      change(store.panes(layout(PANE)), all, new Random(1));
      part = checkpoint(store, 1, false);
    }
    try (StateStore store = open(all, List.of(part))) {
      WeftException refused = assertThrows(WeftException.class, () -> store.panes(layout(7)));
      assertEquals(ErrorCode.USER, refused.code());
      assertTrue(refused.getMessage().contains("panes of 10 ms"), refused.getMessage());
      assertTrue(refused.getMessage().contains("panes of 7 ms"), refused.getMessage());
    }
  }
}
