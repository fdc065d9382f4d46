package dev.weft.engine.state.keyed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.WeftException;
import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.state.AggregatingState;
import dev.weft.api.state.AggregatingStateDescriptor;
import dev.weft.api.state.ListState;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.state.MapState;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.state.ReducingState;
import dev.weft.api.state.ReducingStateDescriptor;
import dev.weft.api.state.StateDescriptor;
import dev.weft.api.state.StateTtlConfig;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.api.types.TypeHint;
import dev.weft.api.types.Types;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.KeyHasher;
import dev.weft.engine.batch.stored.StoredBytes;
import dev.weft.engine.protocol.KeyedSlice;
import dev.weft.engine.state.FrozenState;
import dev.weft.engine.state.StateStore;
import dev.weft.engine.state.StateStores;
import dev.weft.engine.world.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyedStatesTest {
  private static final KeyHasher LONG_HASH = KeyHasher.of(Types.LONG);
  private static final int GROUPS = 8;
  private static final int LIFE = 100;

  private final HandClock clock = new HandClock();
  private StateStore store = store();
  private KeyedStates states = new KeyedStates(store, clock);

  /** A clock that is set by hand. */
  private static final class HandClock implements Clock {
    long millis = 1_000;

    @Override
    public long currentTimeMillis() {
      return millis;
    }

    @Override
    public long nanoTime() {
      return millis * 1_000_000;
    }
  }

  private static StateStore store() {
    return StateStores.heap("Count (1/1)", Types.LONG, 0, GROUPS, GROUPS);
  }

  private void select(long key) {
    store.selectKey(key, LONG_HASH.hash(key));
  }

  private static StateTtlConfig.Builder life() {
    return StateTtlConfig.newBuilder(Duration.ofMillis(LIFE));
  }

  private static <D extends StateDescriptor<?, ?>> D living(
      D descriptor, StateTtlConfig.Builder life) {
    descriptor.enableTimeToLive(life.build());
    return descriptor;
  }

  /** Takes a snapshot, and goes on in a new store that is made of it. Returns its bytes. */
  private int restart() {
    FrozenState frozen = store.freeze(1);
    ByteSink sink = new ByteSink(16);
    long[] offsets = frozen.write(sink);
    frozen.release();
    store.close();
    store = store();
    store.restore(
        new KeyedSlice(0, offsets, frozen.formatVersion(), null), StoredBytes.of(sink.asBuffer()));
    states = new KeyedStates(store, clock);
    return (int) (offsets[GROUPS] - offsets[0]);
  }

  @Test
  void aValueReadsAsItsDefaultWhereThereIsNone() throws Exception {
    ValueStateDescriptor<List<Long>> descriptor =
        new ValueStateDescriptor<>(
            "list", new TypeHint<List<Long>>() {}.getTypeInfo(), new ArrayList<>(List.of(1L)));
    ValueState<List<Long>> state = states.getState(descriptor);
    select(1);
    state.value().add(2L);
    assertEquals(List.of(1L), state.value());
    assertNotSame(state.value(), state.value());
    state.update(List.of());
    assertEquals(List.of(), state.value());
    state.clear();
    assertEquals(List.of(1L), state.value());
  }

  @Test
  void reducingStateFoldsWhatIsAdded() throws Exception {
    ReducingState<Long> sum =
        states.getReducingState(new ReducingStateDescriptor<>("sum", Long::sum, Long.class));
    select(1);
    assertNull(sum.get());
    sum.add(3L);
    sum.add(4L);
    select(2);
    sum.add(9L);
    select(1);
    assertEquals(7, sum.get());
    restart();
    sum = states.getReducingState(new ReducingStateDescriptor<>("sum", Long::sum, Long.class));
    select(1);
    sum.add(1L);
    assertEquals(8, sum.get());
    sum.add(null);
    assertNull(sum.get());
  }

  /** An average: the accumulator is the sum and the count. */
  private static final class Average implements AggregateFunction<Long, long[], Double> {
    @Override
    public long[] createAccumulator() {
      return new long[2];
    }

    @Override
    public long[] add(Long value, long[] accumulator) {
      accumulator[0] += value;
      accumulator[1]++;
      return accumulator;
    }

    @Override
    public Double getResult(long[] accumulator) {
      return (double) accumulator[0] / accumulator[1];
    }

    @Override
    public long[] merge(long[] left, long[] right) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void aggregatingStateKeepsTheAccumulator() throws Exception {
    AggregatingStateDescriptor<Long, long[], Double> descriptor =
        new AggregatingStateDescriptor<>("average", new Average(), long[].class);
    AggregatingState<Long, Double> average = states.getAggregatingState(descriptor);
    select(1);
    assertNull(average.get());
    average.add(3L);
    average.add(4L);
    assertEquals(3.5, average.get());
    restart();
    average = states.getAggregatingState(descriptor);
    select(2);
    assertNull(average.get());
    select(1);
    average.add(5L);
    assertEquals(4, average.get());
    average.clear();
    assertNull(average.get());
  }

  @Test
  void aWriteBeginsALifeAndAReadMay() throws Exception {
    ValueState<Long> written =
        states.getState(living(new ValueStateDescriptor<>("written", Long.class), life()));
    ValueState<Long> read =
        states.getState(
            living(
                new ValueStateDescriptor<>("read", Long.class), life().updateTtlOnReadAndWrite()));
    select(1);
    written.update(5L);
    read.update(6L);
    clock.millis += LIFE - 1;
    assertEquals(5, written.value());
    assertEquals(6, read.value());
    clock.millis += 1;
    assertNull(written.value());
    assertEquals(6, read.value());
    clock.millis += LIFE;
    assertNull(read.value());
    assertEquals(0, store.keyCount());
  }

  @Test
  void whatIsNotRemovedYetMayBeReadOnceWhenThatIsAskedFor() throws Exception {
    ValueState<Long> value =
        states.getState(
            living(
                new ValueStateDescriptor<>("v", Long.class), life().returnExpiredIfNotCleanedUp()));
    MapState<Long, Long> map =
        states.getMapState(
            living(
                new MapStateDescriptor<>("m", Long.class, Long.class),
                life().returnExpiredIfNotCleanedUp()));
    select(1);
    value.update(5L);
    map.put(1L, 2L);
    clock.millis += LIFE;
    assertEquals(5, value.value());
    assertNull(value.value());
    assertEquals(2, map.get(1L));
    assertFalse(map.contains(1L));
  }

  @Test
  void aDefaultIsReadAfterTheEndOfALife() throws Exception {
    ValueState<Long> value =
        states.getState(living(new ValueStateDescriptor<>("v", Long.class, 7L), life()));
    select(1);
    value.update(5L);
    clock.millis += LIFE;
    assertEquals(7, value.value());
  }

  @Test
  void foldsExpireAsAWhole() throws Exception {
    ReducingState<Long> sum =
        states.getReducingState(
            living(new ReducingStateDescriptor<>("sum", Long::sum, Long.class), life()));
    AggregatingState<Long, Double> average =
        states.getAggregatingState(
            living(
                new AggregatingStateDescriptor<>("average", new Average(), long[].class), life()));
    select(1);
    sum.add(1L);
    average.add(10L);
    clock.millis += LIFE - 1;
    sum.add(2L);
    clock.millis += 1;
    assertEquals(3, sum.get());
    assertNull(average.get());
    average.add(20L);
    assertEquals(20, average.get());
  }

  @Test
  void aNullInAListIsRefused() {
    ListState<Long> list =
        states.getListState(living(new ListStateDescriptor<>("l", Long.class), life()));
    select(1);
    WeftException failure = assertThrows(WeftException.class, () -> list.add(null));
    assertTrue(failure.getMessage().contains("holds no nulls"), failure.getMessage());
  }

  @Test
  void entriesOfAMapThatExpiresCanBeChangedAndRemovedThroughItsViews() throws Exception {
    MapState<String, Long> map =
        states.getMapState(living(new MapStateDescriptor<>("m", String.class, Long.class), life()));
    select(1);
    map.putAll(Map.of("a", 1L));
    clock.millis += 60;
    map.put("b", 2L);
    map.put("c", null);
    for (Map.Entry<String, Long> entry : map.entries()) {
      if (entry.getKey().equals("b")) {
        assertEquals(2, entry.setValue(20L));
        assertEquals(20, entry.getValue());
      }
    }
    clock.millis += 60;
    assertFalse(map.contains("a"));
    assertTrue(map.contains("c"));
    Iterator<String> keys = map.keys().iterator();
    keys.next();
    keys.remove();
    List<Long> values = new ArrayList<>();
    map.values().forEach(values::add);
    assertEquals(1, values.size());
    assertNull(values.get(0));
    assertFalse(map.isEmpty());
    clock.millis += LIFE;
    assertTrue(map.isEmpty());
    assertFalse(map.iterator().hasNext());
    assertEquals(0, store.keyCount());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void listsAndMapsExpireElementByElementThroughRestoresAndSweeps(int seed) throws Exception {
    Random random = new Random(seed);
    StateTtlConfig.Builder life = life().cleanupIncrementally(3, true);
    StateTtlConfig.Builder config = seed % 2 == 0 ? life.cleanupFullSnapshot() : life;
    Map<Long, List<long[]>> lists = new TreeMap<>();
    Map<Long, Map<Long, long[]>> maps = new TreeMap<>();
    for (int round = 0; round < 10; round++) {
      ListState<Long> list =
          states.getListState(living(new ListStateDescriptor<>("l", Long.class), config));
      MapState<Long, Long> map =
          states.getMapState(living(new MapStateDescriptor<>("m", Long.class, Long.class), config));
      for (int step = 0; step < 300; step++) {
        clock.millis += random.nextInt(4);
        long key = random.nextInt(40);
        long value = random.nextInt(10);
        select(key);
        if (random.nextBoolean()) {
          list.add(value);
          lists.computeIfAbsent(key, k -> new ArrayList<>()).add(new long[] {clock.millis, value});
        } else {
          map.put(value, (long) step);
          maps.computeIfAbsent(key, k -> new TreeMap<>())
              .put(value, new long[] {clock.millis, step});
        }
        if (random.nextInt(10) == 0) {
          store.sweep(random.nextInt(5));
        }
        check(random.nextInt(40), list, lists, map, maps);
      }
      restart();
    }
  }

  private void check(
      long key,
      ListState<Long> list,
      Map<Long, List<long[]>> lists,
      MapState<Long, Long> map,
      Map<Long, Map<Long, long[]>> maps)
      throws Exception {
    select(key);
    List<Long> expected = new ArrayList<>();
    for (long[] element : lists.getOrDefault(key, List.of())) {
      if (clock.millis - element[0] < LIFE) {
        expected.add(element[1]);
      }
    }
    List<Long> found = new ArrayList<>();
    list.get().forEach(found::add);
    assertEquals(expected, found);
    Map<Long, Long> entries = new TreeMap<>();
    maps.getOrDefault(key, Map.of())
        .forEach(
            (mapKey, value) -> {
              if (clock.millis - value[0] < LIFE) {
                entries.put(mapKey, value[1]);
              }
            });
    Map<Long, Long> read = new TreeMap<>();
    map.entries().forEach(entry -> read.put(entry.getKey(), entry.getValue()));
    assertEquals(entries, read);
    for (long mapKey = 0; mapKey < 10; mapKey++) {
      assertEquals(entries.containsKey(mapKey), map.contains(mapKey));
    }
  }

  private ValueState<Long> filled(int keys, StateTtlConfig.Builder config) throws Exception {
    ValueState<Long> value =
        states.getState(living(new ValueStateDescriptor<>("v", Long.class), config));
    for (long key = 0; key < keys; key++) {
      select(key);
      value.update(key);
    }
    return value;
  }

  @Test
  void aSweepRemovesWhatNobodyReads() throws Exception {
    filled(20_000, life().cleanupIncrementally(10, false));
    clock.millis += LIFE;
    select(7);
    states
        .getState(
            living(
                new ValueStateDescriptor<>("v", Long.class), life().cleanupIncrementally(10, true)))
        .update(1L);
    FrozenState frozen = store.freeze(1);
    for (int batch = 0; batch < 40; batch++) {
      store.sweep(200);
    }
    assertEquals(1, store.keyCount());
    ByteSink sink = new ByteSink(16);
    frozen.write(sink);
    frozen.release();
    assertTrue(sink.position() > 20_000 * 8, "what was frozen before is written as it was");
  }

  @Test
  void withoutCleanupInTheBackgroundASweepDoesNothing() throws Exception {
    filled(100, life().disableCleanupInBackground());
    clock.millis += LIFE;
    store.sweep(10_000);
    assertEquals(100, store.keyCount());
  }

  @Test
  void snapshotsLeaveOutWhatHasExpiredWhenThatIsAskedFor() throws Exception {
    filled(1000, life().disableCleanupInBackground());
    clock.millis += LIFE;
    assertTrue(restart() > 8_000);
    assertEquals(1000, store.keyCount());
    filled(10, life().disableCleanupInBackground().cleanupFullSnapshot());
    assertTrue(restart() < 1_000);
    assertEquals(10, store.keyCount());
  }
}
