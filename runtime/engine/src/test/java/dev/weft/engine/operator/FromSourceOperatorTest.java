package dev.weft.engine.operator;

import static dev.weft.engine.operator.Event.row;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.connector.InputStatus;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.graph.Operation;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.operator.source.AssignedSplits;
import dev.weft.engine.protocol.ChainSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FromSourceOperatorTest {
  private final ManualClock clock = new ManualClock(1_000);
  private final Event.Recorder out = new Event.Recorder();

  private static ChainSpec.OperatorSpec spec(WatermarkStrategy<Long> strategy) {
    return Specs.plain(
        new Operation.FromSource<>(new ScriptedSource(ScriptedSource.Manner.ONE_BY_ONE), strategy));
  }

  private static ChainSpec.OperatorSpec spec() {
    return spec(WatermarkStrategy.forMonotonousTimestamps());
  }

  private static byte[] range(long next, long end) {
    return new ScriptedSource.Range(next, end).bytes();
  }

  private static byte[] item(long next, long end) {
    return AssignedSplits.item(ScriptedSource.VERSION, range(next, end));
  }

  private static SourceOperator source(Instance instance) {
    return (SourceOperator) instance.operator;
  }

  private static void add(Instance instance, byte[]... splits) throws Exception {
    source(instance).addSplits(ScriptedSource.VERSION, List.of(splits));
  }

  @Test
  void readsSplitsAndEnds() throws Exception {
    try (Instance instance = Instance.fresh(spec(), clock)) {
      assertEquals(InputStatus.NOTHING_AVAILABLE, source(instance).poll(out));
      assertEquals(1, instance.context.splitRequests);
      add(instance, range(0, 2));
      assertEquals(InputStatus.NOTHING_AVAILABLE, source(instance).poll(out));
      assertEquals(List.of(row(0L, 0), row(1L, 1), new Event.Mark(0)), out.take());
      assertEquals(2, instance.context.splitRequests);
      source(instance).noMoreSplits();
      assertEquals(InputStatus.END_OF_INPUT, source(instance).poll(out));
      assertEquals(InputStatus.END_OF_INPUT, source(instance).poll(out));
      assertEquals(List.of(), out.take());
    }
  }

  @Test
  void aCallReturnsAfterAboutABatch() throws Exception {
    try (Instance instance = Instance.fresh(spec(), clock)) {
      add(instance, range(0, 3_000));
      assertEquals(InputStatus.MORE_AVAILABLE, source(instance).poll(out));
      List<Event> events = out.take();
      assertEquals(ObjectBatch.ROWS_MAX + 1, events.size());
      assertEquals(new Event.Mark(ObjectBatch.ROWS_MAX - 2), events.get(ObjectBatch.ROWS_MAX));
    }
  }

  @Test
  void positionsAreRestoredWhereverACheckpointFalls() throws Exception {
    long total = 2 * ObjectBatch.ROWS_MAX + 10L;
    for (int restoreAfter = 0; restoreAfter < 3; restoreAfter++) {
      Instance instance = Instance.fresh(spec(WatermarkStrategy.noWatermarks()), clock);
      add(instance, range(0, total), range(total, total + 5));
      List<Event> all = new ArrayList<>();
      for (int i = 0; i < restoreAfter; i++) {
        source(instance).poll(out);
        all.addAll(out.take());
      }
      Instance.Saved saved = instance.snapshot(1);
      instance.close();
      instance = Instance.restored(instance.context.spec, 0, 1, clock, List.of(saved));
      source(instance).noMoreSplits();
      while (source(instance).poll(out) != InputStatus.END_OF_INPUT) {
        all.addAll(out.take());
      }
      all.addAll(out.take());
      instance.close();
      assertEquals(total + 5, all.size());
      for (int i = 0; i < all.size(); i++) {
        assertEquals(row((long) i, i), all.get(i));
      }
    }
  }

  @Test
  void anUnansweredRequestIsRepeatedAfterAWhile() throws Exception {
    try (Instance instance = Instance.fresh(spec(), clock)) {
      source(instance).poll(out);
      source(instance).poll(out);
      clock.moveTo(5_999);
      source(instance).poll(out);
      assertEquals(1, instance.context.splitRequests);
      clock.moveTo(6_000);
      source(instance).poll(out);
      source(instance).poll(out);
      assertEquals(2, instance.context.splitRequests);
    }
  }

  @Test
  void splitsSinceACheckpointAreThoseThatItDoesNotCover() throws Exception {
    try (Instance instance = Instance.fresh(spec(), clock)) {
      add(instance, range(0, 1));
      instance.snapshot(7);
      add(instance, range(10, 11), range(20, 21));
      assertItems(source(instance).splitsSince(7), item(10, 11), item(20, 21));
      assertItems(source(instance).splitsSince(6), item(0, 1), item(10, 11), item(20, 21));
      instance.snapshot(8);
      source(instance).poll(out);
      assertItems(source(instance).splitsSince(7), item(10, 11), item(20, 21));
      instance.operator.checkpointCompleted(7);
      assertItems(source(instance).splitsSince(7), item(10, 11), item(20, 21));
      instance.operator.checkpointCompleted(8);
      assertItems(source(instance).splitsSince(7));
    }
  }

  private static void assertItems(List<byte[]> actual, byte[]... expected) {
    assertEquals(expected.length, actual.size());
    for (int i = 0; i < expected.length; i++) {
      assertArrayEquals(expected[i], actual.get(i));
    }
  }

  @Test
  void anAssignerReplacesTheSourcesTimestamps() throws Exception {
    WatermarkStrategy<Long> strategy =
        WatermarkStrategy.<Long>forBoundedOutOfOrderness(Duration.ofMillis(5))
            .withTimestampAssigner((value, before) -> before * 100);
    try (Instance instance = Instance.fresh(spec(strategy), clock)) {
      add(instance, range(1, 3));
      source(instance).poll(out);
      assertEquals(List.of(row(1L, 100), row(2L, 200), new Event.Mark(194)), out.take());
    }
  }

  @Test
  void aReaderWithoutRecordsBecomesIdle() throws Exception {
    WatermarkStrategy<Long> strategy =
        WatermarkStrategy.<Long>forMonotonousTimestamps().withIdleness(Duration.ofMillis(100));
    try (Instance instance = Instance.fresh(spec(strategy), clock)) {
      source(instance).poll(out);
      clock.moveTo(1_100);
      source(instance).poll(out);
      source(instance).poll(out);
      assertEquals(List.of(new Event.Idle(true)), out.take());
      add(instance, range(5, 6));
      source(instance).poll(out);
      assertEquals(List.of(new Event.Idle(false), row(5L, 5), new Event.Mark(4)), out.take());
    }
  }

  @Test
  void inputErrorsAreThoseOfADependency() throws Exception {
    try (Instance instance = Instance.fresh(spec(), clock)) {
      add(instance, range(-1, 5));
      WeftException failure = assertThrows(WeftException.class, () -> source(instance).poll(out));
      assertEquals(ErrorCode.DEPENDENCY, failure.code());
      assertTrue(failure.getMessage().contains("cannot read Range"), failure.getMessage());
    }
  }

  @Test
  void blockingIsWhatTheSourceSays() {
    assertFalse(Operators.blocking(spec()));
  }

  private static WatermarkStrategy<Long> aligned() {
    return WatermarkStrategy.<Long>forMonotonousTimestamps()
        .withWatermarkAlignment("group", Duration.ofMillis(500), Duration.ofMillis(200));
  }

  @Test
  void aReaderAheadOfItsGroupPausesUntilItMayGoOn() throws Exception {
    try (Instance instance = Instance.fresh(spec(aligned()), clock)) {
      add(instance, range(0, 10_000));
      source(instance).poll(out);
      long first = ObjectBatch.ROWS_MAX - 2;
      out.take();
      assertEquals(InputStatus.NOTHING_AVAILABLE, source(instance).poll(out));
      assertEquals(List.of(), out.take());
      assertEquals(List.of(first), instance.context.reached);

      source(instance).allow(first);
      assertEquals(InputStatus.MORE_AVAILABLE, source(instance).poll(out));
      assertFalse(out.take().isEmpty());
      assertEquals(InputStatus.NOTHING_AVAILABLE, source(instance).poll(out));
      clock.moveTo(instance.operator.nextProcessingTime());
      instance.operator.onProcessingTime(clock.currentTimeMillis(), out);
      long second = first + ObjectBatch.ROWS_MAX;
      assertEquals(List.of(first, second, second), instance.context.reached);
    }
  }

  @Test
  void aPausedReaderIsNotIdleAndAnEndedOneHoldsNobodyUp() throws Exception {
    WatermarkStrategy<Long> strategy = aligned().withIdleness(Duration.ofMillis(50));
    try (Instance instance = Instance.fresh(spec(strategy), clock)) {
      add(instance, range(0, 2_000));
      source(instance).poll(out);
      for (int i = 0; i < 10; i++) {
        clock.moveTo(clock.currentTimeMillis() + 20);
        source(instance).poll(out);
      }
      assertTrue(out.take().stream().noneMatch(Event.Idle.class::isInstance));

      source(instance).allow(Long.MAX_VALUE);
      source(instance).noMoreSplits();
      while (source(instance).poll(out) != InputStatus.END_OF_INPUT) {
        out.take();
      }
      int last = instance.context.reached.size() - 1;
      assertEquals(Long.MAX_VALUE, instance.context.reached.get(last));
    }
  }

  @Test
  void anIdleReaderTellsThatNobodyNeedsToWaitForIt() throws Exception {
    WatermarkStrategy<Long> strategy = aligned().withIdleness(Duration.ofMillis(50));
    try (Instance instance = Instance.fresh(spec(strategy), clock)) {
      instance.operator.onProcessingTime(clock.currentTimeMillis(), out);
      clock.moveTo(clock.currentTimeMillis() + 300);
      instance.operator.onProcessingTime(clock.currentTimeMillis(), out);
      assertEquals(List.of(Long.MIN_VALUE, Long.MAX_VALUE), instance.context.reached);
    }
  }
}
