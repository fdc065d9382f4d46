package dev.weft.engine.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.config.StateBackendOptions.Backend;
import dev.weft.api.state.MapState;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.api.types.Types;
import dev.weft.engine.batch.KeyHasher;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.protocol.KeyGroups;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseStateStoreTest {
  private static final KeyGroups.Range ALL = new KeyGroups.Range(0, 8, 8);
  private static final KeyHasher HASHER = KeyHasher.of(Types.LONG);

  private static ModelledStores.Opening withCache(long bytes) {
    return opening(MemoryRowDatabase.databases(), bytes);
  }

  /** Stores of a backend that keeps all state in databases. */
  static ModelledStores.Opening opening(RowDatabases databases, long cacheBytes) {
    return opening(databases, cacheBytes, null);
  }

  /**
   * The same, whose files of databases are linked too.
   *
   * @param links an empty directory; null for none
   */
  static ModelledStores.Opening opening(RowDatabases databases, long cacheBytes, Path links) {
    AtomicInteger count = new AtomicInteger();
    return new ModelledStores.Opening() {
      @Override
      public StateStore open(KeyGroups.Range groups) throws Exception {
        return open(groups, List.of());
      }

      @Override
      public StateStore open(KeyGroups.Range groups, List<StateBackend.Part> parts)
          throws Exception {
        MemoryPool memory = MemoryPool.root("test", 1L << 30);
        return new StateBackend(
                Backend.ROCKSDB,
                databases,
                memory,
                new StateBackend.Limits(cacheBytes, Long.MAX_VALUE))
            .open(
                new StateBackend.Site(
                    "op",
                    Types.STRING,
                    groups,
                    databases instanceof EnvironmentDatabases own
                        ? own.next()
                        : "db-" + count.incrementAndGet(),
                    false,
                    () -> {},
                    () -> {}),
                parts);
      }

      @Override
      public Path links() {
        return links;
      }
    };
  }

  private static StateStore store(long cacheBytes) {
    return StateStores.database(
        "Count (1/1)", Types.LONG, ALL, new MemoryRowDatabase(), cacheBytes, null);
  }

  @ParameterizedTest
  @CsvSource({"3, 1", "40, 1", "40, 3000", "400, 20000", "40, 100000000"})
  void behavesLikeMapsThroughFreezeAndRescale(int keys, long cacheBytes) throws Exception {
    for (int seed = 0; seed < 12; seed++) {
      ModelledStores.exercise(withCache(cacheBytes), new Random(seed), keys);
    }
  }

  @Test
  void rowsThatLeaveTheCacheComeBack() throws Exception {
    StateStore store = store(2000);
    ValueState<Long> sum = store.value(new ValueStateDescriptor<>("sum", Types.LONG));
    for (long round = 1; round <= 3; round++) {
      for (long key = 0; key < 1000; key++) {
        store.selectKey(key, HASHER.hash(key));
        Long before = sum.value();
        sum.update(before == null ? key : before + key);
      }
    }
    for (long key = 0; key < 1000; key++) {
      store.selectKey(key, HASHER.hash(key));
      assertEquals(3 * key, sum.value());
    }
    assertEquals(1000, store.keyCount());
    store.close();
  }

  @Test
  void theKeysOfABatchAreFetchedTogether() throws Exception {
    StateStore store = store(1);
    ValueState<Long> sum = store.value(new ValueStateDescriptor<>("sum", Types.LONG));
    Object[] keys = {1L, 2L, 1L, 3L, null};
    int[] hashes = new int[keys.length];
    for (int i = 0; i < 4; i++) {
      hashes[i] = HASHER.hash(keys[i]);
    }
    for (long round = 1; round <= 2; round++) {
      store.expect(keys, hashes, 4);
      for (int i = 0; i < 4; i++) {
        store.selectKey(keys[i], hashes[i]);
        sum.update(sum.value() == null ? 1L : sum.value() + 1);
      }
    }
    store.selectKey(1L, HASHER.hash(1L));
    assertEquals(4, sum.value());
    store.close();
  }

  @Test
  void aMapLargerThanTheCacheIsWalkedAndChanged() throws Exception {
    StateStore store = store(10_000);
    MapState<Long, String> map =
        store.map(new MapStateDescriptor<>("map", Types.LONG, Types.STRING));
    store.selectKey(7L, HASHER.hash(7L));
    for (long i = 0; i < 2000; i++) {
      map.put(i, "v" + i);
    }
    store.selectKey(8L, HASHER.hash(8L));
    map.put(1L, "other");
    store.selectKey(7L, HASHER.hash(7L));
    Iterator<Map.Entry<Long, String>> entries = map.entries().iterator();
    int count = 0;
    while (entries.hasNext()) {
      Map.Entry<Long, String> entry = entries.next();
      assertEquals("v" + entry.getKey(), entry.getValue());
      count++;
      if (entry.getKey() % 2 == 0) {
        entries.remove();
      } else if (entry.getKey() % 3 == 0) {
        entry.setValue("three");
      }
    }
    assertEquals(2000, count);
    assertNull(map.get(4L));
    assertEquals("three", map.get(9L));
    count = 0;
    for (Long ignored : map.keys()) {
      count++;
    }
    assertEquals(1000, count);
    map.clear();
    assertTrue(map.isEmpty());
    assertNull(map.get(9L));
    store.selectKey(8L, HASHER.hash(8L));
    assertEquals("other", map.get(1L));
    store.close();
  }
}
