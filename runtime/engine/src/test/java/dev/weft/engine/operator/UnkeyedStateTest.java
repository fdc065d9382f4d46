package dev.weft.engine.operator;

import static dev.weft.engine.operator.Event.row;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.functions.MapFunction;
import dev.weft.api.graph.Operation;
import dev.weft.api.state.BroadcastState;
import dev.weft.api.state.CheckpointListener;
import dev.weft.api.state.CheckpointedFunction;
import dev.weft.api.state.FunctionInitializationContext;
import dev.weft.api.state.FunctionSnapshotContext;
import dev.weft.api.state.ListState;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.engine.protocol.ChainSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnkeyedStateTest {
  /** Remembers records in states of each kind; says what it remembers for "?". */
  private static final class Remembering
      implements MapFunction<Reading, String>, CheckpointedFunction, CheckpointListener {
    private final boolean declaresAll;
    private transient List<Reading> buffered;
    private transient ListState<Reading> split;
    private transient ListState<Long> union;
    private transient BroadcastState<String, Long> rules;
    private transient String restored;
    private transient long completed;

    Remembering(boolean declaresAll) {
      this.declaresAll = declaresAll;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
      restored = context.isRestored() ? "from " + context.getRestoredCheckpointId() : "fresh";
      buffered = new ArrayList<>();
      split =
          context
              .getOperatorStateStore()
              .getListState(new ListStateDescriptor<>("split", Reading.class));
      split.get().forEach(buffered::add);
      if (declaresAll) {
        union =
            context
                .getOperatorStateStore()
                .getUnionListState(new ListStateDescriptor<>("union", Long.class));
        rules =
            context
                .getOperatorStateStore()
                .getBroadcastState(new MapStateDescriptor<>("rules", String.class, Long.class));
      }
    }

    @Override
    public String map(Reading value) throws Exception {
      if (value.sensor().equals("?")) {
        List<Long> all = new ArrayList<>();
        Map<String, Long> sorted = new TreeMap<>();
        union.get().forEach(all::add);
        rules.immutableEntries().forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
        return restored + buffered.stream().map(Reading::value).toList() + all + sorted + completed;
      }
      buffered.add(value);
      if (declaresAll) {
        union.add(value.value());
        rules.put("rule", 7L);
      }
      return "kept";
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
      assertTrue(context.getCheckpointTimestamp() > 0);
      split.update(buffered);
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
      completed = checkpointId;
    }
  }

  private static ChainSpec.OperatorSpec remembering(boolean declaresAll) {
    return Specs.plain(new Operation.Map<>(new Remembering(declaresAll)));
  }

  private static Instance restored(
      ChainSpec.OperatorSpec spec, int subtask, int parallelism, List<Instance.Saved> saved)
      throws Exception {
    return Instance.restored(spec, subtask, parallelism, new ManualClock(1), saved);
  }

  /** So many subtasks that remember the numbers from 0 to 9, in turn. */
  private static List<Instance.Saved> saved(int parallelism) throws Exception {
    List<Instance.Saved> saved = new ArrayList<>();
    for (int subtask = 0; subtask < parallelism; subtask++) {
      try (Instance instance = Instance.fresh(remembering(true), new ManualClock(1))) {
        for (long i = subtask; i < 10; i += parallelism) {
          instance.feed(List.of(row(new Reading("a", i))), false, new Event.Recorder());
        }
        saved.add(instance.snapshot(4));
      }
    }
    return saved;
  }

  private static String ask(Instance instance) throws Exception {
    Event.Recorder recorder = new Event.Recorder();
    instance.operator.process(0, Instance.batch(List.of(row(new Reading("?", 0))), null), recorder);
    return (String) ((Event.Row) recorder.events.get(0)).value();
  }

  @Test
  void aRestoreInPlaceGivesEachSubtaskItsOwnListAndTheUnionToAll() throws Exception {
    List<Instance.Saved> saved = saved(2);
    try (Instance first = restored(remembering(true), 0, 2, saved);
        Instance second = restored(remembering(true), 1, 2, saved)) {
      String union = "[0, 2, 4, 6, 8, 1, 3, 5, 7, 9]{rule=7}0";
      assertEquals("from OptionalLong[5][0, 2, 4, 6, 8]" + union, ask(first));
      assertEquals("from OptionalLong[5][1, 3, 5, 7, 9]" + union, ask(second));
    }
  }

  @ParameterizedTest
  @CsvSource({"1,3", "3,1", "2,4", "4,3", "3,10", "1,12"})
  void withAnotherParallelismElementsAreDividedAndMapsAreCopied(int before, int after)
      throws Exception {
    List<Instance.Saved> saved = saved(before);
    List<Long> divided = new ArrayList<>();
    for (int subtask = 0; subtask < after; subtask++) {
      try (Instance instance = restored(remembering(true), subtask, after, saved)) {
        String[] parts = ask(instance).split("[\\[\\]]");
        List<Long> own = numbers(parts[3]);
        assertTrue(own.size() >= 10 / after && own.size() <= 10 / after + 1, own.toString());
        divided.addAll(own);
        assertEquals(10, numbers(parts[5]).size());
        assertEquals("{rule=7}0", parts[6]);
      }
    }
    assertEquals(
        List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L), divided.stream().sorted().toList());
  }

  private static List<Long> numbers(String text) {
    return text.isEmpty() ? List.of() : Stream.of(text.split(", ")).map(Long::valueOf).toList();
  }

  @Test
  void whatIsNotDeclaredAnyMoreStaysInTheNextCheckpoints() throws Exception {
    List<Instance.Saved> passedOn = new ArrayList<>();
    try (Instance instance = restored(remembering(false), 0, 1, saved(1))) {
      passedOn.add(instance.snapshot(6));
    }
    try (Instance instance = restored(remembering(true), 0, 1, passedOn)) {
      String numbers = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]";
      assertEquals("from OptionalLong[5]" + numbers + numbers + "{rule=7}0", ask(instance));
    }
  }

  @Test
  void theFunctionHearsOfCompleteCheckpoints() throws Exception {
    try (Instance instance = Instance.fresh(remembering(true), new ManualClock(1))) {
      instance.operator.checkpointCompleted(3);
      assertEquals("fresh[][]{}3", ask(instance));
    }
  }

  /** Declares states under one name. */
  private record Declaring(boolean union, Class<?> type, boolean twice)
      implements MapFunction<Reading, Reading>, CheckpointedFunction {
    @Override
    public Reading map(Reading value) {
      return value;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
      ListStateDescriptor<?> descriptor = new ListStateDescriptor<>("split", type);
      if (union) {
        context.getOperatorStateStore().getUnionListState(descriptor);
      }
      if (!union || twice) {
        context.getOperatorStateStore().getListState(descriptor).add(null);
      }
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) {}
  }

  private static WeftException refused(Declaring declaring, List<Instance.Saved> saved) {
    ChainSpec.OperatorSpec spec = Specs.plain(new Operation.Map<>(declaring));
    return assertThrows(WeftException.class, () -> restored(spec, 0, 1, saved));
  }

  @Test
  void aNameUsedTwiceOrWithAnotherTypeIsRefused() throws Exception {
    List<Instance.Saved> saved = saved(1);
    WeftException type = refused(new Declaring(false, String.class, false), saved);
    assertEquals(ErrorCode.USER, type.code());
    assertTrue(
        type.getMessage().contains("declared as list state of STRING but the checkpoint holds it"),
        type.getMessage());
    WeftException kind = refused(new Declaring(true, Reading.class, false), saved);
    assertTrue(kind.getMessage().contains("declared as union list state"), kind.getMessage());
    WeftException twice = refused(new Declaring(true, Long.class, true), List.of());
    assertTrue(
        twice.getMessage().contains("declared as union list state of LONG and as list state"),
        twice.getMessage());
    WeftException nothing = refused(new Declaring(false, Long.class, false), List.of());
    assertTrue(nothing.getMessage().contains("holds no nulls"), nothing.getMessage());
  }

  @Test
  void damagedStateIsRefused() throws Exception {
    Instance.Saved saved = saved(1).get(0);
    byte[] bytes = saved.state().unkeyed().get(0).handle().inline();
    bytes[0] ^= 1;
    WeftException failure =
        assertThrows(WeftException.class, () -> restored(remembering(true), 0, 1, List.of(saved)));
    assertEquals(ErrorCode.ENGINE, failure.code());
  }
}
