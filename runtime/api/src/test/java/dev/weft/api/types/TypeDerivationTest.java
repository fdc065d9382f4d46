package dev.weft.api.types;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.OutputTag;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.tuple.Tuple2;
import dev.weft.api.types.TypeInformation.ArrayType;
import dev.weft.api.types.TypeInformation.EnumType;
import dev.weft.api.types.TypeInformation.Field;
import dev.weft.api.types.TypeInformation.ListType;
import dev.weft.api.types.TypeInformation.MapType;
import dev.weft.api.types.TypeInformation.PojoType;
import dev.weft.api.types.TypeInformation.RecordType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TypeDerivationTest {
  enum Color {
    RED,
    GREEN
  }

  record Pair<A, B>(A first, B second) {}

  record Order(long id, Integer amount, Pair<String, List<Color>> detail, int[] codes) {}

  record Generic<T>(Pair<T, T[]> both) {}

  record UsesGeneric(Generic<String> generic) {}

  public static class Above<X> {
    public X tag;
  }

  public static class Bean extends Above<String> {
    public static int count;
    public transient Object skipped;
    public int open;
    private boolean hidden;

    public boolean isHidden() {
      return hidden;
    }

    public void setHidden(boolean hidden) {
      this.hidden = hidden;
    }
  }

  record Node(String name, Node next) {}

  record HasObject(String name, List<Object> things) {}

  record HasWildcard(List<? extends Number> numbers) {}

  record HasRawList(@SuppressWarnings("rawtypes") List list) {}

  record HasArrayList(ArrayList<String> list) {}

  record HasInterface(Runnable task) {}

  record HasCollection(Collection<String> items) {}

  record HasRawRecord(@SuppressWarnings("rawtypes") Pair pair) {}

  public static class NoConstructor {
    public int a;

    public NoConstructor(int a) {
      this.a = a;
    }
  }

  public static class NoSetter {
    private int a;

    public int getA() {
      return a;
    }
  }

  public static class FinalField {
    public final int a = 1;
  }

  public static class Empty {}

  public class Inner {
    public int a;
  }

  @Test
  void tuplesHaveTheTypesOfTheirFields() {
    TypeInformation<Tuple2<String, Integer>> type = Types.TUPLE(Types.STRING, Types.INT);
    assertEquals(new TypeHint<Tuple2<String, Integer>>() {}.getTypeInfo(), type);
    assertEquals(Tuple2.of("a", 1), new Tuple2<>(1, "a").swap());
    assertEquals("(a,1)", Tuple2.of("a", 1).toString());
    WeftException wide =
        assertThrows(WeftException.class, () -> Types.TUPLE(new TypeInformation<?>[7]));
    assertTrue(wide.getMessage().contains("not of 7"), wide.getMessage());
  }

  @Test
  void anAnonymousTagTellsItsType() {
    OutputTag<Pair<String, Long>> tag = new OutputTag<>("late") {};
    assertEquals(new TypeHint<Pair<String, Long>>() {}.getTypeInfo(), tag.getTypeInfo());
    assertEquals(new OutputTag<>("late", String.class), tag);
  }

  @Test
  void basicTypesShareOneTypeForBoxAndPrimitive() {
    assertEquals(Types.LONG, TypeInformation.of(long.class));
    assertEquals(Types.LONG, TypeInformation.of(Long.class));
    assertEquals(Long.class, Types.LONG.typeClass());
    assertEquals(Types.BYTES, TypeInformation.of(byte[].class));
  }

  @Test
  void recordKeepsComponentOrderAndResolvesArguments() {
    RecordType<Order> type = (RecordType<Order>) TypeInformation.of(Order.class);
    assertEquals(
        List.of("id", "amount", "detail", "codes"),
        type.fields().stream().map(Field::name).toList());
    assertEquals(new Field("id", Types.LONG, true), type.fields().get(0));
    assertEquals(new Field("amount", Types.INT, false), type.fields().get(1));
    RecordType<?> pair = (RecordType<?>) type.fields().get(2).type();
    assertEquals(Types.STRING, pair.fields().get(0).type());
    assertEquals(new ListType<>(new EnumType<>(Color.class)), pair.fields().get(1).type());
    assertEquals(new ArrayType<>(int[].class, Types.INT), type.fields().get(3).type());
  }

  @Test
  void nestedTypeVariablesAreBoundThroughLevels() {
    RecordType<?> outer = (RecordType<?>) TypeInformation.of(UsesGeneric.class);
    RecordType<?> generic = (RecordType<?>) outer.fields().get(0).type();
    RecordType<?> pair = (RecordType<?>) generic.fields().get(0).type();
    assertEquals(Types.STRING, pair.fields().get(0).type());
    assertEquals(new ArrayType<>(String[].class, Types.STRING), pair.fields().get(1).type());
  }

  @Test
  void pojoHasItsOwnAndInheritedPropertiesSortedByName() {
    PojoType<?> type = (PojoType<?>) TypeInformation.of(Bean.class);
    assertEquals(
        List.of(
            new Field("hidden", Types.BOOLEAN, true),
            new Field("open", Types.INT, true),
            new Field("tag", Types.STRING, false)),
        type.fields());
  }

  @Test
  void hintCarriesGenericTypes() {
    TypeInformation<Map<String, Pair<Integer, Long>>> type =
        new TypeHint<Map<String, Pair<Integer, Long>>>() {}.getTypeInfo();
    RecordType<?> pair = (RecordType<?>) ((MapType<?, ?>) type).value();
    assertEquals(Types.INT, pair.fields().get(0).type());
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        Object.class,
        Node.class,
        HasObject.class,
        HasWildcard.class,
        HasRawList.class,
        HasArrayList.class,
        HasInterface.class,
        HasCollection.class,
        HasRawRecord.class,
        NoConstructor.class,
        NoSetter.class,
        FinalField.class,
        Empty.class,
        Inner.class,
        Pair.class,
        Thread.class
      })
  void classWithoutSchemaIsRefusedWithARemedy(Class<?> type) {
    WeftException e = assertThrows(WeftException.class, () -> TypeInformation.of(type));
    assertEquals(ErrorCode.USER, e.code());
    assertTrue(e.getMessage().contains(type.getName()), e.getMessage());
    assertTrue(e.getMessage().contains("; "), e.getMessage());
  }

  @Test
  void refusalNamesThePathToTheField() {
    record Outer(Pair<Integer, HasObject> pair) {}
    WeftException e = assertThrows(WeftException.class, () -> TypeInformation.of(Outer.class));
    assertTrue(e.getMessage().contains("field pair.second.things.<element>"), e.getMessage());
    assertTrue(e.getMessage().contains("CustomType"), e.getMessage());
  }

  @Test
  void twoUsesOfOneClassAreNoRecursion() {
    record Twice(Color a, Pair<Color, Color> b, Pair<Color, Color> c) {}
    assertEquals(3, ((RecordType<?>) TypeInformation.of(Twice.class)).fields().size());
  }
}
