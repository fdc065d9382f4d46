package dev.weft.engine.operator;

import static dev.weft.engine.operator.Event.row;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.CoreOptions;
import dev.weft.api.connector.InputStatus;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.graph.Operation;
import dev.weft.engine.operator.ScriptedSource.Manner;
import dev.weft.engine.operator.ScriptedSource.Range;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A reader of several splits at a time: its watermark, and which of them wait for others. */
class SplitEventTimeTest {
  private static final long IDLE_MILLIS = 100;
  private static final long DRIFT_MILLIS = 500;

  private final ManualClock clock = new ManualClock(1_000);
  private final Event.Recorder out = new Event.Recorder();

  private static WatermarkStrategy<Long> plain() {
    return WatermarkStrategy.forMonotonousTimestamps();
  }

  private static WatermarkStrategy<Long> idling() {
    return WatermarkStrategy.<Long>forMonotonousTimestamps()
        .withIdleness(Duration.ofMillis(IDLE_MILLIS));
  }

  private static WatermarkStrategy<Long> aligned(WatermarkStrategy<Long> strategy) {
    return strategy.withWatermarkAlignment(
        "group", Duration.ofMillis(DRIFT_MILLIS), Duration.ofMillis(200));
  }

  private Instance reading(Manner manner, WatermarkStrategy<Long> strategy, Range... splits)
      throws Exception {
    Instance instance =
        Instance.fresh(
            Specs.plain(new Operation.FromSource<>(new ScriptedSource(manner), strategy)), clock);
    source(instance)
        .addSplits(ScriptedSource.VERSION, Arrays.stream(splits).map(Range::bytes).toList());
    return instance;
  }

  private static SourceOperator source(Instance instance) {
    return (SourceOperator) instance.operator;
  }

  private List<Event> poll(Instance instance) throws Exception {
    source(instance).poll(out);
    return out.take();
  }

  private static List<Long> values(List<Event> events) {
    return events.stream()
        .filter(Event.Row.class::isInstance)
        .map(event -> (Long) ((Event.Row) event).value())
        .toList();
  }

  @Test
  void theWatermarkIsThatOfTheSlowestSplit() throws Exception {
    try (Instance instance =
        reading(Manner.IN_TURNS, plain(), new Range(0, 600), new Range(9_000, 19_000))) {
      List<Event> events = poll(instance);
      long slow = values(events).stream().filter(v -> v < 9_000).mapToLong(v -> v).max().orElse(0);
      assertTrue(values(events).contains(9_000L + slow), "both are read");
      assertEquals(List.of(new Event.Mark(slow - 1)), marks(events));
      events = poll(instance);
      long fast = values(events).stream().mapToLong(v -> v).max().orElse(0);
      assertTrue(values(events).contains(599L), "the slow one ends");
      assertEquals(new Event.Mark(fast - 1), last(marks(events)));
    }
  }

  private static List<Event> marks(List<Event> events) {
    return events.stream().filter(Event.Mark.class::isInstance).toList();
  }

  @Test
  void aSplitThatComesLaterDoesNotTakeTheWatermarkBack() throws Exception {
    try (Instance instance = reading(Manner.IN_TURNS, plain(), new Range(500, 5_000))) {
      long before = ((Event.Mark) last(poll(instance))).timestamp();
      source(instance).addSplits(ScriptedSource.VERSION, List.of(new Range(0, before / 2).bytes()));
      List<Event> events = poll(instance);
      assertTrue(values(events).contains(0L));
      assertEquals(List.of(), marks(events));
      while (values(events).contains(before / 2 - 1) || !(last(events) instanceof Event.Mark)) {
        events = poll(instance);
      }
      assertTrue(((Event.Mark) last(events)).timestamp() > before);
    }
  }

  private static Event last(List<Event> events) {
    return events.get(events.size() - 1);
  }

  @Test
  void aSilentSplitHoldsTheWatermarkUntilItIsIdle() throws Exception {
    try (Instance instance =
        reading(Manner.IN_TURNS, idling(), new Range(7, 0), new Range(0, 10_000))) {
      List<Event> events = poll(instance);
      assertEquals(List.of(), marks(events), "one has no time yet");
      clock.moveTo(clock.currentTimeMillis() + IDLE_MILLIS / 2);
      long fast = values(events = poll(instance)).get(values(events).size() - 1);
      clock.moveTo(clock.currentTimeMillis() + IDLE_MILLIS / 2 + 1);
      instance.operator.onProcessingTime(clock.currentTimeMillis(), out);
      assertEquals(List.of(new Event.Mark(fast - 1)), out.take());
    }
  }

  @Test
  void aReaderIsIdleWhenAllItsSplitsAre() throws Exception {
    try (Instance instance = reading(Manner.IN_TURNS, idling(), new Range(7, 0), new Range(8, 1))) {
      assertEquals(List.of(), poll(instance));
      clock.moveTo(clock.currentTimeMillis() + IDLE_MILLIS + 1);
      instance.operator.onProcessingTime(clock.currentTimeMillis(), out);
      assertEquals(List.of(new Event.Idle(true)), out.take());
      source(instance).addSplits(ScriptedSource.VERSION, List.of(new Range(5, 5_000).bytes()));
      List<Event> events = poll(instance);
      assertEquals(List.of(new Event.Idle(false), row(5L, 5)), events.subList(0, 2));
      assertEquals(List.of(new Event.Mark(values(events).size() + 3L)), marks(events));
    }
  }

  @Test
  void aSplitThatIsAheadPausesAloneUntilItMayGoOn() throws Exception {
    try (Instance instance =
        reading(Manner.IN_TURNS, aligned(plain()), new Range(0, 9_000), new Range(5_000, 9_900))) {
      poll(instance);
      assertEquals(InputStatus.NOTHING_AVAILABLE, source(instance).poll(out));
      long slow = instance.context.reached.get(0);
      assertTrue(slow < 2_000, "the reader is where its slowest split is, not at " + slow);

      source(instance).allow(slow + DRIFT_MILLIS);
      List<Event> events = poll(instance);
      assertTrue(values(events).size() > 500 && values(events).stream().allMatch(v -> v < 5_000));
      assertEquals(List.of(), poll(instance), "now the slow split is ahead of others, too");

      source(instance).allow(8_000);
      assertTrue(values(poll(instance)).stream().anyMatch(v -> v > 5_000), "both go on");
    }
  }

  @Test
  void aPausedSplitIsNotIdleAndGoesOnAloneWhenTheOthersEnd() throws Exception {
    try (Instance instance =
        reading(Manner.IN_TURNS, aligned(idling()), new Range(0, 1_100), new Range(5_000, 9_900))) {
      List<Event> first = poll(instance);
      long fast = values(first).stream().mapToLong(v -> v).max().orElseThrow();
      source(instance).allow(2_000);
      instance.operator.onProcessingTime(clock.currentTimeMillis(), out);
      for (long end = clock.currentTimeMillis() + 3 * IDLE_MILLIS;
          clock.currentTimeMillis() < end; ) {
        clock.moveTo(clock.currentTimeMillis() + IDLE_MILLIS / 3);
        instance.operator.onProcessingTime(clock.currentTimeMillis(), out);
        source(instance).poll(out);
      }
      List<Event> events = out.take();
      assertEquals(1_099L, values(events).get(values(events).size() - 1));
      assertTrue(events.stream().noneMatch(Event.Idle.class::isInstance), events::toString);
      assertEquals(new Event.Mark(fast - 1), last(events));

      source(instance).allow(fast);
      assertEquals(fast + 1, values(poll(instance)).get(0));
    }
  }

  @Test
  void aReaderThatCannotPauseFailsUnlessSplitsMayRunAhead() throws Exception {
    Range[] splits = {new Range(0, 9_000), new Range(5_000, 9_900)};
    try (Instance instance = reading(Manner.IN_TURNS_WITHOUT_PAUSE, aligned(plain()), splits)) {
      poll(instance);
      source(instance).allow(2_000);
      WeftException failure = assertThrows(WeftException.class, () -> poll(instance));
      assertEquals(ErrorCode.USER, failure.code());
      for (String word : List.of("'Step'", "to-9900", "pauseOrResumeSplits", "allow-unaligned")) {
        assertTrue(failure.getMessage().contains(word), failure.getMessage());
      }
    }
    try (Instance instance = reading(Manner.IN_TURNS_WITHOUT_PAUSE, aligned(plain()), splits)) {
      instance.context.configuration =
          new Configuration().set(CoreOptions.ALLOW_UNALIGNED_SOURCE_SPLITS, true);
      poll(instance);
      source(instance).allow(2_000);
      assertTrue(values(poll(instance)).stream().anyMatch(v -> v > 5_000));
    }
  }
}
