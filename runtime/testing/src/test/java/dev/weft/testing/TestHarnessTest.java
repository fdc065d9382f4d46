package dev.weft.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.DataStream;
import dev.weft.api.OutputTag;
import dev.weft.api.SingleOutputStreamOperator;
import dev.weft.api.config.Configuration;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.JobInfo;
import dev.weft.api.functions.KeyedProcessFunction;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.functions.ProcessFunction;
import dev.weft.api.functions.RichMapFunction;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.api.windowing.assigners.TumblingEventTimeWindows;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TestHarnessTest {
  private static final OutputTag<String> NOTES = new OutputTag<>("notes", String.class);

  record Reading(String sensor, int value) {}

  record Total(String sensor, int count, int sum) {}

  /** Sums up per sensor; says the sum when ten seconds of event or wall-clock time have passed. */
  static final class Totals extends KeyedProcessFunction<String, Reading, Total> {
    private final boolean eventTime;
    private transient ValueState<Total> total;

    Totals(boolean eventTime) {
      this.eventTime = eventTime;
    }

    @Override
    public void open(OpenContext context) {
      total = getRuntimeContext().getState(new ValueStateDescriptor<>("total", Total.class));
    }

    @Override
    public void processElement(Reading reading, Context context, Collector<Total> out)
        throws Exception {
      Total before = total.value();
      if (before == null) {
        before = new Total(reading.sensor, 0, 0);
        if (eventTime) {
          context.timerService().registerEventTimeTimer(context.timestamp() + 10_000);
        } else {
          context
              .timerService()
              .registerProcessingTimeTimer(context.timerService().currentProcessingTime() + 10_000);
        }
      }
      total.update(new Total(reading.sensor, before.count + 1, before.sum + reading.value));
      context.output(NOTES, "saw " + reading.value);
      getRuntimeContext().getMetricGroup().counter("readings").inc(1);
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<Total> out)
        throws Exception {
      out.collect(total.value());
      total.clear();
    }
  }

  /** Remembers the last value in a field, which no checkpoint covers. */
  static final class Forgetful extends KeyedProcessFunction<String, Reading, Integer> {
    private int last;

    @Override
    public void processElement(Reading reading, Context context, Collector<Integer> out) {
      out.collect(reading.value - last);
      last = reading.value;
    }
  }

  static final class Sum implements AggregateFunction<Reading, Total, Total> {
    @Override
    public Total createAccumulator() {
      return new Total("", 0, 0);
    }

    @Override
    public Total add(Reading reading, Total sum) {
      return new Total(reading.sensor, sum.count + 1, sum.sum + reading.value);
    }

    @Override
    public Total getResult(Total sum) {
      return sum;
    }

    @Override
    public Total merge(Total one, Total other) {
      return new Total(one.sensor, one.count + other.count, one.sum + other.sum);
    }
  }

  private static SingleOutputStreamOperator<Total> eventTimeTotals(DataStream<Reading> readings) {
    return readings.keyBy(Reading::sensor).process(new Totals(true));
  }

  private static SingleOutputStreamOperator<Total> windowed(DataStream<Reading> readings) {
    return readings
        .filter(reading -> reading.value >= 0)
        .keyBy(Reading::sensor)
        .window(TumblingEventTimeWindows.of(Duration.ofSeconds(10)))
        .aggregate(new Sum());
  }

  @Test
  void timersFireWhenTheWatermarkPasses() {
    try (TestHarness<Reading, Total> harness =
        TestHarness.of(Reading.class, TestHarnessTest::eventTimeTotals, NOTES)) {
      harness.push(new Reading("a", 1), 1_000);
      harness.push(new Reading("a", 2), 3_000);
      harness.watermark(10_999);
      assertEquals(List.of(), harness.take());
      harness.watermark(11_000);
      assertEquals(List.of(TestRecord.at(new Total("a", 2, 3), 11_000)), harness.takeRecords());
      assertEquals(List.of(), harness.take());
      assertEquals(List.of("saw 1", "saw 2"), harness.take(NOTES));
      assertEquals(11_000, harness.output(TestHarness.OUTPUT).watermark());
      assertEquals(Map.of("KeyedProcess.readings", 2L, "lateRecords", 0L), harness.counters());
    }
  }

  @Test
  void theClockStandsUntilMoved() {
    try (TestHarness<Reading, Total> harness =
        TestHarness.of(Reading.class, in -> in.keyBy(Reading::sensor).process(new Totals(false)))) {
      harness.processingTime(5_000);
      harness.push(new Reading("a", 1));
      harness.advanceProcessingTime(Duration.ofSeconds(9));
      assertEquals(List.of(), harness.take());
      harness.advanceProcessingTime(Duration.ofSeconds(1));
      assertEquals(List.of(new Total("a", 1, 1)), harness.take());
      assertThrows(IllegalArgumentException.class, () -> harness.processingTime(14_999));
    }
  }

  @Test
  void aSnapshotIsGoneBackTo() {
    try (TestHarness<Reading, Total> harness =
        TestHarness.of(Reading.class, TestHarnessTest::eventTimeTotals)) {
      harness.push(new Reading("a", 1), 1_000);
      TestSnapshot snapshot = harness.snapshot();
      harness.push(new Reading("a", 100), 2_000);
      harness.restore(snapshot, 3);
      harness.push(new Reading("a", 10), 2_000);
      harness.endOfInput();
      assertEquals(List.of(new Total("a", 2, 11)), harness.take());
      assertTrue(harness.output(TestHarness.OUTPUT).ended());
    }
  }

  @Test
  void aChangedProgramGoesOnFromASnapshot() {
    TestSnapshot snapshot;
    try (TestHarness<Object, Object> before =
        TestHarness.of(
            streams ->
                streams.output(
                    "totals", eventTimeTotals(streams.input("in", Reading.class)).uid("totals")))) {
      before.<Reading>input("in").push(new Reading("a", 1), 1_000);
      snapshot = before.snapshot();
    }
    TestProgram changed =
        streams ->
            streams.output(
                "texts",
                eventTimeTotals(
                        streams.input("in", Reading.class).filter(reading -> reading.value < 50))
                    .uid("totals")
                    .map(Total::toString));
    try (TestHarness<Object, Object> after =
        TestHarness.restore(changed, new Configuration(), 2, snapshot)) {
      after.<Reading>input("in").push(new Reading("a", 60), 2_000);
      after.<Reading>input("in").push(new Reading("a", 10), 2_000);
      after.watermark(20_000);
      assertEquals(
          List.of("Total[sensor=a, count=2, sum=11]"), after.<String>output("texts").take());
    }
  }

  @Test
  void severalInputsMergeTheirWatermarks() {
    TestProgram program =
        streams ->
            streams.output(
                "totals",
                eventTimeTotals(
                    streams
                        .input("left", Reading.class)
                        .union(streams.input("right", Reading.class))));
    try (TestHarness<Object, Object> harness = TestHarness.of(program)) {
      harness.<Reading>input("left").push(new Reading("a", 1), 0);
      harness.<Reading>input("left").watermark(20_000);
      assertEquals(List.of(), harness.output("totals").take());
      harness.rescale(2);
      harness.<Reading>input("right").watermark(10_000);
      assertEquals(List.of(new Total("a", 1, 1)), harness.output("totals").take());
      harness.<Reading>input("right").idle(true);
      assertEquals(20_000, harness.output("totals").watermark());
    }
  }

  @Test
  void stateOfAnySizeComesBack() {
    try (TestHarness<Reading, Total> harness =
        TestHarness.of(Reading.class, TestHarnessTest::eventTimeTotals)) {
      for (int i = 0; i < 5_000; i++) {
        harness.push(new Reading("sensor " + i, i), 1_000);
      }
      harness.rescale(2);
      harness.rescale(3);
      harness.watermark(11_000);
      assertEquals(
          IntStream.range(0, 5_000).asLongStream().sum(),
          harness.take().stream().mapToLong(Total::sum).sum());
    }
  }

  @Test
  void aFailureNamesTheStepAndTheRecord() {
    try (TestHarness<Integer, Integer> harness =
        TestHarness.of(Integer.class, in -> in.map(x -> 10 / x).name("divide"))) {
      harness.push(5);
      WeftException failure = assertThrows(WeftException.class, () -> harness.push(0));
      assertEquals(ErrorCode.USER, failure.code());
      assertTrue(failure.getMessage().contains("divide"), failure.getMessage());
      assertTrue(failure.getMessage().contains("/ by zero"), failure.getMessage());
      assertTrue(failure.getMessage().contains("TestHarnessTest.java:"), failure.getMessage());
    }
  }

  @Test
  void aProgramWithASourceOfItsOwnIsRefused() {
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                TestHarness.of(
                    streams -> streams.output("out", streams.environment().fromSequence(0, 10))));
    assertTrue(refusal.getMessage().contains("Source: Sequence"), refusal.getMessage());
  }

  @Test
  void scriptsRunInAllVariations() {
    TestScript.of(Reading.class, TestHarnessTest::eventTimeTotals, NOTES)
        .pushBatch(
            TestRecord.at(new Reading("a", 1), 1_000),
            TestRecord.at(new Reading("b", 2), 2_000),
            TestRecord.at(new Reading("a", 3), 3_000))
        .watermark(11_000)
        .push(new Reading("a", 5), 12_000)
        .endOfInput()
        .expect(new Total("a", 2, 4), new Total("b", 1, 2), new Total("a", 1, 5))
        .expect(NOTES, "saw 1", "saw 2", "saw 3", "saw 5")
        .run();
  }

  @Test
  void scriptsCountLateRecords() {
    TestScript.of(Reading.class, TestHarnessTest::windowed)
        .push(new Reading("a", 1), 1_000)
        .push(new Reading("a", -1), 2_000)
        .watermark(9_999)
        .push(new Reading("a", 2), 9_000)
        .push(new Reading("a", 3), 10_000)
        .watermark(30_000)
        .expect(new Total("a", 1, 1), new Total("a", 1, 3))
        .expectLate(1)
        .run();
  }

  @Test
  void aFunctionThatKeepsSomethingInAFieldIsFoundOut() {
    TestScript<Reading, Integer> script =
        TestScript.of(
                Reading.class,
                (DataStream<Reading> in) -> in.keyBy(Reading::sensor).process(new Forgetful()))
            .push(new Reading("a", 1))
            .push(new Reading("a", 3))
            .expect(1, 2);
    AssertionError error = assertThrows(AssertionError.class, script::run);
    assertTrue(
        error.getMessage().contains("with a restore before every input"), error.getMessage());
    assertTrue(error.getMessage().contains("not expected"), error.getMessage());
  }

  @Test
  void aScriptSaysWhatIsMissing() {
    TestScript<Integer, Integer> script =
        TestScript.of(Integer.class, (DataStream<Integer> in) -> in.map(x -> x + 1))
            .push(1)
            .expect(2, 3);
    AssertionError error = assertThrows(AssertionError.class, script::run);
    assertTrue(error.getMessage().contains("missing [3]"), error.getMessage());
  }

  /** Emits the watermark with every record. */
  static final class Watermarks extends ProcessFunction<Integer, Long> {
    @Override
    public void processElement(Integer value, Context context, Collector<Long> out) {
      out.collect(value.longValue());
      context.output(NOTES, "value " + value);
    }
  }

  @Test
  void stepsWithoutKeysRunOnAnyNumberOfSubtasks() {
    TestScript.of(Integer.class, (DataStream<Integer> in) -> in.process(new Watermarks()), NOTES)
        .push(1)
        .push(2)
        .push(3)
        .endOfInput()
        .expect(1L, 2L, 3L)
        .run();
  }

  /** Counts the readings of a sensor, in a rich function on a keyed stream. */
  static final class Counted extends RichMapFunction<Reading, String> {
    private transient ValueState<Integer> count;

    @Override
    public void open(OpenContext context) {
      count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Integer.class));
    }

    @Override
    public String map(Reading reading) throws Exception {
      count.update(count.value() == null ? 1 : count.value() + 1);
      return reading.sensor + count.value();
    }
  }

  @Test
  void aRichFunctionOnAKeyedStreamKeepsStateOfEachKey() {
    TestScript.of(
            Reading.class, (DataStream<Reading> in) -> in.keyBy(Reading::sensor).map(new Counted()))
        .push(new Reading("a", 1))
        .push(new Reading("b", 1))
        .push(new Reading("a", 1))
        .expect("a1", "b1", "a2")
        .run();
  }

  /** Appends the job to each word. */
  private static final class JobNaming extends RichMapFunction<String, String> {
    @Override
    public String map(String word) {
      JobInfo job = getRuntimeContext().getJobInfo();
      return word + " in " + job.getJobName() + " " + job.getJobId().length();
    }
  }

  @Test
  void functionsKnowTheirJob() {
    try (TestHarness<String, String> harness =
        TestHarness.of(String.class, words -> words.map(new JobNaming()))) {
      harness.push("a");
      assertEquals(List.of("a in test 32"), harness.take());
    }
  }
}
