package dev.weft.connectors.hive.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartitionPredicateTest {
  private static final List<HiveColumn> KEYS =
      List.of(
          new HiveColumn("ds", HiveType.parse("date")),
          new HiveColumn("hour", HiveType.parse("int")),
          new HiveColumn("name", HiveType.parse("string")));

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "ds = '2024-01-02'; true",
        "ds >= '2024-01-01' AND ds < '2024-02-01'; true",
        "ds <> '2024-01-02'; false",
        "hour > 9; true",
        "hour < 100; true",
        "10 = hour; true",
        "11 > hour; true",
        "hour in (1, 10, 2); true",
        "hour not in (1, 2); true",
        "hour between 10 and 12 and name = 'it''s'; true",
        "hour not between 10 and 12; false",
        "not (hour = 10 or hour = 11); false",
        "hour = 1 or hour = 2 or `name` = \"it's\"; true",
        "hour = 1 and hour = 10 or hour = 10; true",
        "name is null; false",
        "name is not null; true",
        "NAME = 'IT''S'; false",
      })
  void accepts(String text, boolean expected) {
    PartitionPredicate predicate = PartitionPredicateParser.parse(text, KEYS);
    assertEquals(expected, predicate.accepts(List.of("2024-01-02", "10", "it's")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "name = 'x'; false",
        "name <> 'x'; false",
        "not (name = 'x'); false",
        "name = 'x' or hour = 10; true",
        "name is null; true",
        "name in ('x') and hour = 10; false",
      })
  void comparisonsWithNullAreUnknown(String text, boolean expected) {
    PartitionPredicate predicate = PartitionPredicateParser.parse(text, KEYS);
    assertEquals(expected, predicate.accepts(Arrays.asList("2024-01-02", "10", null)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "~~; at character 1",
        "ds; at character 3",
        "ds =; at character 5",
        "ds = ds; 'ds' at character 6",
        "ds = 'x'; a value of type date",
        "hour = 1.5; a value of type int",
        "hour = 1 hour = 2; at character 10",
        "(hour = 1; where ) is expected",
        "hour in (); at character 10",
        "hour ~ 1; no such character",
        "name = 'x; the closing '",
        "huor = 1; did you mean 'hour'?",
        "hour not 1; IN or BETWEEN",
      })
  void mistakesAreNamedWithTheirPlace(String text, String message) {
    WeftException e =
        assertThrows(
            WeftException.class,
            () -> PartitionPredicateParser.parse(text == null ? "" : text, KEYS));
    assertEquals(ErrorCode.USER, e.code());
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void deepNestingIsRefused() {
    String text = "(".repeat(100_000) + "hour = 1" + ")".repeat(100_000);
    assertThrows(WeftException.class, () -> PartitionPredicateParser.parse(text, KEYS));
  }

  @Test
  void partitionNamesAreEscapedAsHiveDoes() {
    List<String> values = Arrays.asList("2024-01-02", null, "a/b=c%:{ü d");
    String name = PartitionName.format(KEYS, values);
    assertEquals("ds=2024-01-02/hour=__HIVE_DEFAULT_PARTITION__/name=a%2Fb%3Dc%25%3A%7Bü d", name);
    assertEquals(values, PartitionName.parse(KEYS, name));
    assertThrows(WeftException.class, () -> PartitionName.parse(KEYS, "ds=1/hour=2"));
  }
}
