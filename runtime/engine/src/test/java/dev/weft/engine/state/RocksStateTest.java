package dev.weft.engine.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.state.MapState;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.state.StateTtlConfig;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.api.types.Types;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.KeyHasher;
import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.state.keyed.KeyedStates;
import dev.weft.engine.world.Clock;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RocksStateTest {
  private static final KeyHasher HASHER = KeyHasher.of(Types.LONG);

  @TempDir Path directory;
  @TempDir Path links;
  private EnvironmentDatabases databases;

  @BeforeEach
  void begin() {
    databases = new EnvironmentDatabases(directory);
  }

  @AfterEach
  void nothingIsLeftOpenAndNoFileIsLeftBehind() {
    databases.close();
  }

  private RowDatabase open() {
    return databases.open(new RowDatabases.Place(databases.next(), () -> {}));
  }

  @Test
  void aCheckpointWritesOnlyFilesThatTheOneBeforeDoesNotHave() throws Exception {
    ModelledStores stores = new ModelledStores(DatabaseStateStoreTest.opening(databases, 1), 1);
    stores.steps(new Random(1), 3000);
    ModelledStores.Frozen first = stores.freeze();
    first.write();
    first.release();
    int written = stores.filesWritten();
    ModelledStores.Frozen second = stores.freeze();
    second.write();
    second.release();
    int tables = 1;
    assertTrue(
        stores.filesWritten() - written < written - tables + 1,
        "first " + written + ", second " + (stores.filesWritten() - written));
    stores.close();
    ModelledStores restored = second.restored(1, false);
    restored.check(3000);
    restored.close();
  }

  private StateStore store(long cacheBytes) {
    return StateStores.database(
        "Count (1/1)", Types.LONG, new KeyGroups.Range(0, 8, 8), open(), cacheBytes, null);
  }

  @ParameterizedTest
  @CsvSource({
    "40, 1, false",
    "40, 3000, false",
    "400, 100000000, false",
    "40, 1, true",
    "400, 3000, true"
  })
  void behavesLikeMapsThroughFreezeAndRescale(int keys, long cacheBytes, boolean linked)
      throws Exception {
    for (int seed = 0; seed < 3; seed++) {
      Path own = linked ? Files.createDirectory(links.resolve("seed-" + seed)) : null;
      ModelledStores.exercise(
          DatabaseStateStoreTest.opening(databases, cacheBytes, own), new Random(seed), keys);
    }
  }

  @Test
  void anOpenCheckpointOutlivesTheStore() throws Exception {
    StateStore store = store(1 << 20);
    ValueState<Long> sum = store.value(new ValueStateDescriptor<>("sum", Types.LONG));
    for (long key = 0; key < 100; key++) {
      store.selectKey(key, HASHER.hash(key));
      sum.update(key);
    }
    store.nextFreeze(0, true);
    FrozenState frozen = store.freeze(1);
    store.close();
    ByteSink sink = new ByteSink(16);
    frozen.write(sink);
    assertTrue(sink.position() > 100);
    frozen.release();
  }

  /** The bytes of all tables. */
  private static long bytesOf(StateStore store, long checkpointId) throws Exception {
    store.nextFreeze(0, false);
    FrozenState frozen = store.freeze(checkpointId);
    long bytes = 0;
    for (FrozenState.StateFile file : frozen.files()) {
      if (file.name().endsWith(".sst")) {
        try (InputStream in = file.open()) {
          bytes += in.readAllBytes().length;
        }
      }
    }
    frozen.release();
    return bytes;
  }

  @Test
  void whatHasExpiredLeavesTheDatabaseWithoutBeingRead() throws Exception {
    AtomicLong now = new AtomicLong(1_000);
    StateStore store = store(1 << 20);
    Clock clock =
        new Clock() {
          @Override
          public long currentTimeMillis() {
            return now.get();
          }

          @Override
          public long nanoTime() {
            return now.get() * 1_000_000;
          }
        };
    KeyedStates states = new KeyedStates(store, clock);
    StateTtlConfig life = StateTtlConfig.newBuilder(Duration.ofMillis(100)).build();
    ValueStateDescriptor<String> text = new ValueStateDescriptor<>("text", Types.STRING);
    MapStateDescriptor<Long, String> entries =
        new MapStateDescriptor<>("map", Types.LONG, Types.STRING);
    text.enableTimeToLive(life);
    entries.enableTimeToLive(life);
    ValueState<String> value = states.getState(text);
    MapState<Long, String> map = states.getMapState(entries);
    int keys = 10_000;
    for (long key = 0; key < keys; key++) {
      store.selectKey(key, HASHER.hash(key));
      value.update(UUID.randomUUID().toString());
      map.put(key, UUID.randomUUID().toString());
      map.put(-key - 1, "short");
    }
    long full = bytesOf(store, 1);
    assertTrue(full > 1_000_000, full + " bytes");
    now.addAndGet(50);
    store.selectKey(3L, HASHER.hash(3L));
    value.update("kept");
    map.put(3L, "kept");
    now.addAndGet(60);
    for (int i = 0; i < 4 * keys / 1024 + 8; i++) {
      store.sweep(1024);
    }
    assertEquals(1, store.keyCount());
    // what was dropped leaves the disk when files of deletions are merged with the others
    long left = full;
    for (int i = 2; i < 40 && left > full / 20; i++) {
      store.selectKey(3L, HASHER.hash(3L));
      map.put(-9L, "n" + i);
      left = bytesOf(store, i);
    }
    assertTrue(left <= full / 20, left + " of " + full + " bytes are left");
    store.selectKey(3L, HASHER.hash(3L));
    assertEquals("kept", value.value());
    assertEquals("kept", map.get(3L));
    store.close();
  }

  @Test
  void keysWithTheHighestHashAreFound() {
    try (RowDatabase database = open()) {
      byte[] high = {-1, -1, -1, -1, 1, -1};
      database.put(RowDatabase.ROWS, high, new byte[] {7}, 1);
      database.write();
      try (RowDatabase.View view = database.view();
          RowDatabase.Cursor cursor = view.range(RowDatabase.ROWS, new byte[] {-1}, null)) {
        assertTrue(cursor.next());
        assertEquals(7, cursor.value()[0]);
        assertFalse(cursor.next());
      }
      database.deleteAll(RowDatabase.ROWS, new byte[] {-1, -1, -1, -1, 1});
      database.write();
      assertNull(database.find(RowDatabase.ROWS, high));
    }
  }

  @Test
  void aDirectoryThatCannotBeMadeIsNamed() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    WeftException e =
        assertThrows(
            WeftException.class,
            () ->
                databases.open(
                    new RowDatabases.Place(file.resolve("below").toUri().toString(), () -> {})));
    assertEquals(ErrorCode.RESOURCE, e.code());
    assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
    assertTrue(e.getMessage().contains("io.tmp.dirs"), e.getMessage());
    Files.delete(file);
  }
}
