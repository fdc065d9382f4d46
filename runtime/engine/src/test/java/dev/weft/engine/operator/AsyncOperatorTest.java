package dev.weft.engine.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.WeftException;
import dev.weft.api.functions.async.AsyncFunction;
import dev.weft.api.functions.async.AsyncRetryStrategies;
import dev.weft.api.functions.async.AsyncRetryStrategy;
import dev.weft.api.functions.async.ResultFuture;
import dev.weft.api.functions.async.RetryPredicates;
import dev.weft.api.graph.Operation;
import dev.weft.api.types.Types;
import dev.weft.engine.protocol.ChainSpec;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AsyncOperatorTest {
  private static final Map<Long, ResultFuture<String>> ASKED = new HashMap<>();

  private final ManualClock clock = new ManualClock(1_000);
  private final Event.Recorder out = new Event.Recorder();

  /** Leaves the answers to the test. */
  private static final class Asking implements AsyncFunction<Long, String> {
    @Override
    public void asyncInvoke(Long input, ResultFuture<String> resultFuture) {
      ASKED.put(input, resultFuture);
    }
  }

  @BeforeEach
  void forget() {
    ASKED.clear();
  }

  private static ChainSpec.OperatorSpec spec(
      AsyncFunction<Long, String> function,
      boolean ordered,
      long timeout,
      int capacity,
      AsyncRetryStrategy<String> retry) {
    return new ChainSpec.OperatorSpec(
        "uid-1",
        "Step",
        "Program.java:7",
        new Operation.Async<>(function, ordered, timeout, capacity, retry),
        Types.LONG,
        Types.STRING,
        null);
  }

  private void feed(Instance instance, long... values) throws Exception {
    for (long value : values) {
      instance.feed(List.of(Event.row(value, value)), false, out);
    }
  }

  private static void answer(long value) {
    ASKED.get(value).complete(List.of("r" + value));
  }

  private List<Event> ran(Instance instance) throws Exception {
    long now = clock.currentTimeMillis();
    if (instance.operator.nextProcessingTime() <= now) {
      instance.operator.onProcessingTime(now, out);
    }
    return out.take();
  }

  private static Event result(long value) {
    return Event.row("r" + value, value);
  }

  @Test
  void orderedAnswersWaitForEarlierOnes() throws Exception {
    try (Instance instance = Instance.fresh(spec(new Asking(), true, 0, 9, null), clock)) {
      feed(instance, 1, 2);
      instance.operator.onWatermark(2, out);
      answer(2);
      assertEquals(List.of(), ran(instance));
      answer(1);
      assertEquals(List.of(result(1), result(2), new Event.Mark(2)), ran(instance));
    }
  }

  @Test
  void unorderedAnswersDoNotPassWatermarks() throws Exception {
    try (Instance instance = Instance.fresh(spec(new Asking(), false, 0, 9, null), clock)) {
      feed(instance, 1, 2);
      instance.operator.onWatermark(2, out);
      feed(instance, 3);
      answer(3);
      answer(2);
      assertEquals(List.of(result(2)), ran(instance));
      answer(1);
      assertEquals(List.of(result(1), new Event.Mark(2), result(3)), ran(instance));
    }
  }

  @Test
  void aFullOperatorTakesNoMoreInput() throws Exception {
    try (Instance instance = Instance.fresh(spec(new Asking(), true, 0, 1, null), clock)) {
      feed(instance, 1);
      assertTrue(instance.operator.hasRoom());
      feed(instance, 2);
      assertFalse(instance.operator.hasRoom());
      assertFalse(ASKED.containsKey(2L));
      answer(1);
      assertEquals(List.of(result(1)), ran(instance));
      assertTrue(instance.operator.hasRoom());
      assertFalse(instance.operator.drain(out));
      assertFalse(instance.operator.hasRoom());
      answer(2);
      assertTrue(instance.operator.drain(out));
      assertEquals(List.of(result(2)), out.take());
    }
  }

  @Test
  void recordsInFlightAndWaitingAreAskedForAgainAfterARestore() throws Exception {
    ChainSpec.OperatorSpec spec = spec(new Asking(), false, 0, 2, null);
    Instance.Saved saved;
    try (Instance instance = Instance.fresh(spec, clock)) {
      feed(instance, 1, 2, 3);
      answer(1);
      assertEquals(List.of(result(1)), ran(instance));
      feed(instance, 4);
      saved = instance.snapshot(1);
    }
    ASKED.clear();
    try (Instance first = Instance.restored(spec, 0, 2, clock, List.of(saved));
        Instance second = Instance.restored(spec, 1, 2, clock, List.of(saved))) {
      assertEquals(Set.of(2L, 3L, 4L), ASKED.keySet());
      ASKED.keySet().forEach(AsyncOperatorTest::answer);
      assertEquals(3, ran(first).size() + ran(second).size());
    }
  }

  @Test
  void aRecordWithoutAnswerFailsAfterTheTimeout() throws Exception {
    try (Instance instance = Instance.fresh(spec(new Asking(), true, 50, 9, null), clock)) {
      feed(instance, 7);
      assertEquals(1_050, instance.operator.nextProcessingTime());
      clock.moveTo(1_050);
      WeftException failure = assertThrows(WeftException.class, () -> ran(instance));
      assertTrue(failure.getMessage().contains("'Step' (Program.java:7)"), failure.getMessage());
      assertTrue(failure.getMessage().contains("record 7"), failure.getMessage());
    }
  }

  @Test
  void failuresAreTriedAgainAsTheStrategySays() throws Exception {
    AsyncRetryStrategy<String> retry =
        new AsyncRetryStrategies.FixedDelayRetryStrategyBuilder<String>(1, 10)
            .ifException(RetryPredicates.createExceptionTypePredicate(IOException.class))
            .build();
    try (Instance instance = Instance.fresh(spec(new Asking(), true, 500, 9, retry), clock)) {
      feed(instance, 7);
      ResultFuture<String> first = ASKED.remove(7L);
      first.completeExceptionally(new IOException("busy"));
      assertEquals(List.of(), ran(instance));
      assertEquals(1_010, instance.operator.nextProcessingTime());
      clock.moveTo(1_010);
      ran(instance);
      first.complete(List.of("late"));
      assertEquals(List.of(), ran(instance));
      ASKED.get(7L).completeExceptionally(new IOException("busy again"));
      WeftException failure = assertThrows(WeftException.class, () -> ran(instance));
      assertTrue(failure.getMessage().contains("busy again"), failure.getMessage());
    }
  }
}
