package dev.weft.engine.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.state.ListState;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.state.MapState;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.state.State;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.Types;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.KeyHasher;
import dev.weft.engine.batch.stored.StoredBytes;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.protocol.KeyedSlice;
import dev.weft.engine.protocol.SnapshotHandle;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What lists and maps on the heap take is reserved, roughly. */
class ContentsTest {
  private static final KeyHasher HASHER = KeyHasher.of(Types.LONG);

  /** What earlier tests left behind may go while a state is measured. */
  private static final int ATTEMPTS = 5;

  private static final int KEYS = 20_000;

  /** An element. */
  public record Visit(long time, String page) {}

  private final MemoryPool pool = MemoryPool.root("test", 256L << 20);
  private final StateStore store = newStore();

  private StateStore newStore() {
    return StateStores.heap("Join (1/1)", Types.LONG, 0, 4, 4, pool);
  }

  private interface Filling {
    void add(int key, int i) throws Exception;
  }

  private static long usedBytes() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private void select(StateStore of, long key) {
    of.selectKey(key, HASHER.hash(key));
  }

  private void fill(int count, Filling filling) throws Exception {
    for (int i = 0; i < count; i++) {
      for (int key = 0; key < KEYS; key++) {
        select(store, key);
        filling.add(key, i);
      }
    }
  }

  private void measure(int count, State state, Filling filling) throws Exception {
    for (int attempt = 1; ; attempt++) {
      select(store, 0);
      long before = usedBytes();
      fill(count, filling);
      store.selectNoKey();
      double used = usedBytes() - before;
      double reserved = pool.reserved();
      boolean agree = reserved > used / 2 && reserved < used * 2;
      assertTrue(agree || attempt < ATTEMPTS, reserved + " reserved of " + used + " used");
      if (agree) {
        restoredTakesAsMuch(reserved);
      }
      fill(1, (key, i) -> state.clear());
      assertTrue(pool.reserved() < 2 << 20, "still " + pool.reserved());
      if (agree) {
        return;
      }
    }
  }

  /** A copy of the store, whose states are declared after it is restored. */
  private void restoredTakesAsMuch(double reserved) throws Exception {
    FrozenState frozen = store.freeze(1);
    ByteSink sink = new ByteSink(1 << 20);
    long[] offsets = frozen.write(sink);
    frozen.release();
    SnapshotHandle handle = new SnapshotHandle("", 0, sink.position(), 0, new byte[0]);
    KeyedSlice slice = new KeyedSlice(0, offsets, frozen.formatVersion(), handle);
    StateStore other = newStore();
    double before = pool.reserved();
    other.restore(slice, StoredBytes.of(sink.asBuffer()));
    declare(other);
    double copy = pool.reserved() - before;
    assertTrue(copy > reserved * 0.7 && copy < reserved * 1.4, copy + " beside " + reserved);
    other.close();
    assertEquals(before, pool.reserved());
  }

  private static final ListStateDescriptor<Long> NUMBERS =
      new ListStateDescriptor<>("numbers", Types.LONG);
  private static final ListStateDescriptor<Visit> VISITS =
      new ListStateDescriptor<>("visits", TypeInformation.of(Visit.class));
  private static final MapStateDescriptor<Long, String> PAGES =
      new MapStateDescriptor<>("pages", Types.LONG, Types.STRING);
  private static final MapStateDescriptor<Long, List<Visit>> BY_TIME =
      new MapStateDescriptor<>(
          "by time", Types.LONG, new TypeInformation.ListType<>(TypeInformation.of(Visit.class)));

  private static void declare(StateStore other) {
    for (String name : List.copyOf(other.stateNames())) {
      switch (name) {
        case "numbers" -> other.list(NUMBERS);
        case "visits" -> other.list(VISITS);
        case "pages" -> other.map(PAGES);
        default -> other.map(BY_TIME);
      }
    }
  }

  @Test
  void listsOfNumbersAreAccountedFor() throws Exception {
    ListState<Long> numbers = store.list(NUMBERS);
    measure(20, numbers, (key, i) -> numbers.add(1_000_000L + i));
  }

  @Test
  void listsOfRecordsAreAccountedFor() throws Exception {
    ListState<Visit> visits = store.list(VISITS);
    measure(10, visits, (key, i) -> visits.add(new Visit(i, "page number " + key)));
  }

  @Test
  void mapsAreAccountedFor() throws Exception {
    MapState<Long, String> pages = store.map(PAGES);
    measure(
        10,
        pages,
        (key, i) -> {
          pages.put((long) i, "page number " + key);
          pages.putAll(Map.of((long) i, "page of number " + key));
          pages.put(-1L, "none");
          pages.remove(-1L);
        });
  }

  @Test
  void mapsOfListsThatGrowInPlaceAreAccountedFor() throws Exception {
    MapState<Long, List<Visit>> visits = store.map(BY_TIME);
    measure(
        20,
        visits,
        (key, i) -> {
          List<Visit> before = visits.get(i % 2L);
          List<Visit> now = before == null ? new ArrayList<>() : before;
          now.add(new Visit(i, "page number " + key));
          visits.put(i % 2L, now);
        });
  }

  @Test
  void aFewLargeListsDoNotMakeManySmallOnesLookLarge() throws Exception {
    MapState<Long, List<Visit>> visits = store.map(BY_TIME);
    measure(
        1,
        visits,
        (key, i) -> {
          List<Visit> now = new ArrayList<>();
          for (int n = key < 100 ? 1000 : 1; n > 0; n--) {
            now.add(new Visit(n, "page number " + n));
          }
          visits.put(0L, now);
        });
  }

  @Test
  void droppedKeysAreGivenBack() throws Exception {
    ListState<Visit> visits = store.list(VISITS);
    fill(10, (key, i) -> visits.add(new Visit(i, "page number " + key)));
    fill(1, (key, i) -> store.dropKey());
    assertTrue(pool.reserved() < 2 << 20, "still " + pool.reserved());
  }

  @Test
  void listsThatOutgrowTheMemoryAreRefused() {
    ListState<Visit> visits = store.list(VISITS);
    WeftException refused =
        assertThrows(
            WeftException.class,
            () -> fill(1_000, (key, i) -> visits.add(new Visit(i, "page number " + key))));
    assertEquals(ErrorCode.RESOURCE, refused.code());
    assertTrue(refused.getMessage().contains("state of Join (1/1)"), refused.getMessage());
  }
}
