package dev.weft.engine.operator;

import static dev.weft.engine.operator.Event.row;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.OutputTag;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.MapFunction;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.functions.ProcessFunction;
import dev.weft.api.functions.RichMapFunction;
import dev.weft.api.graph.Operation;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.engine.batch.HiddenCopies;
import dev.weft.engine.protocol.ChainSpec;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class StatelessOperatorTest {
  /** What rich functions report to their test; the tests of this class run one after another. */
  private static final List<String> CALLS = new ArrayList<>();

  private static ChainSpec.OperatorSpec map(MapFunction<Integer, Object> function) {
    return Specs.plain(new Operation.Map<>(function));
  }

  private static WeftException failureOf(ChainSpec.OperatorSpec spec, Object... values)
      throws Exception {
    try (Instance instance = Instance.fresh(spec, new ManualClock(0))) {
      List<Event.Row> rows = new ArrayList<>();
      for (Object value : values) {
        rows.add(row(value, 5));
      }
      return assertThrows(
          WeftException.class, () -> instance.feed(rows, false, new Event.Recorder()));
    }
  }

  private static final class TimerWithoutKey extends ProcessFunction<Integer, String> {
    @Override
    public void processElement(Integer value, Context ctx, Collector<String> out) {
      ctx.timerService().registerEventTimeTimer(1);
    }
  }

  @Test
  void timersWithoutKeysAreRefused() throws Exception {
    WeftException failure =
        failureOf(Specs.plain(new Operation.Process<>(new TimerWithoutKey())), 1);
    assertEquals(ErrorCode.USER, failure.code());
    assertTrue(failure.getMessage().contains("not keyed"), failure.getMessage());
  }

  @Test
  void failureNamesOperatorPlaceAndRecord() throws Exception {
    WeftException failure =
        failureOf(
            map(
                value -> {
                  if (value == 3) {
                    throw new IllegalStateException("three");
                  }
                  return value;
                }),
            1,
            2,
            3);
    assertEquals(ErrorCode.USER, failure.code());
    assertEquals(
        "Operator 'Step' (Program.java:7), subtask 0, threw java.lang.IllegalStateException: three"
            + " on record 3 with timestamp 5",
        failure.getMessage());
  }

  @Test
  void longRecordsAreCutInMessages() throws Exception {
    ChainSpec.OperatorSpec spec =
        Specs.plain(
            new Operation.Filter<String>(
                value -> {
                  throw new IOException("no");
                }));
    WeftException failure = failureOf(spec, "x".repeat(1_000));
    assertEquals(ErrorCode.USER, failure.code());
    assertTrue(failure.getMessage().contains("x".repeat(200) + "… (1000"), failure.getMessage());
    assertTrue(failure.getMessage().length() < 400, failure.getMessage());
  }

  @Test
  void failuresWithACodeKeepIt() throws Exception {
    WeftException failure =
        failureOf(
            map(
                value -> {
                  throw new WeftException(ErrorCode.DATA, "corrupt");
                }),
            1);
    assertEquals(ErrorCode.DATA, failure.code());
    assertTrue(failure.getMessage().contains("'Step'"), failure.getMessage());
    assertTrue(failure.getMessage().contains("corrupt"), failure.getMessage());
  }

  @Test
  void failuresBehindPassThroughUserCode() throws Exception {
    ChainSpec.OperatorSpec spec =
        Specs.plain(
            new Operation.FlatMap<Integer, Integer>(
                (value, out) -> {
                  try {
                    out.collect(value);
                  } catch (RuntimeException e) {
                    // a user who swallows everything
                  }
                }));
    IllegalStateException behind = new IllegalStateException("behind");
    Output broken =
        new Output() {
          @Override
          public void emit(Object value, long timestamp) {
            throw behind;
          }

          @Override
          public void emit(OutputTag<?> tag, Object value, long timestamp) {}

          @Override
          public void watermark(long timestamp) {}

          @Override
          public void idle(boolean idle) {}
        };
    try (Instance instance = Instance.fresh(spec, new ManualClock(0))) {
      Exception thrown =
          assertThrows(Exception.class, () -> instance.feed(List.of(row(1)), false, broken));
      assertEquals(behind, thrown);
    }
  }

  private static final class Escaping extends ProcessFunction<Integer, Integer> {
    private static Collector<Integer> escaped;

    @Override
    public void processElement(Integer value, Context ctx, Collector<Integer> out) {
      escaped = out;
    }
  }

  @Test
  void emittingAfterTheCallIsRefusedAndFailsTheTask() throws Exception {
    Instance instance =
        Instance.fresh(Specs.plain(new Operation.Process<>(new Escaping())), new ManualClock(0));
    Event.Recorder out = new Event.Recorder();
    instance.feed(List.of(row(1)), false, out);
    assertThrows(WeftException.class, () -> Escaping.escaped.collect(2));
    List<Executable> whatFollows =
        List.of(
            () -> instance.feed(List.of(row(3)), false, out),
            () -> instance.snapshot(1),
            () -> instance.operator.finish(out),
            instance::close);
    for (Executable next : whatFollows) {
      WeftException failure = assertThrows(WeftException.class, next);
      assertEquals(ErrorCode.USER, failure.code());
    }
    assertEquals(List.of(), out.events);
  }

  private static class Reporting extends RichMapFunction<Integer, Object> {
    @Override
    public void open(OpenContext context) throws Exception {
      CALLS.add(
          "open "
              + getRuntimeContext().getTaskName()
              + " "
              + getRuntimeContext().getIndexOfThisSubtask()
              + "/"
              + getRuntimeContext().getNumberOfParallelSubtasks());
    }

    @Override
    public Object map(Integer value) {
      getRuntimeContext().getMetricGroup().counter("seen").inc();
      return value;
    }

    @Override
    public void close() {
      CALLS.add("close");
    }
  }

  @Test
  void richFunctionsAreOpenedOnceAndClosedAlsoAfterAFailure() throws Exception {
    CALLS.clear();
    Instance instance = Instance.fresh(map(new Reporting()), new ManualClock(0));
    instance.feed(List.of(row(1), row(2)), false, new Event.Recorder());
    Map<String, Double> values = new TreeMap<>();
    instance.context.measures.read(0, values, new ArrayList<>());
    assertEquals(Map.of("Step.seen", 2.0), values);
    assertThrows(
        WeftException.class,
        () -> instance.feed(List.of(row("not a number")), false, new Event.Recorder()));
    instance.close();
    instance.close();
    assertEquals(List.of("open Step (Program.java:7) 0/1", "close"), CALLS);
  }

  private static final class FailingOpen extends Reporting {
    @Override
    public void open(OpenContext context) throws IOException {
      throw new IOException("no disk");
    }
  }

  @Test
  void aFailedOpenIsClosed() throws Exception {
    CALLS.clear();
    FakeContext context = new FakeContext(map(new FailingOpen()), 0, 1, new ManualClock(0));
    Operator operator = Operators.create(context.spec);
    WeftException failure = assertThrows(WeftException.class, () -> operator.open(context));
    assertEquals(ErrorCode.USER, failure.code());
    assertTrue(failure.getMessage().contains("failed in open"), failure.getMessage());
    operator.close();
    assertEquals(List.of("close"), CALLS);
  }

  private static final class StateWithoutKey extends RichMapFunction<Integer, Object> {
    @Override
    public void open(OpenContext context) {
      getRuntimeContext().getState(new ValueStateDescriptor<>("count", Long.class));
    }

    @Override
    public Object map(Integer value) {
      return value;
    }
  }

  @Test
  void stateWithoutKeysIsRefused() throws Exception {
    FakeContext context = new FakeContext(map(new StateWithoutKey()), 0, 1, new ManualClock(0));
    Operator operator = Operators.create(context.spec);
    WeftException failure = assertThrows(WeftException.class, () -> operator.open(context));
    assertEquals(ErrorCode.USER, failure.code());
    assertTrue(failure.getMessage().contains("'Step' (Program.java:7)"), failure.getMessage());
    assertTrue(failure.getMessage().contains("keyBy"), failure.getMessage());
  }

  @Test
  void loopsAreCopiedPerFunctionClassAndShared() {
    MapFunction<Integer, Integer> first = value -> value + 1;
    MapFunction<Integer, Integer> second = value -> value + 2;
    Object one =
        HiddenCopies.loop(
            MethodHandles.lookup(), StatelessOperator.MapLoop.class, first.getClass());
    Object two =
        HiddenCopies.loop(
            MethodHandles.lookup(), StatelessOperator.MapLoop.class, second.getClass());
    assertTrue(one.getClass() != two.getClass());
    assertTrue(one.getClass().isHidden());
    assertEquals(
        one,
        HiddenCopies.loop(
            MethodHandles.lookup(), StatelessOperator.MapLoop.class, first.getClass()));
  }
}
