package dev.weft.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.DataStream;
import dev.weft.api.KeyedStream;
import dev.weft.api.SingleOutputStreamOperator;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.tuple.Tuple2;
import dev.weft.api.types.Types;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class KeyedFoldsTest {
  record Sale(String shop, int price, String goods) {}

  private static final List<Sale> SALES =
      List.of(
          new Sale("a", 5, "tea"),
          new Sale("a", 3, "milk"),
          new Sale("b", 9, "wine"),
          new Sale("a", 3, "salt"),
          new Sale("a", 5, "rice"),
          new Sale("b", 8, null));

  private static void check(
      Function<KeyedStream<Sale, String>, SingleOutputStreamOperator<Sale>> fold, String... goods) {
    TestScript<Sale, String> script =
        TestScript.of(
            Sale.class,
            (DataStream<Sale> sales) ->
                fold.apply(sales.keyBy(Sale::shop)).map(sale -> sale.price + " " + sale.goods));
    SALES.forEach(script::push);
    script.expect(goods).run();
  }

  @Test
  void theRecordWithTheLeastFieldIsKeptWhole() {
    String[] firsts = {"5 tea", "3 milk", "9 wine", "3 milk", "3 milk", "8 null"};
    check(sales -> sales.minBy("price"), firsts);
    check(sales -> sales.minBy(1), firsts);
    check(sales -> sales.minBy("price", true), firsts);
    String[] lasts = {"5 tea", "3 milk", "9 wine", "3 salt", "3 salt", "8 null"};
    check(sales -> sales.minBy("price", false), lasts);
    check(sales -> sales.minBy(1, false), lasts);
  }

  @Test
  void theRecordWithTheGreatestFieldIsKeptWhole() {
    String[] firsts = {"5 tea", "5 tea", "9 wine", "5 tea", "5 tea", "9 wine"};
    check(sales -> sales.maxBy("price"), firsts);
    check(sales -> sales.maxBy(1), firsts);
    check(sales -> sales.maxBy("price", true), firsts);
    String[] lasts = {"5 tea", "5 tea", "9 wine", "5 tea", "5 rice", "9 wine"};
    check(sales -> sales.maxBy("price", false), lasts);
    check(sales -> sales.maxBy(1, false), lasts);
  }

  @Test
  void fieldsOfAnyOrderCompareAndNullCountsAsAbsent() {
    check(sales -> sales.maxBy("goods"), "5 tea", "5 tea", "9 wine", "5 tea", "5 tea", "9 wine");
    check(sales -> sales.minBy(2), "5 tea", "3 milk", "9 wine", "3 milk", "3 milk", "9 wine");
  }

  @Test
  void minAndMaxKeepTheOtherFieldsOfTheFirstRecord() {
    check(sales -> sales.min("price"), "5 tea", "3 tea", "9 wine", "3 tea", "3 tea", "8 wine");
    check(sales -> sales.max(1), "5 tea", "5 tea", "9 wine", "5 tea", "5 tea", "9 wine");
  }

  @Test
  void valuesWithoutFieldsAndTuplesAreChosenByPosition() {
    TestScript.of(Long.class, numbers -> numbers.keyBy(number -> number % 2).maxBy(0))
        .push(3L)
        .push(4L)
        .push(1L)
        .push(5L)
        .expect(3L, 4L, 3L, 5L)
        .run();
    TestScript.of(
            Types.<Tuple2<String, Integer>>TUPLE(Types.STRING, Types.INT),
            pairs -> pairs.keyBy(pair -> pair.f0).minBy(1))
        .push(Tuple2.of("a", 2))
        .push(Tuple2.of("a", 1))
        .expect(Tuple2.of("a", 2), Tuple2.of("a", 1))
        .run();
  }

  record Holder(String shop, Map<String, String> goods) {}

  private static void assertRefused(String why, Executable call) {
    WeftException refused = assertThrows(WeftException.class, call);
    assertEquals(ErrorCode.USER, refused.code());
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
    assertTrue(refused.getMessage().contains("KeyedFoldsTest.java:"), refused.getMessage());
  }

  @Test
  void fieldsThatDoNotExistOrCompareAreRefused() {
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment();
    KeyedStream<Sale, String> sales = environment.fromCollection(SALES).keyBy(Sale::shop);
    assertRefused("there is no field 'weight'", () -> sales.minBy("weight"));
    assertRefused("there is no position 3", () -> sales.maxBy(3));
    assertRefused("there is no position -1", () -> sales.maxBy(-1, false));
    KeyedStream<Holder, String> holders =
        environment.fromElements(new Holder("a", Map.of())).keyBy(Holder::shop);
    assertRefused("'goods' cannot be compared", () -> holders.minBy("goods"));
  }
}
