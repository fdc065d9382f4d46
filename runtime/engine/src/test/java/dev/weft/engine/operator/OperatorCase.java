package dev.weft.engine.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.api.graph.TwoInputOperation;
import dev.weft.engine.protocol.ChainSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * Inputs for an operator and what it must emit. {@link #expect} runs them as they are, with one-row
 * batches, with a snapshot and restore between any two inputs and, where the operator is keyed, on
 * two subtasks after any input and back on one after the next.
 */
final class OperatorCase {
  private static final long START_MILLIS = 1_000;

  private final ChainSpec.OperatorSpec spec;
  private final List<Step> steps = new ArrayList<>();
  private Predicate<Event> compared = event -> true;
  private int lateRecords;
  private boolean ordered = true;
  private boolean databases;
  private Place place = Place.HEAP;

  /** Where the state of keys is. */
  private enum Place {
    HEAP,
    DATABASE,
    /** It moves with every restore. */
    TURNS
  }

  /** An input. */
  private sealed interface Step {
    record Rows(int input, List<Event.Row> rows) implements Step {}

    record Watermark(long timestamp) implements Step {}

    record Time(long millis) implements Step {}

    record Finish() implements Step {}
  }

  private OperatorCase(ChainSpec.OperatorSpec spec) {
    this.spec = spec;
  }

  static OperatorCase of(ChainSpec.OperatorSpec spec) {
    return new OperatorCase(spec);
  }

  OperatorCase rows(Event.Row... rows) {
    return rows(0, rows);
  }

  /** Rows of one of several inputs. */
  OperatorCase rows(int input, Event.Row... rows) {
    steps.add(new Step.Rows(input, Arrays.asList(rows)));
    return this;
  }

  OperatorCase values(Object... values) {
    steps.add(new Step.Rows(0, Arrays.stream(values).map(Event::row).toList()));
    return this;
  }

  OperatorCase watermark(long timestamp) {
    steps.add(new Step.Watermark(timestamp));
    return this;
  }

  /** The wall clock moves on. */
  OperatorCase time(long millis) {
    steps.add(new Step.Time(millis));
    return this;
  }

  OperatorCase finish() {
    steps.add(new Step.Finish());
    return this;
  }

  /** Leaves watermarks out of the comparison: how many there are depends on the batches. */
  OperatorCase withoutWatermarks() {
    compared = event -> !(event instanceof Event.Mark);
    return this;
  }

  /** Leaves the order of the output out of the comparison: that of keys may change at a restore. */
  OperatorCase inAnyOrder() {
    ordered = false;
    return this;
  }

  /** Runs all variants with state in a database, too, and with state that moves there and back. */
  OperatorCase alsoInDatabase() {
    databases = true;
    return this;
  }

  /** How many records are dropped as late. */
  OperatorCase late(int count) {
    lateRecords = count;
    return this;
  }

  /** Runs all variants. */
  void expect(Event... expected) throws Exception {
    List<Event> wanted = Arrays.asList(expected);
    for (Place each : databases ? Place.values() : new Place[] {Place.HEAP}) {
      place = each;
      expect(wanted);
    }
  }

  private boolean inDatabase(int restores) {
    return place == Place.DATABASE || place == Place.TURNS && restores % 2 == 0;
  }

  private void expect(List<Event> wanted) throws Exception {
    check(wanted, run(steps, false, -1, true), "as given");
    List<Step> single = singleRows();
    check(wanted, run(single, false, -1, false), "one-row batches");
    check(wanted, run(single, true, -1, true), "a restore after every input");
    for (int gap = 0; gap < single.size(); gap++) {
      check(wanted, run(single, false, gap, false), "a restore before input " + gap);
    }
    if (spec.key() != null || spec.operation() instanceof TwoInputOperation.BroadcastProcess) {
      for (int gap = 0; gap < single.size(); gap++) {
        assertEquals(
            sorted(wanted),
            sorted(runRescaled(single, gap)),
            "two subtasks for input " + gap + ", " + place);
      }
    }
  }

  private void check(List<Event> wanted, List<Event> emitted, String variant) {
    if (ordered) {
      assertEquals(wanted, emitted, variant + ", " + place);
    } else {
      assertEquals(sorted(wanted), sorted(emitted), variant + ", " + place);
    }
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

  private static List<String> sorted(List<Event> events) {
    return events.stream().map(String::valueOf).sorted().toList();
  }

  private List<Event> run(List<Step> inputs, boolean restoreAlways, int restoreAt, boolean hashes)
      throws Exception {
    ManualClock clock = new ManualClock(START_MILLIS);
    Event.Recorder recorder = new Event.Recorder();
    Instance instance = Instance.fresh(spec, clock, inDatabase(0));
    int restores = 0;
    int late = 0;
    for (int i = 0; i < inputs.size(); i++) {
      if (restoreAlways || i == restoreAt) {
        Instance.Saved saved = instance.snapshot(i + 1);
        late += instance.context.lateRecords;
        instance.close();
        instance = Instance.restored(spec, 0, 1, clock, List.of(saved), inDatabase(++restores));
      }
      step(inputs.get(i), List.of(instance), clock, hashes, recorder);
    }
    assertEquals(lateRecords, late + instance.context.lateRecords, "late records");
    instance.close();
    return recorder.events.stream().filter(compared).toList();
  }

  private List<Event> runRescaled(List<Step> inputs, int gap) throws Exception {
    ManualClock clock = new ManualClock(START_MILLIS);
    Event.Recorder recorder = new Event.Recorder();
    List<Instance> instances = List.of(Instance.fresh(spec, clock, inDatabase(0)));
    for (int i = 0; i < inputs.size(); i++) {
      if (i == gap || i == gap + 1) {
        List<Instance.Saved> saved = new ArrayList<>();
        for (Instance instance : instances) {
          saved.add(instance.snapshot(i + 1));
          instance.close();
        }
        int parallelism = i == gap ? 2 : 1;
        instances = new ArrayList<>();
        for (int subtask = 0; subtask < parallelism; subtask++) {
          instances.add(
              Instance.restored(
                  spec, subtask, parallelism, clock, saved, inDatabase(parallelism - 1)));
        }
      }
      step(inputs.get(i), instances, clock, true, recorder);
    }
    for (Instance instance : instances) {
      instance.close();
    }
    return recorder.events.stream().filter(compared).toList();
  }

  private static void step(
      Step step, List<Instance> instances, ManualClock clock, boolean hashes, Output out)
      throws Exception {
    if (step instanceof Step.Time time) {
      clock.moveTo(time.millis);
    }
    for (Instance instance : instances) {
      if (step instanceof Step.Rows rows) {
        instance.feed(rows.input, rows.rows, hashes, out);
      } else if (step instanceof Step.Watermark watermark) {
        instance.operator.onWatermark(watermark.timestamp, out);
      } else if (step instanceof Step.Time time) {
        if (instance.operator.nextProcessingTime() <= time.millis) {
          instance.operator.onProcessingTime(time.millis, out);
        }
      } else {
        instance.operator.finish(out);
      }
    }
  }
}
