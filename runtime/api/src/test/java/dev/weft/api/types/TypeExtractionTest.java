package dev.weft.api.types;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.weft.api.functions.Collector;
import dev.weft.api.functions.FlatMapFunction;
import dev.weft.api.functions.KeySelector;
import dev.weft.api.functions.MapFunction;
import dev.weft.api.functions.RichMapFunction;
import dev.weft.api.types.TypeExtraction.Extracted;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TypeExtractionTest {
  record Pair<A, B>(A first, B second) {}

  record Person(String name, int age) {}

  static List<String> words(String line) {
    return List.of(line.split(" "));
  }

  static class Length implements MapFunction<String, Integer> {
    @Override
    public Integer map(String value) {
      return value.length();
    }
  }

  abstract static class Named<T, N> extends RichMapFunction<T, Pair<N, T>> {}

  static class PersonNamed extends Named<Person, String> {
    @Override
    public Pair<String, Person> map(Person value) {
      return new Pair<>(value.name(), value);
    }
  }

  static class Same<T> implements MapFunction<T, T> {
    @Override
    public T map(T value) {
      return value;
    }
  }

  static class Splitter implements FlatMapFunction<String, String> {
    @Override
    public void flatMap(String value, Collector<String> out) {}
  }

  private static <T, O> Extracted outputOf(MapFunction<T, O> function) {
    return TypeExtraction.returned(function, MapFunction.class, 1, 0, null);
  }

  @Test
  void classTellsByItsInterface() {
    assertEquals(Types.INT, outputOf(new Length()).type());
    assertEquals(
        new TypeHint<Pair<String, Person>>() {}.getTypeInfo(), outputOf(new PersonNamed()).type());
    assertEquals(
        Types.STRING,
        TypeExtraction.parameter(new Splitter(), FlatMapFunction.class, 1, 0, null).type());
  }

  @Test
  void anonymousClassTellsByItsInterface() {
    MapFunction<String, List<Integer>> function =
        new MapFunction<>() {
          @Override
          public List<Integer> map(String value) {
            return List.of();
          }
        };
    assertEquals(Types.LIST(Types.INT), outputOf(function).type());
  }

  @Test
  void variableOfTheInputTakesTheInputsType() {
    Extracted type =
        TypeExtraction.returned(new Same<String>(), MapFunction.class, 1, 0, Types.STRING);
    assertEquals(Types.STRING, type.type());
    assertNull(outputOf(new Same<String>()).type());
  }

  @Test
  void lambdaTellsByTheMethodBehindIt() {
    assertEquals(Types.INT, outputOf((String s) -> s.length()).type());
    MapFunction<String, Person> maker = s -> new Person(s, 1);
    assertEquals(TypeInformation.of(Person.class), outputOf(maker).type());
  }

  @Test
  void methodReferenceTellsGenericsToo() {
    MapFunction<String, List<String>> words = TypeExtractionTest::words;
    assertEquals(Types.LIST(Types.STRING), outputOf(words).type());
    KeySelector<Person, String> name = Person::name;
    assertEquals(Types.STRING, TypeExtraction.returned(name, KeySelector.class, 1, 0, null).type());
    MapFunction<Map.Entry<String, Long>, Long> value = Map.Entry::getValue;
    assertEquals(Types.LONG, outputOf(value).type());
  }

  @Test
  void lambdaWithGenericResultIsUnknownAndSaysWhy() {
    MapFunction<String, Pair<String, Integer>> pair = s -> new Pair<>(s, 1);
    Extracted type = outputOf(pair);
    assertNull(type.type());
    assertNotNull(type.problem());
    FlatMapFunction<String, String> flat = (s, out) -> out.collect(s);
    assertNull(TypeExtraction.parameter(flat, FlatMapFunction.class, 1, 0, null).type());
  }
}
