package dev.weft.testing.operators;

import dev.weft.api.AsyncDataStream;
import dev.weft.api.DataStream;
import dev.weft.api.KeyedStream;
import dev.weft.api.OutputTag;
import dev.weft.api.SingleOutputStreamOperator;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.KeyedProcessFunction;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.functions.ProcessFunction;
import dev.weft.api.functions.TimeDomain;
import dev.weft.api.functions.async.AsyncFunction;
import dev.weft.api.functions.async.ResultFuture;
import dev.weft.api.state.ListState;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.state.MapState;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.testing.TestRecord;
import dev.weft.testing.TestScript;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Steps of one stream, with keys and without, in all variations of a script. */
class OneInputTest {
  private static final OutputTag<String> TIMES = new OutputTag<>("times", String.class);
  private static final OutputTag<String> ODD = new OutputTag<>("odd", String.class);

  private static Reading reading(String sensor, long value) {
    return new Reading(sensor, value);
  }

  private static <T> TestRecord<T> row(T value) {
    return TestRecord.of(value);
  }

  private static <T> TestRecord<T> row(T value, long timestamp) {
    return TestRecord.at(value, timestamp);
  }

  /** A keyed step, at a time that is not 0. */
  private static <O> TestScript<Reading, O> script(
      Function<KeyedStream<Reading, String>, SingleOutputStreamOperator<O>> step) {
    return TestScript.of(Reading.class, in -> step.apply(in.keyBy(Reading::sensor)), TIMES)
        .processingTime(1_000);
  }

  private static <O> TestScript<Integer, O> unkeyed(
      Function<DataStream<Integer>, SingleOutputStreamOperator<O>> step) {
    return TestScript.of(Integer.class, step, ODD);
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

  private static final class Splitter extends ProcessFunction<Integer, String> {
    @Override
    public void processElement(Integer value, Context ctx, Collector<String> out) {
      String seen = value + "@" + ctx.timestamp() + "/" + ctx.timerService().currentWatermark();
      if (value % 2 == 0) {
        out.collect(seen);
      } else {
        ctx.output(ODD, seen);
      }
    }
  }

  /** Answers during the call. */
  private static final class Direct implements AsyncFunction<Long, String> {
    @Override
    public void asyncInvoke(Long input, ResultFuture<String> resultFuture) {
      resultFuture.complete(List.of("a" + input, "b" + input));
    }
  }

  @Test
  void reduceEmitsTheFoldOfEachKeyForEveryRecord() {
    script(in -> in.reduce((x, y) -> reading(x.sensor(), x.value() + y.value())))
        .pushBatch(row(reading("a", 1), 10), row(reading("b", 5), 11), row(reading("a", 2), 12))
        .watermark(50)
        .pushBatch(row(reading("b", 1)), row(reading("c", 0)), row(reading("a", 4)))
        .expectRecords(
            row(reading("a", 1), 10),
            row(reading("b", 5), 11),
            row(reading("a", 3), 12),
            row(reading("b", 6)),
            row(reading("c", 0)),
            row(reading("a", 7)))
        .run();
  }

  @Test
  void stateOfAllKindsIsPerKey() {
    script(in -> in.process(new Remembering()))
        .pushBatch(row(reading("a", 1), 1), row(reading("b", 1), 2), row(reading("a", 1), 3))
        .pushBatch(row(reading("a", 2), 4), row(reading("b", 3)))
        .expectRecords(
            row("a1[1]11", 1),
            row("b1[1]12", 2),
            row("a2[1, 1]23", 3),
            row("a3[1, 1, 2]14", 4),
            row("b2[1, 3]1null"))
        .inEveryStateBackend()
        .run();
  }

  @Test
  void eventTimersFireOnceInOrderWhenTheWatermarkPasses() {
    script(in -> in.process(new Timed()))
        .pushBatch(row(reading("a", 20)), row(reading("b", 10)), row(reading("a", 20)))
        .pushBatch(row(reading("c", 30)), row(reading("d", 15)), row(reading("d", -15)))
        .watermark(9)
        .watermark(20)
        .watermark(20)
        .watermark(29)
        .watermark(Long.MAX_VALUE)
        .expectRecords(row("b1020", 10), row("a2020", 20), row("c30" + Long.MAX_VALUE, 30))
        .expectRecords(TIMES, row("bevent1000", 10), row("aevent1000", 20), row("cevent1000", 30))
        .run();
  }

  @Test
  void processingTimersFireWithoutATimestamp() {
    script(in -> in.process(new Timed()))
        .pushBatch(row(reading("a", 20)), row(reading("b", 10)), row(reading("d", 10)))
        .pushBatch(row(reading("d", -10)))
        .processingTime(1_009)
        .processingTime(1_010)
        .processingTime(1_500)
        .expectRecords(row("b1010" + Long.MIN_VALUE), row("a1020" + Long.MIN_VALUE))
        .expectRecords(TIMES, row("bprocessing1010"), row("aprocessing1500"))
        .run();
  }

  @Test
  void timersSetInTimersFireWhenDue() {
    script(in -> in.process(new Chained()))
        .pushBatch(row(reading("a", 10)))
        .watermark(25)
        .watermark(Long.MAX_VALUE)
        .expectRecords(row(10L, 10), row(20L, 20), row(30L, 30), row(40L, 40))
        .inEveryStateBackend()
        .run();
  }

  @Test
  void mapKeepsTimestampsAndPassesNullOn() {
    unkeyed(in -> in.map(value -> value == 2 ? null : value * 10).returns(Integer.class))
        .pushBatch(row(1, 100), row(2), row(3, 300))
        .push(4)
        .expectRecords(row(10, 100), row(null), row(30, 300), row(40))
        .run();
  }

  @Test
  void filterKeepsWhatTheFunctionWants() {
    unkeyed(in -> in.filter(value -> value % 2 == 0))
        .pushBatch(row(1, 1), row(2, 2), row(3, 3), row(4, 4))
        .push(5)
        .expectRecords(row(2, 2), row(4, 4))
        .run();
  }

  @Test
  void flatMapEmitsAnyNumberWithTheRecordsTimestamp() {
    unkeyed(
            in ->
                in.flatMap(
                        (Integer value, Collector<Integer> out) -> {
                          for (int i = 0; i < value; i++) {
                            out.collect(value * 10 + i);
                          }
                        })
                    .returns(Integer.class))
        .pushBatch(row(0, 1), row(2, 2))
        .pushBatch(row(1, 3))
        .expectRecords(row(20, 2), row(21, 2), row(10, 3))
        .run();
  }

  @Test
  void processSeesTimeAndEmitsToSideOutputs() {
    unkeyed(in -> in.process(new Splitter()))
        .pushBatch(row(1, 10), row(2, 20))
        .pushBatch(row(3))
        .expectRecords(row("2@20/" + Long.MIN_VALUE, 20))
        .expectRecords(ODD, row("1@10/" + Long.MIN_VALUE, 10), row("3@null/" + Long.MIN_VALUE))
        .run();
  }

  @Test
  void recordsGetTheAssignersTimestamps() {
    unkeyed(
            in ->
                in.assignTimestampsAndWatermarks(
                    WatermarkStrategy.<Integer>forBoundedOutOfOrderness(Duration.ofMillis(3))
                        .withTimestampAssigner((value, before) -> value)))
        .pushBatch(row(10, 1), row(5))
        .push(20)
        .expectRecords(row(10, 10), row(5, 5), row(20, 20))
        .run();
  }

  @Test
  void directAnswersKeepOrder() {
    for (boolean ordered : new boolean[] {true, false}) {
      TestScript.of(
              Long.class,
              in ->
                  ordered
                      ? AsyncDataStream.orderedWait(in, new Direct(), 1, TimeUnit.MINUTES, 1)
                      : AsyncDataStream.unorderedWait(in, new Direct(), 1, TimeUnit.MINUTES, 1))
          .pushBatch(row(1L, 1), row(2L, 2))
          .watermark(2)
          .push(3L, 3)
          .expectRecords(
              row("a1", 1), row("b1", 1), row("a2", 2), row("b2", 2), row("a3", 3), row("b3", 3))
          .run();
    }
  }
}
