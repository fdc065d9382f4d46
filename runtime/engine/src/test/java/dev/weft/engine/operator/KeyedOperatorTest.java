package dev.weft.engine.operator;

import static dev.weft.engine.operator.Event.row;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.OutputTag;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.KeyedProcessFunction;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.functions.TimeDomain;
import dev.weft.api.graph.Operation;
import dev.weft.api.state.ListState;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.state.MapState;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.protocol.ChainSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyedOperatorTest {
  private static final OutputTag<String> TIMES = new OutputTag<>("times", String.class);

  private static Reading reading(String sensor, long value) {
    return new Reading(sensor, value);
  }

  private static ChainSpec.OperatorSpec keyed(Operation.Physical operation) {
    return Specs.keyed(operation, Reading.class, Reading::sensor, String.class);
  }

  private static ChainSpec.OperatorSpec process(KeyedProcessFunction<String, Reading, ?> function) {
    return keyed(new Operation.KeyedProcess<>(function));
  }

  private static ChainSpec.OperatorSpec runningSum() {
    return keyed(
        new Operation.KeyedReduce<Reading>(
            (left, right) -> reading(left.sensor(), left.value() + right.value())));
  }

  private static WeftException failureOf(ChainSpec.OperatorSpec spec, Reading value)
      throws Exception {
    try (Instance instance = Instance.fresh(spec, new ManualClock(0))) {
      return assertThrows(
          WeftException.class,
          () -> instance.feed(List.of(row(value, 7)), false, new Event.Recorder()));
    }
  }

  @Test
  void reduceEmitsTheFoldOfEachKeyForEveryRecord() throws Exception {
    OperatorCase.of(runningSum())
        .rows(row(reading("a", 1), 10), row(reading("b", 5), 11), row(reading("a", 2), 12))
        .watermark(50)
        .rows(row(reading("b", 1)), row(reading("c", 0)), row(reading("a", 4)))
        .expect(
            row(reading("a", 1), 10),
            row(reading("b", 5), 11),
            row(reading("a", 3), 12),
            row(reading("b", 6)),
            row(reading("c", 0)),
            row(reading("a", 7)));
  }

  /** Counts, lists and maps per key. */
  private static final class Remembering extends KeyedProcessFunction<String, Reading, String> {
    private transient ValueState<Long> count;
    private transient ListState<Long> values;
    private transient MapState<Long, Long> seen;

    @Override
    public void open(OpenContext context) {
      count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Long.class));
      values = getRuntimeContext().getListState(new ListStateDescriptor<>("values", Long.class));
      seen =
          getRuntimeContext().getMapState(new MapStateDescriptor<>("seen", Long.class, Long.class));
    }

    @Override
    public void processElement(Reading value, Context ctx, Collector<String> out) throws Exception {
      long before = count.value() == null ? 0 : count.value();
      count.update(before + 1);
      values.add(value.value());
      Long times = seen.get(value.value());
      seen.put(value.value(), times == null ? 1 : times + 1);
      List<Long> all = new ArrayList<>();
      values.get().forEach(all::add);
      out.collect(
          ctx.getCurrentKey() + count.value() + all + seen.get(value.value()) + ctx.timestamp());
    }
  }

  @Test
  void stateOfAllKindsIsPerKey() throws Exception {
    OperatorCase.of(process(new Remembering()))
        .rows(row(reading("a", 1), 1), row(reading("b", 1), 2), row(reading("a", 1), 3))
        .rows(row(reading("a", 2), 4), row(reading("b", 3)))
        .expect(
            row("a1[1]11", 1),
            row("b1[1]12", 2),
            row("a2[1, 1]23", 3),
            row("a3[1, 1, 2]14", 4),
            row("b2[1, 3]1null"));
  }

  /** Sets a timer of both kinds at the value, and forgets it for a negative one. */
  private static final class Timed extends KeyedProcessFunction<String, Reading, String> {
    @Override
    public void processElement(Reading value, Context ctx, Collector<String> out) {
      long time = value.value();
      if (time >= 0) {
        ctx.timerService().registerEventTimeTimer(time);
        ctx.timerService().registerProcessingTimeTimer(time + 1_000);
      } else {
        ctx.timerService().deleteEventTimeTimer(-time);
        ctx.timerService().deleteProcessingTimeTimer(1_000 - time);
      }
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext ctx, Collector<String> out) {
      out.collect(ctx.getCurrentKey() + timestamp + ctx.timerService().currentWatermark());
      ctx.output(
          TIMES,
          ctx.getCurrentKey()
              + (ctx.timeDomain() == TimeDomain.EVENT_TIME ? "event" : "processing")
              + ctx.timerService().currentProcessingTime());
    }
  }

  @Test
  void eventTimersFireOnceInOrderWhenTheWatermarkPasses() throws Exception {
    OperatorCase.of(process(new Timed()))
        .rows(row(reading("a", 20)), row(reading("b", 10)), row(reading("a", 20)))
        .rows(row(reading("c", 30)), row(reading("d", 15)), row(reading("d", -15)))
        .watermark(9)
        .watermark(20)
        .watermark(20)
        .watermark(29)
        .watermark(Long.MAX_VALUE)
        .expect(
            row("b1020", 10),
            new Event.Side("times", "bevent1000", 10),
            row("a2020", 20),
            new Event.Side("times", "aevent1000", 20),
            row("c30" + Long.MAX_VALUE, 30),
            new Event.Side("times", "cevent1000", 30));
  }

  @Test
  void processingTimersFireWithoutATimestamp() throws Exception {
    OperatorCase.of(process(new Timed()))
        .rows(row(reading("a", 20)), row(reading("b", 10)), row(reading("d", 10)))
        .rows(row(reading("d", -10)))
        .time(1_009)
        .time(1_010)
        .time(1_500)
        .expect(
            row("b1010" + Long.MIN_VALUE),
            new Event.Side("times", "bprocessing1010", ObjectBatch.NO_TIMESTAMP),
            row("a1020" + Long.MIN_VALUE),
            new Event.Side("times", "aprocessing1500", ObjectBatch.NO_TIMESTAMP));
  }

  /** Sets a timer in a timer until 40. */
  private static final class Chained extends KeyedProcessFunction<String, Reading, Long> {
    @Override
    public void processElement(Reading value, Context ctx, Collector<Long> out) {
      ctx.timerService().registerEventTimeTimer(value.value());
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext ctx, Collector<Long> out) {
      out.collect(timestamp);
      if (timestamp < 40) {
        ctx.timerService().registerEventTimeTimer(timestamp + 10);
      }
    }
  }

  @Test
  void timersSetInTimersFireWhenDue() throws Exception {
    OperatorCase.of(process(new Chained()))
        .rows(row(reading("a", 10)))
        .watermark(25)
        .watermark(Long.MAX_VALUE)
        .expect(row(10L, 10), row(20L, 20), row(30L, 30), row(40L, 40));
  }

  @Test
  void aNullKeyIsTheUsersFault() throws Exception {
    WeftException failure = failureOf(runningSum(), reading(null, 3));
    assertEquals(ErrorCode.USER, failure.code());
    assertTrue(failure.getMessage().contains("null key"), failure.getMessage());
    assertTrue(
        failure.getMessage().contains("Reading[sensor=null, value=3]"), failure.getMessage());
  }

  @Test
  void aFailingKeySelectorNamesTheRecord() throws Exception {
    ChainSpec.OperatorSpec spec =
        Specs.keyed(
            new Operation.KeyedReduce<Reading>((left, right) -> right),
            Reading.class,
            value -> value.sensor().substring(9),
            String.class);
    WeftException failure = failureOf(spec, reading("short", 1));
    assertEquals(ErrorCode.USER, failure.code());
    assertTrue(failure.getMessage().contains("StringIndexOutOfBounds"), failure.getMessage());
    assertTrue(failure.getMessage().contains("sensor=short"), failure.getMessage());
  }

  private static final class FailingTimer extends KeyedProcessFunction<String, Reading, Long> {
    @Override
    public void processElement(Reading value, Context ctx, Collector<Long> out) {
      ctx.timerService().registerEventTimeTimer(value.value());
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext ctx, Collector<Long> out) {
      throw new IllegalStateException("tick");
    }
  }

  @Test
  void aFailingTimerNamesKeyAndTime() throws Exception {
    try (Instance instance = Instance.fresh(process(new FailingTimer()), new ManualClock(0))) {
      Event.Recorder out = new Event.Recorder();
      instance.feed(List.of(row(reading("k7", 33))), false, out);
      WeftException failure =
          assertThrows(WeftException.class, () -> instance.operator.onWatermark(50, out));
      assertEquals(ErrorCode.USER, failure.code());
      assertTrue(failure.getMessage().contains("event-time timer 33"), failure.getMessage());
      assertTrue(failure.getMessage().contains("key k7"), failure.getMessage());
    }
  }

  private static final class TakenName extends KeyedProcessFunction<String, Reading, Long> {
    @Override
    public void open(OpenContext context) {
      getRuntimeContext().getState(new ValueStateDescriptor<>("weft:reduce", Long.class));
    }

    @Override
    public void processElement(Reading value, Context ctx, Collector<Long> out) {}
  }

  @Test
  void theEnginesStateNamesAreRefused() throws Exception {
    FakeContext context = new FakeContext(process(new TakenName()), 0, 1, new ManualClock(0));
    Operator operator = Operators.create(context.spec);
    WeftException failure = assertThrows(WeftException.class, () -> operator.open(context));
    assertEquals(ErrorCode.USER, failure.code());
    assertTrue(failure.getMessage().contains("weft:reduce"), failure.getMessage());
  }
}
