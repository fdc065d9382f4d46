package dev.weft.engine.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.DataStream;
import dev.weft.api.KeyedStream;
import dev.weft.api.OutputTag;
import dev.weft.api.RuntimeExecutionMode;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.co.BroadcastProcessFunction;
import dev.weft.api.functions.co.CoMapFunction;
import dev.weft.api.functions.co.KeyedBroadcastProcessFunction;
import dev.weft.api.functions.co.KeyedCoProcessFunction;
import dev.weft.api.functions.co.ProcessJoinFunction;
import dev.weft.api.graph.TwoInputOperation;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.types.Types;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.protocol.EdgeKind;
import dev.weft.engine.protocol.EdgeSpec;
import dev.weft.engine.protocol.VertexSpec;
import java.io.ByteArrayInputStream;
import java.io.ObjectInputStream;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class PairPlanTest {
  private static final OutputTag<Long> SIDE = new OutputTag<>("side", Long.class);

  static class Texts implements CoMapFunction<Long, String, String> {
    @Override
    public String map1(Long value) {
      return "1:" + value;
    }

    @Override
    public String map2(String value) {
      return "2:" + value;
    }
  }

  static class Numbers implements CoMapFunction<Long, Long, Long> {
    @Override
    public Long map1(Long value) {
      return value;
    }

    @Override
    public Long map2(Long value) {
      return -value;
    }
  }

  static class LongJoining extends KeyedCoProcessFunction<Long, Long, String, Long> {
    @Override
    public void processElement1(Long value, Context ctx, Collector<Long> out) {}

    @Override
    public void processElement2(String value, Context ctx, Collector<Long> out) {}
  }

  static class Ruled extends BroadcastProcessFunction<Long, String, Long> {
    @Override
    public void processElement(Long value, ReadOnlyContext ctx, Collector<Long> out) {}

    @Override
    public void processBroadcastElement(String value, Context ctx, Collector<Long> out) {}
  }

  static class KeyedRuled extends KeyedBroadcastProcessFunction<Long, Long, String, Long> {
    @Override
    public void processElement(Long value, ReadOnlyContext ctx, Collector<Long> out) {}

    @Override
    public void processBroadcastElement(String value, Context ctx, Collector<Long> out) {}
  }

  private static JobPlan plan(Consumer<StreamExecutionEnvironment> program) {
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment();
    environment.setParallelism(2).setRuntimeMode(RuntimeExecutionMode.STREAMING);
    program.accept(environment);
    return Planner.plan(environment.pipeline("test"), "0123456789abcdef0123456789abcdef");
  }

  private static WeftException refused(Consumer<StreamExecutionEnvironment> program) {
    WeftException e = assertThrows(WeftException.class, () -> plan(program));
    assertEquals(ErrorCode.USER, e.code());
    assertTrue(e.getMessage().contains("PairPlanTest.java:"), e.getMessage());
    return e;
  }

  private static ChainSpec chain(VertexSpec vertex) throws Exception {
    return (ChainSpec) new ObjectInputStream(new ByteArrayInputStream(vertex.chain())).readObject();
  }

  private static DataStream<Long> numbers(StreamExecutionEnvironment environment) {
    return environment.fromSequence(1, 9);
  }

  private static DataStream<String> texts(StreamExecutionEnvironment environment) {
    return environment.fromSequence(1, 9).map(number -> "t" + number);
  }

  @Test
  void inputsOfAConnectedStepAreNumberedAndItBeginsAChain() throws Exception {
    JobPlan plan =
        plan(env -> numbers(env).connect(texts(env)).map(new Texts()).map(t -> t + "!").print());
    assertEquals(
        List.of("Source: Sequence", "Source: Sequence -> Map", "Co-Map -> Map -> Sink: Print"),
        plan.vertices().stream().map(VertexSpec::name).toList());
    assertEquals(List.of(0, 1), plan.edges().stream().map(EdgeSpec::targetInput).toList());
    ChainSpec connected = chain(plan.vertices().get(2));
    assertEquals(List.of(0, 1), connected.inputs().stream().map(ChainSpec.Input::input).toList());
    List<ChainSpec.OperatorInput> inputs = connected.operators().get(0).inputs();
    assertEquals(Types.LONG, inputs.get(0).type());
    assertEquals(Types.STRING, inputs.get(1).type());
    assertNull(connected.operators().get(0).key());
    assertEquals(Types.STRING, connected.operators().get(0).outputType());
  }

  @Test
  void unionsAndSideOutputsStayWithTheirInput() throws Exception {
    JobPlan plan =
        plan(
            env -> {
              DataStream<Long> side = numbers(env).map(n -> n).getSideOutput(SIDE);
              DataStream<Long> merged = numbers(env).union(numbers(env));
              side.connect(merged).map(new Numbers()).print();
            });
    ChainSpec connected = chain(plan.vertices().get(plan.vertices().size() - 1));
    assertEquals(
        List.of(0, 1, 1), connected.inputs().stream().map(ChainSpec.Input::input).toList());
    assertEquals("side", chain(plan.vertices().get(0)).outputs().get(0).sideOutput().getId());
  }

  @Test
  void aStreamConnectedWithItselfArrivesTwice() {
    JobPlan plan =
        plan(
            env -> {
              DataStream<Long> numbers = numbers(env);
              numbers.connect(numbers).map(new Numbers()).print();
            });
    assertEquals(2, plan.vertices().size());
    assertEquals(List.of(0, 1), plan.edges().stream().map(EdgeSpec::targetInput).toList());
  }

  @Test
  void eachInputIsPartitionedByItsOwnKey() throws Exception {
    JobPlan plan =
        plan(
            env ->
                numbers(env)
                    .connect(texts(env))
                    .keyBy(n -> n % 3, t -> (long) t.length())
                    .process(new LongJoining())
                    .print());
    assertEquals(
        List.of(EdgeKind.HASH, EdgeKind.HASH), plan.edges().stream().map(EdgeSpec::kind).toList());
    List<ChainSpec.OperatorInput> inputs =
        chain(plan.vertices().get(2)).operators().get(0).inputs();
    assertNotNull(inputs.get(0).key());
    assertNotEquals(inputs.get(0).key(), inputs.get(1).key());
  }

  @Test
  void keysOfTwoTypesAreRefused() {
    WeftException e =
        refused(
            env ->
                numbers(env)
                    .keyBy(n -> n % 3)
                    .connect(texts(env).keyBy(t -> t))
                    .process(new LongJoining())
                    .print());
    assertTrue(e.getMessage().contains("key both by one type"), e.getMessage());
  }

  @Test
  void aKeyedFunctionNeedsBothInputsKeyed() {
    WeftException e =
        refused(
            env ->
                numbers(env).keyBy(n -> n).connect(texts(env)).process(new LongJoining()).print());
    assertTrue(e.getMessage().contains("put keyBy(...)"), e.getMessage());
  }

  @Test
  void aBroadcastStreamGoesToAllAndLeavesTheOtherKeyed() throws Exception {
    MapStateDescriptor<String, Long> rules =
        new MapStateDescriptor<>("rules", String.class, Long.class);
    JobPlan plan =
        plan(
            env ->
                numbers(env)
                    .keyBy(n -> n)
                    .connect(texts(env).broadcast(rules))
                    .process(new KeyedRuled())
                    .print());
    assertEquals(
        List.of(EdgeKind.HASH, EdgeKind.BROADCAST),
        plan.edges().stream().map(EdgeSpec::kind).toList());
    ChainSpec.OperatorSpec operator = chain(plan.vertices().get(2)).operators().get(0);
    assertNotNull(operator.key());
    assertNull(operator.inputs().get(1).key());
  }

  @Test
  void theFunctionOfABroadcastStreamFitsTheOtherStream() {
    MapStateDescriptor<String, Long> rules =
        new MapStateDescriptor<>("rules", String.class, Long.class);
    WeftException keyed =
        refused(
            env ->
                numbers(env)
                    .keyBy(n -> n)
                    .connect(texts(env).broadcast(rules))
                    .process(new Ruled()));
    assertTrue(keyed.getMessage().contains("use a KeyedBroadcastProcessFunction"));
    WeftException plain =
        refused(env -> numbers(env).connect(texts(env).broadcast(rules)).process(new KeyedRuled()));
    assertTrue(plain.getMessage().contains("use a BroadcastProcessFunction"));
  }

  static class Near extends ProcessJoinFunction<Long, String, String> {
    @Override
    public void processElement(Long left, String right, Context ctx, Collector<String> out) {}
  }

  private static KeyedStream.IntervalJoined<Long, String, Long> near(
      StreamExecutionEnvironment environment, long lowerMillis, long upperMillis) {
    return numbers(environment)
        .keyBy(n -> n)
        .intervalJoin(texts(environment).keyBy(t -> (long) t.length()))
        .between(Duration.ofMillis(lowerMillis), Duration.ofMillis(upperMillis));
  }

  @Test
  void exclusiveBoundsOfAnIntervalJoinAreOneMillisecondNarrower() throws Exception {
    JobPlan plan =
        plan(
            env ->
                near(env, -5, 5)
                    .lowerBoundExclusive()
                    .upperBoundExclusive()
                    .process(new Near())
                    .print());
    TwoInputOperation.IntervalJoin<?, ?, ?> join =
        assertInstanceOf(
            TwoInputOperation.IntervalJoin.class,
            chain(plan.vertices().get(2)).operators().get(0).operation());
    assertEquals(-4, join.lowerMillis());
    assertEquals(4, join.upperMillis());
  }

  @Test
  void anIntervalThatHoldsNothingIsRefused() {
    assertTrue(
        refused(env -> near(env, 5, 4).process(new Near())).getMessage().contains("joins nothing"));
  }
}
