package dev.weft.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.DataStream;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.functions.CoGroupFunction;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.FlatJoinFunction;
import dev.weft.api.functions.JoinFunction;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.functions.RichJoinFunction;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.Types;
import dev.weft.api.windowing.assigners.EventTimeSessionWindows;
import dev.weft.api.windowing.assigners.GlobalWindows;
import dev.weft.api.windowing.assigners.SlidingEventTimeWindows;
import dev.weft.api.windowing.assigners.TumblingEventTimeWindows;
import dev.weft.api.windowing.assigners.TumblingProcessingTimeWindows;
import dev.weft.api.windowing.evictors.CountEvictor;
import dev.weft.api.windowing.triggers.CountTrigger;
import dev.weft.api.windowing.triggers.PurgingTrigger;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class WindowJoinTest {
  private static final Duration TEN = Duration.ofMillis(10);

  record Order(String account, int number) {}

  record Payment(int amount, String account) {}

  /** Where a join under test writes its program. */
  private interface Joining {
    DataStream<String> of(DataStream<Order> orders, DataStream<Payment> payments);
  }

  private static TestScript<Object, Object> script(Joining program) {
    return TestScript.of(
            streams ->
                streams.output(
                    "out",
                    program.of(
                        streams.input("orders", Order.class),
                        streams.input("payments", Payment.class))))
        .inAnyOrder();
  }

  private static TestRecord<Order> order(String account, int number, long timestamp) {
    return TestRecord.at(new Order(account, number), timestamp);
  }

  private static TestRecord<Payment> payment(String account, int amount, long timestamp) {
    return TestRecord.at(new Payment(amount, account), timestamp);
  }

  private static String text(Order order, Payment payment) {
    return order.account + order.number + "/" + payment.amount;
  }

  /** Says which records have no partner. */
  private static final class Lonely implements CoGroupFunction<Order, Payment, String> {
    @Override
    public void coGroup(Iterable<Order> orders, Iterable<Payment> payments, Collector<String> out) {
      if (!payments.iterator().hasNext()) {
        orders.forEach(order -> out.collect("unpaid " + order.number));
      }
      if (!orders.iterator().hasNext()) {
        payments.forEach(payment -> out.collect("unknown " + payment.amount));
      }
    }
  }

  @Test
  void pairsOfOneKeyAndWindowAreJoined() {
    script(
            (orders, payments) ->
                orders
                    .join(payments)
                    .where(Order::account)
                    .equalTo(Payment::account)
                    .window(TumblingEventTimeWindows.of(TEN))
                    .apply((JoinFunction<Order, Payment, String>) WindowJoinTest::text))
        .pushTo("orders", order("a", 1, 0), order("a", 2, 9), order("b", 3, 5), order("a", 4, 10))
        .pushTo("payments", payment("a", 10, 3), payment("a", 20, 11), payment("c", 30, 4))
        .watermark(9)
        .pushTo("payments", payment("a", 40, 7), payment("a", 50, 19))
        .watermark(19)
        .expectOf("out", "a1/10", "a2/10", "a4/20", "a4/50")
        .expectLate(1)
        .run();
  }

  @Test
  void flatJoinsOverSlidingWindowsEmitWhatTheyLike() {
    script(
            (orders, payments) ->
                orders
                    .join(payments)
                    .where(Order::account, Types.STRING)
                    .equalTo(Payment::account, Types.STRING)
                    .window(SlidingEventTimeWindows.of(Duration.ofMillis(20), TEN))
                    .apply(
                        (FlatJoinFunction<Order, Payment, String>)
                            (order, payment, out) -> {
                              for (int i = order.number; i > 0; i--) {
                                out.collect(text(order, payment));
                              }
                            },
                        Types.STRING))
        .pushTo("orders", order("a", 2, 5), order("a", 0, 5))
        .pushTo("payments", payment("a", 7, 9), payment("a", 8, 12))
        .watermark(100)
        .expectOf("out", "a2/7", "a2/7", "a2/7", "a2/7", "a2/8", "a2/8")
        .run();
  }

  @Test
  void aCoGroupSeesRecordsWithoutPartner() {
    script(
            (orders, payments) ->
                orders
                    .coGroup(payments)
                    .where(Order::account)
                    .equalTo(Payment::account)
                    .window(EventTimeSessionWindows.withGap(TEN))
                    .apply(new Lonely()))
        .pushTo("orders", order("a", 1, 0), order("b", 2, 0))
        .pushTo("payments", payment("c", 3, 30), payment("b", 4, 16))
        .pushTo("orders", order("b", 5, 8)) // brings both sessions of b together
        .watermark(60)
        .expectOf("out", "unpaid 1", "unknown 3")
        .run();
  }

  @Test
  void aLateRecordLetsItsWindowEmitAllPairsAgain() {
    script(
            (orders, payments) ->
                orders
                    .join(payments)
                    .where(Order::account)
                    .equalTo(Payment::account)
                    .window(TumblingEventTimeWindows.of(TEN))
                    .allowedLateness(TEN)
                    .apply((JoinFunction<Order, Payment, String>) WindowJoinTest::text))
        .pushTo("orders", order("a", 1, 0))
        .pushTo("payments", payment("a", 10, 3))
        .watermark(15)
        .pushTo("payments", payment("a", 20, 4))
        .watermark(19)
        .pushTo("payments", payment("a", 30, 4))
        .expectOf("out", "a1/10", "a1/10", "a1/20")
        .expectLate(1)
        .run();
  }

  @Test
  void triggersAndEvictorsSeeRecordsOfBothStreams() {
    script(
            (orders, payments) ->
                orders
                    .join(payments)
                    .where(Order::account)
                    .equalTo(Payment::account)
                    .window(GlobalWindows.create())
                    .trigger(PurgingTrigger.of(CountTrigger.of(3)))
                    .evictor(CountEvictor.of(2))
                    .apply((JoinFunction<Order, Payment, String>) WindowJoinTest::text))
        .pushTo("orders", order("a", 1, 0), order("a", 2, 0))
        .pushTo("payments", payment("a", 10, 0), payment("a", 20, 0))
        .expectOf("out", "a2/10")
        .run();
  }

  @Test
  void windowsMayBeByTheWallClock() {
    script(
            (orders, payments) ->
                orders
                    .join(payments)
                    .where(Order::account)
                    .equalTo(Payment::account)
                    .window(TumblingProcessingTimeWindows.of(TEN))
                    .apply((JoinFunction<Order, Payment, String>) WindowJoinTest::text))
        .pushTo("orders", TestRecord.of(new Order("a", 1)))
        .processingTime(5)
        .pushTo("payments", TestRecord.of(new Payment(10, "a")))
        .processingTime(10)
        .pushTo("payments", TestRecord.of(new Payment(20, "a")))
        .processingTime(30)
        .expectOf("out", "a1/10")
        .run();
  }

  /** Counts what it is asked for in its own metric. */
  private static final class Counted extends RichJoinFunction<Order, Payment, String> {
    private transient boolean open;

    @Override
    public void open(OpenContext context) {
      open = true;
    }

    @Override
    public String join(Order order, Payment payment) {
      getRuntimeContext().getMetricGroup().counter("pairs").inc();
      return text(order, payment) + open;
    }
  }

  @Test
  void richFunctionsAreOpenedAndHaveTheirContext() {
    try (TestHarness<Object, Object> harness =
        TestHarness.of(
            streams ->
                streams.output(
                    "out",
                    streams
                        .input("orders", Order.class)
                        .join(streams.input("payments", Payment.class))
                        .where(Order::account)
                        .equalTo(Payment::account)
                        .window(TumblingEventTimeWindows.of(TEN))
                        .apply(new Counted())
                        .uid("join")))) {
      harness.<Order>input("orders").push(new Order("a", 1), 0);
      harness.<Payment>input("payments").push(new Payment(2, "a"), 0);
      harness.watermark(10);
      assertEquals(List.of("a1/2true"), harness.output("out").take());
      assertTrue(
          harness.counters().entrySet().stream()
              .anyMatch(counter -> counter.getKey().contains("pairs") && counter.getValue() == 1),
          () -> harness.counters().toString());
    }
  }

  @SuppressWarnings("unchecked")
  private static TypeInformation<Object> anyOf(TypeInformation<?> type) {
    return (TypeInformation<Object>) type;
  }

  private static void assertRefused(String why, Executable call) {
    WeftException refused = assertThrows(WeftException.class, call);
    assertEquals(ErrorCode.USER, refused.code());
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
    assertTrue(refused.getMessage().contains("WindowJoinTest.java:"), refused.getMessage());
  }

  @Test
  void joinsThatCannotBeArePointedOut() {
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment();
    DataStream<Order> orders = environment.fromElements(new Order("a", 1));
    DataStream<Long> numbers = environment.fromElements(1L);
    assertRefused(
        "keys of two types",
        () ->
            orders
                .join(numbers)
                .where(Order::account, anyOf(Types.STRING))
                .equalTo(number -> number, anyOf(Types.LONG)));
    DataStream<Long> untyped = numbers.flatMap((Long number, Collector<Long> out) -> {});
    assertRefused(
        "that of 'FlatMap' is not known",
        () ->
            untyped
                .coGroup(orders)
                .where(number -> "a")
                .equalTo(Order::account)
                .window(TumblingEventTimeWindows.of(TEN)));
    StreamExecutionEnvironment other = StreamExecutionEnvironment.createLocalEnvironment();
    assertRefused("two environments", () -> orders.join(other.fromElements(1L)));
  }
}
