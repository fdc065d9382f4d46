package dev.weft.testing;

import dev.weft.api.DataStream;
import dev.weft.api.OutputTag;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.StateBackendOptions;
import dev.weft.api.config.StateBackendOptions.Backend;
import dev.weft.api.types.TypeInformation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Inputs for a program and what it must emit. {@link #run()} runs them as they are, with one-row
 * batches, with a snapshot and restore between any two inputs, and on two subtasks from any input
 * to the next; every run must emit the same, the last ones in any order. A program that keeps
 * something outside of its state, or depends on how records are batched, is found out.
 *
 * <pre>{@code
 * TestScript.of(Reading.class, in -> in.keyBy(Reading::sensor).process(new Alarms()))
 *     .push(new Reading("a", 90), 1_000)
 *     .watermark(60_000)
 *     .expect(new Alarm("a"))
 *     .run();
 * }</pre>
 */
public final class TestScript<I, O> {
  private final TestProgram program;
  private final Configuration options = new Configuration();
  private final List<Step> steps = new ArrayList<>();
  private final Map<String, List<?>> expected = new LinkedHashMap<>();
  private final Map<String, List<?>> expectedRecords = new LinkedHashMap<>();
  private boolean anyOrder;
  private boolean rescales = true;
  private boolean everywhere;
  private long lateRecords = -1;

  /** Where the keyed state of a run lies. */
  private enum Place {
    /** Where the options say. */
    AS_GIVEN,
    ROCKSDB,
    /** In RocksDB at first, and with every restore on the heap and back again. */
    MOVING;

    String describe(String variation) {
      return switch (this) {
        case AS_GIVEN -> variation;
        case ROCKSDB -> variation + ", in RocksDB";
        case MOVING -> variation + ", with state that moves";
      };
    }
  }

  private TestScript(TestProgram program) {
    this.program = program;
  }

  /** What happens to the program. */
  private sealed interface Step {
    record Rows(String input, List<TestRecord<Object>> rows) implements Step {}

    record Watermark(String input, long timestamp) implements Step {}

    record Idle(String input, boolean idle) implements Step {}

    record End(String input) implements Step {}

    record Time(long millis) implements Step {}
  }

  /** A program with one input and one output, of a class with a derivable type. */
  public static <I, O> TestScript<I, O> of(
      Class<I> input,
      Function<DataStream<I>, ? extends DataStream<O>> program,
      OutputTag<?>... sideOutputs) {
    return of(TypeInformation.of(input), program, sideOutputs);
  }

  /** A program with one input and one output. */
  public static <I, O> TestScript<I, O> of(
      TypeInformation<I> input,
      Function<DataStream<I>, ? extends DataStream<O>> program,
      OutputTag<?>... sideOutputs) {
    return new TestScript<>(TestHarness.program(input, program, sideOutputs));
  }

  /** A program with any inputs and outputs, which the calls name. */
  public static TestScript<Object, Object> of(TestProgram program) {
    return new TestScript<>(program);
  }

  /** Sets options of the job. */
  public TestScript<I, O> options(Configuration more) {
    options.addAll(more);
    return this;
  }

  /** A record without a timestamp. */
  public TestScript<I, O> push(I value) {
    return pushTo(TestHarness.INPUT, TestRecord.of(value));
  }

  /** A record with its event time in milliseconds. */
  public TestScript<I, O> push(I value, long timestamp) {
    return pushTo(TestHarness.INPUT, TestRecord.at(value, timestamp));
  }

  /** Records that arrive in one batch. */
  @SafeVarargs
  public final TestScript<I, O> pushBatch(TestRecord<? extends I>... records) {
    return pushTo(TestHarness.INPUT, records);
  }

  /** Records of a named input that arrive in one batch. */
  public TestScript<I, O> pushTo(String input, TestRecord<?>... records) {
    List<TestRecord<Object>> rows = new ArrayList<>();
    for (TestRecord<?> record : records) {
      rows.add(new TestRecord<>(record.value(), record.timestamp()));
    }
    steps.add(new Step.Rows(input, rows));
    return this;
  }

  /** A watermark of all inputs. */
  public TestScript<I, O> watermark(long timestamp) {
    return watermark(null, timestamp);
  }

  /** A watermark of a named input. */
  public TestScript<I, O> watermark(String input, long timestamp) {
    steps.add(new Step.Watermark(input, timestamp));
    return this;
  }

  /** A named input becomes idle or active. */
  public TestScript<I, O> idle(String input, boolean idle) {
    steps.add(new Step.Idle(input, idle));
    return this;
  }

  /** The wall clock moves to a time in milliseconds; it is 0 at first. */
  public TestScript<I, O> processingTime(long millis) {
    steps.add(new Step.Time(millis));
    return this;
  }

  /** The wall clock moves to a time after its beginning. */
  public TestScript<I, O> processingTime(Duration sinceStart) {
    return processingTime(sinceStart.toMillis());
  }

  /** All inputs end. */
  public TestScript<I, O> endOfInput() {
    return endOfInput(null);
  }

  /** A named input ends. */
  public TestScript<I, O> endOfInput(String input) {
    steps.add(new Step.End(input));
    return this;
  }

  /** All that the output must carry, in order. */
  @SafeVarargs
  public final TestScript<I, O> expect(O... values) {
    return expectOf(TestHarness.OUTPUT, (Object[]) values);
  }

  /** All that a side output must carry, in order. */
  public TestScript<I, O> expect(OutputTag<?> sideOutput, Object... values) {
    return expectOf(TestHarness.sideOutput(sideOutput), values);
  }

  /** All that a named output must carry, in order. */
  public TestScript<I, O> expectOf(String output, Object... values) {
    expected.put(output, Arrays.asList(values));
    return this;
  }

  /** All that the output must carry, with event times, in order. */
  public TestScript<I, O> expectRecords(TestRecord<?>... records) {
    return expectRecordsOf(TestHarness.OUTPUT, records);
  }

  /** All that a side output must carry, with event times, in order. */
  public TestScript<I, O> expectRecords(OutputTag<?> sideOutput, TestRecord<?>... records) {
    return expectRecordsOf(TestHarness.sideOutput(sideOutput), records);
  }

  /** All that a named output must carry, with event times, in order. */
  public TestScript<I, O> expectRecordsOf(String output, TestRecord<?>... records) {
    expectedRecords.put(output, Arrays.asList(records));
    return this;
  }

  /** How many records must be dropped because they came too late. */
  public TestScript<I, O> expectLate(int records) {
    lateRecords = records;
    return this;
  }

  /** Compares what outputs carry without regard to order. */
  public TestScript<I, O> inAnyOrder() {
    anyOrder = true;
    return this;
  }

  /**
   * Leaves changes of the parallelism out: for programs whose steps without keys remember something
   * that is of one subtask.
   */
  public TestScript<I, O> withoutRescale() {
    rescales = false;
    return this;
  }

  /**
   * Runs the script with keyed state in RocksDB, too: as it is, with a snapshot and restore between
   * any two inputs, with state that moves between RocksDB and the heap at each of them, and with
   * another parallelism after each. They must emit the same, so the order of different keys must
   * not matter, or be left out with {@link #inAnyOrder()}.
   */
  public TestScript<I, O> inEveryStateBackend() {
    everywhere = true;
    return this;
  }

  /**
   * Runs the script in all variations.
   *
   * @throws AssertionError that names the variation, when one emits something else than is expected
   *     or, where nothing is, than the first
   */
  public void run() {
    Result first = run("as given", steps, gap -> 0, Place.AS_GIVEN);
    check(first);
    runVariations(first);
    if (everywhere) {
      runInDatabases(first);
    }
  }

  private void runVariations(Result first) {
    List<Step> single = singleRows();
    compare(first, run("with one-row batches", single, gap -> 0, Place.AS_GIVEN), true);
    compare(
        first, run("with a restore before every input", single, gap -> 1, Place.AS_GIVEN), true);
    int gaps = restorable(single);
    for (int at = 0; at < gaps; at++) {
      int here = at;
      compare(
          first,
          run(
              "with a restore before input " + describe(single, at),
              single,
              gap -> gap == here ? 1 : 0,
              Place.AS_GIVEN),
          true);
      if (rescales) {
        compare(
            first,
            run(
                "on two subtasks for input " + describe(single, at),
                single,
                gap -> gap == here ? 2 : gap == here + 1 ? 1 : 0,
                Place.AS_GIVEN),
            false);
      }
    }
  }

  private void runInDatabases(Result first) {
    List<Step> single = singleRows();
    compare(first, run("as given", steps, gap -> 0, Place.ROCKSDB), true);
    compare(first, run("with a restore before every input", single, gap -> 1, Place.ROCKSDB), true);
    compare(first, run("with a restore before every input", single, gap -> 1, Place.MOVING), true);
    if (rescales) {
      compare(
          first,
          run("on two subtasks for every other input", single, gap -> 2 - gap % 2, Place.ROCKSDB),
          false);
    }
  }

  private static String describe(List<Step> steps, int at) {
    return (at + 1) + " of " + steps.size() + ", " + steps.get(at);
  }

  private List<Step> singleRows() {
    List<Step> single = new ArrayList<>();
    for (Step step : steps) {
      if (step instanceof Step.Rows rows) {
        rows.rows.forEach(row -> single.add(new Step.Rows(rows.input, List.of(row))));
      } else {
        single.add(step);
      }
    }
    return single;
  }

  /** How many steps there are before all input has ended. */
  private static int restorable(List<Step> steps) {
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i) instanceof Step.End end && end.input == null) {
        return i + 1;
      }
    }
    return steps.size();
  }

  /** What happens before a step. */
  private interface Variation {
    /** With which parallelism the program is restored before a step; 0 when it is not. */
    int restoreBefore(int step);
  }

  /** What a run emitted. */
  private record Result(
      String variation, Map<String, List<TestRecord<Object>>> outputs, long late) {}

  private Result run(String name, List<Step> inputs, Variation how, Place place) {
    String variation = place.describe(name);
    Configuration placed = new Configuration().addAll(options);
    if (place != Place.AS_GIVEN) {
      placed.set(StateBackendOptions.STATE_BACKEND, Backend.ROCKSDB);
    }
    try (TestHarness<Object, Object> harness = TestHarness.of(program, placed, 1)) {
      long late = 0;
      int restores = 0;
      int restorable = restorable(inputs);
      for (int i = 0; i < inputs.size(); i++) {
        int parallelism = i < restorable ? how.restoreBefore(i) : 0;
        if (parallelism > 0) {
          late += harness.lateRecords();
          if (place == Place.MOVING) {
            harness.move(restores++ % 2 == 0 ? Backend.HASHMAP : Backend.ROCKSDB, parallelism);
          } else {
            harness.rescale(parallelism);
          }
        }
        step(harness, inputs.get(i));
      }
      Map<String, List<TestRecord<Object>>> outputs = new LinkedHashMap<>();
      harness.outputs().forEach((output, records) -> outputs.put(output, untyped(records)));
      return new Result(variation, outputs, late + harness.lateRecords());
    } catch (RuntimeException e) {
      throw new AssertionError("The run " + variation + " failed: " + e.getMessage(), e);
    }
  }

  @SuppressWarnings("unchecked")
  private static List<TestRecord<Object>> untyped(TestOutput<?> output) {
    return ((TestOutput<Object>) output).takeRecords();
  }

  private static void step(TestHarness<Object, Object> harness, Step step) {
    if (step instanceof Step.Rows rows) {
      harness.input(rows.input).pushBatch(rows.rows);
    } else if (step instanceof Step.Watermark watermark && watermark.input == null) {
      harness.watermark(watermark.timestamp);
    } else if (step instanceof Step.Watermark watermark) {
      harness.input(watermark.input).watermark(watermark.timestamp);
    } else if (step instanceof Step.Idle idle) {
      harness.input(idle.input).idle(idle.idle);
    } else if (step instanceof Step.Time time) {
      harness.processingTime(time.millis);
    } else if (step instanceof Step.End end && end.input == null) {
      harness.endOfInput();
    } else if (step instanceof Step.End end) {
      harness.input(end.input).end();
    }
  }

  private void check(Result result) {
    expected.forEach(
        (name, values) ->
            check(result, name, values, recordsOf(result, name).map(TestRecord::value).toList()));
    expectedRecords.forEach(
        (name, records) -> check(result, name, records, recordsOf(result, name).toList()));
    if (lateRecords >= 0 && lateRecords != result.late) {
      throw new AssertionError(
          "The run "
              + result.variation
              + " dropped "
              + result.late
              + " late records, not "
              + lateRecords);
    }
  }

  private void check(Result result, String output, List<?> wanted, List<?> came) {
    Comparison.of(wanted, came, !anyOrder)
        .orFail("The run " + result.variation + ", output '" + output + "'");
  }

  private static Stream<TestRecord<Object>> recordsOf(Result result, String output) {
    List<TestRecord<Object>> records = result.outputs.get(output);
    if (records == null) {
      throw new IllegalArgumentException(
          "the program has no output named '" + output + "'; there are " + result.outputs.keySet());
    }
    return records.stream();
  }

  private void compare(Result first, Result other, boolean ordered) {
    first.outputs.forEach(
        (name, records) ->
            Comparison.of(records, other.outputs.get(name), ordered && !anyOrder)
                .orFail("The run " + other.variation + ", output '" + name + "'"));
    if (first.late != other.late) {
      throw new AssertionError(
          "The run "
              + other.variation
              + " dropped "
              + other.late
              + " late records, the run "
              + first.variation
              + " "
              + first.late);
    }
  }
}
