package dev.weft.engine.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.api.types.FormerNames;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.Types;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.stored.StoredBytes;
import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.protocol.KeyedSlice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SchemaEvolutionTest {
  private static final String BEFORE = "dev.weft.engine.state.SchemaEvolutionTest$Before$";

  enum Colour {
    RED,
    GREEN
  }

  /** The classes as they were. */
  static final class Before {
    record Item(int count, float weight) {}

    record Order(
        String customer, int amount, Integer maybe, List<Item> items, Colour colour, int[] codes) {}

    record Simple(int number) {}

    record Nullable(Integer number) {}

    public static final class Pojo {
      public int number;
      public String text;
    }
  }

  /** The classes as they are: fields in another order, added, dropped, wider and renamed. */
  static final class After {
    @FormerNames(BEFORE + "Item")
    record Item(double weight, long count, String note) {}

    @FormerNames(BEFORE + "Order")
    record Order(
        List<Item> items,
        @FormerNames({"client", "customer"}) String buyer,
        long amount,
        boolean paid,
        Colour colour,
        Long maybe) {}

    @FormerNames(BEFORE + "Simple")
    record Narrowed(short number) {}

    @FormerNames(BEFORE + "Simple")
    record Retyped(String number) {}

    @FormerNames(BEFORE + "Nullable")
    record NotNullable(int number) {}

    record Stranger(int number) {}

    @FormerNames(BEFORE + "Pojo")
    public static final class Pojo {
      @FormerNames("number")
      public long amount;

      public String text;
      public Double added;
    }
  }

  private static StateStore store() {
    return StateStores.heap("'counts' (Job.java:7)", Types.LONG, 0, 4, 4);
  }

  private static void select(StateStore store, long key) {
    store.selectKey(key, (int) (key * 0x9E3779B9));
  }

  private static void move(StateStore from, StateStore to) {
    FrozenState frozen = from.freeze(1);
    ByteSink sink = new ByteSink(16);
    long[] offsets = frozen.write(sink);
    frozen.release();
    to.restore(
        new KeyedSlice(frozen.firstKeyGroup(), offsets, frozen.formatVersion(), null),
        StoredBytes.of(sink.asBuffer()));
  }

  /** A store that keeps rows as bytes from the first one on. */
  private static StateStore bytes() {
    return StateStores.heap(
        "'counts' (Job.java:7)",
        Types.LONG,
        new KeyGroups.Range(0, 4, 4),
        null,
        new StateStores.Heap(0, () -> {}));
  }

  private static <A, B> B changed(Class<A> before, A value, Class<B> after) throws Exception {
    changed(before, value, after, bytes());
    return changed(before, value, after, store());
  }

  private static <A, B> B changed(Class<A> before, A value, Class<B> after, StateStore to)
      throws Exception {
    StateStore from = store();
    select(from, 1);
    from.value(new ValueStateDescriptor<>("s", TypeInformation.of(before))).update(value);
    move(from, to);
    select(to, 1);
    return to.value(new ValueStateDescriptor<>("s", TypeInformation.of(after))).value();
  }

  private static Before.Order order(int number) {
    return new Before.Order(
        "c" + number,
        number,
        number % 2 == 0 ? null : number,
        List.of(new Before.Item(number, number / 2f), new Before.Item(-1, 0)),
        number % 3 == 0 ? Colour.RED : Colour.GREEN,
        new int[] {1, 2});
  }

  private static After.Order expected(int number) {
    return new After.Order(
        List.of(new After.Item(number / 2f, number, null), new After.Item(0, -1, null)),
        "c" + number,
        number,
        false,
        number % 3 == 0 ? Colour.RED : Colour.GREEN,
        number % 2 == 0 ? null : (long) number);
  }

  @Test
  void fieldsAreAddedDroppedWidenedRenamedAndReordered() throws Exception {
    assertEquals(expected(7), changed(Before.Order.class, order(7), After.Order.class));
    assertEquals(expected(6), changed(Before.Order.class, order(6), After.Order.class));
  }

  @Test
  void pojosChangeLikeRecords() throws Exception {
    Before.Pojo before = new Before.Pojo();
    before.number = 5;
    before.text = "t";
    After.Pojo after = changed(Before.Pojo.class, before, After.Pojo.class);
    assertEquals(5L, after.amount);
    assertEquals("t", after.text);
    assertEquals(null, after.added);
  }

  @Test
  void elementsOfListsAndMapsChangeAndAreWrittenAnew() throws Exception {
    StateStore from = store();
    TypeInformation<Before.Order> before = TypeInformation.of(Before.Order.class);
    TypeInformation<After.Order> after = TypeInformation.of(After.Order.class);
    for (int key = 0; key < 300; key++) {
      select(from, key);
      var list = from.list(new ListStateDescriptor<>("list", before));
      var map = from.map(new MapStateDescriptor<>("map", Types.STRING, before));
      for (int i = 0; i < key % 5; i++) {
        list.add(order(key + i));
        map.put("k" + i, order(i));
      }
    }
    StateStore second = store();
    move(from, second);
    second.list(new ListStateDescriptor<>("list", after));
    second.map(new MapStateDescriptor<>("map", Types.STRING, after));
    StateStore third = store();
    third.list(new ListStateDescriptor<>("list", after));
    move(second, third);
    for (StateStore store : List.of(second, third)) {
      for (int key = 0; key < 300; key++) {
        select(store, key);
        List<After.Order> list = new ArrayList<>();
        store.list(new ListStateDescriptor<>("list", after)).get().forEach(list::add);
        assertEquals(key % 5, list.size());
        for (int i = 0; i < list.size(); i++) {
          assertEquals(expected(key + i), list.get(i));
          assertEquals(
              expected(i),
              store.map(new MapStateDescriptor<>("map", Types.STRING, after)).get("k" + i));
        }
      }
    }
  }

  @Test
  void aStateDeclaredBeforeTheSnapshotIsReadTakesItToo() throws Exception {
    StateStore from = store();
    select(from, 1);
    from.value(new ValueStateDescriptor<>("s", TypeInformation.of(Before.Order.class)))
        .update(order(7));
    StateStore to = store();
    var state = to.value(new ValueStateDescriptor<>("s", TypeInformation.of(After.Order.class)));
    move(from, to);
    select(to, 1);
    assertEquals(expected(7), state.value());
  }

  @Test
  void whatDoesNotFollowIsRefusedWithFieldAndTypes() {
    Map<Class<?>, String> cases =
        Map.of(
            After.Narrowed.class, "field Narrowed.number is declared as SHORT",
            After.Retyped.class, "field Retyped.number is declared as STRING",
            After.Stranger.class, "class " + After.Stranger.class.getName());
    cases.forEach(
        (after, words) -> {
          WeftException refusal =
              assertThrows(
                  WeftException.class,
                  () -> changed(Before.Simple.class, new Before.Simple(1), after));
          assertEquals(ErrorCode.USER, refusal.code());
          for (String word : List.of("State 's' of 'counts' (Job.java:7)", words)) {
            assertTrue(refusal.getMessage().contains(word), refusal.getMessage());
          }
        });
    assertThrows(
        WeftException.class,
        () -> changed(Before.Nullable.class, new Before.Nullable(1), After.NotNullable.class));
  }
}
