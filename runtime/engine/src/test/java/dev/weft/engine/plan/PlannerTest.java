package dev.weft.engine.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.DataStream;
import dev.weft.api.OutputTag;
import dev.weft.api.RuntimeExecutionMode;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.connector.builtin.DataGeneratorSource;
import dev.weft.api.connector.builtin.DiscardingSink;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.KeyedProcessFunction;
import dev.weft.api.functions.ProcessFunction;
import dev.weft.api.graph.Operation;
import dev.weft.api.graph.Partitioning;
import dev.weft.api.graph.Transformation;
import dev.weft.api.types.Types;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.protocol.EdgeKind;
import dev.weft.engine.protocol.VertexSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private static final String JOB = "0123456789abcdef0123456789abcdef";
  private static final OutputTag<String> SIDE = new OutputTag<>("side", String.class);

  static class Splitting extends ProcessFunction<Long, Long> {
    @Override
    public void processElement(Long value, Context ctx, Collector<Long> out) {}
  }

  static class Counting extends KeyedProcessFunction<Long, Long, Long> {
    @Override
    public void processElement(Long value, Context ctx, Collector<Long> out) {}
  }

  private static JobPlan plan(Consumer<StreamExecutionEnvironment> program) {
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment();
    environment.setParallelism(2).setRuntimeMode(RuntimeExecutionMode.STREAMING);
    program.accept(environment);
    return Planner.plan(environment.pipeline("test"), JOB);
  }

  private static WeftException refused(Consumer<StreamExecutionEnvironment> program) {
    WeftException e = assertThrows(WeftException.class, () -> plan(program));
    assertEquals(ErrorCode.USER, e.code());
    return e;
  }

  private static ChainSpec chain(VertexSpec vertex) throws IOException, ClassNotFoundException {
    return (ChainSpec) new ObjectInputStream(new ByteArrayInputStream(vertex.chain())).readObject();
  }

  private static List<String> names(JobPlan plan) {
    return plan.vertices().stream().map(VertexSpec::name).toList();
  }

  private static void keyedSum(StreamExecutionEnvironment environment) {
    environment
        .fromSequence(1, 9)
        .map(number -> number + 1)
        .keyBy(number -> number % 3)
        .sum(0)
        .filter(number -> number > 2)
        .sinkTo(new DiscardingSink<>())
        .name("nowhere");
  }

  @Test
  void linearProgramBecomesChainsCutAtTheKey() throws Exception {
    JobPlan plan = plan(PlannerTest::keyedSum);
    assertEquals(
        List.of("Source: Sequence -> Map", "Sum(0) -> Filter -> Sink: nowhere"), names(plan));
    assertEquals(1, plan.edges().size());
    assertEquals(EdgeKind.HASH, plan.edges().get(0).kind());
    assertTrue(plan.bounded());
    assertEquals(2, plan.slots());
    ChainSpec source = chain(plan.vertices().get(0));
    assertTrue(source.operators().get(0).inputs().isEmpty());
    assertEquals(1, source.outputs().get(0).operator());
    assertInstanceOf(Partitioning.Hash.class, source.outputs().get(0).partitioning());
    ChainSpec keyed = chain(plan.vertices().get(1));
    assertNotNull(keyed.operators().get(0).key());
    assertNull(keyed.operators().get(1).key());
    assertNull(keyed.operators().get(2).outputType());
    assertEquals(Types.LONG, keyed.inputs().get(0).type());
    assertEquals(
        List.of(plan.vertices().get(0).operatorUids().get(0)),
        List.copyOf(plan.sources().keySet()));
  }

  @Test
  void otherParallelismInsertsRebalanceAndBreaksTheChain() {
    JobPlan plan =
        plan(env -> env.fromSequence(1, 9).map(n -> n).setParallelism(3).rebalance().print());
    assertEquals(3, plan.vertices().size());
    assertEquals(
        List.of(EdgeKind.REBALANCE, EdgeKind.REBALANCE),
        plan.edges().stream().map(edge -> edge.kind()).toList());
    assertEquals(3, plan.slots());
  }

  @Test
  void broadcastAndGlobalKeepTheirKinds() {
    JobPlan plan =
        plan(
            env -> {
              DataStream<Long> numbers = env.fromSequence(1, 9);
              numbers.broadcast().print();
              numbers.global().print();
            });
    assertEquals(
        List.of(EdgeKind.BROADCAST, EdgeKind.GLOBAL),
        plan.edges().stream().map(edge -> edge.kind()).toList());
  }

  @Test
  void secondConsumerIsReachedByAnEdgeFromWithinTheChain() throws Exception {
    JobPlan plan =
        plan(
            env -> {
              DataStream<Long> mapped = env.fromSequence(1, 9).map(n -> n);
              mapped.filter(n -> true).print();
              mapped.filter(n -> false).print();
            });
    assertEquals(
        List.of("Source: Sequence -> Map -> Filter -> Sink: Print", "Filter -> Sink: Print"),
        names(plan));
    assertEquals(EdgeKind.FORWARD, plan.edges().get(0).kind());
    assertEquals(1, chain(plan.vertices().get(0)).outputs().get(0).operator());
  }

  @Test
  void unionSharesOneInputAndSideOutputsGoOutByTag() throws Exception {
    JobPlan plan =
        plan(
            env -> {
              var split = env.fromSequence(1, 9).process(new Splitting());
              split.getSideOutput(SIDE).print();
              split.union(env.fromSequence(4, 5)).map(n -> n).print();
            });
    assertEquals(
        List.of(
            "Source: Sequence -> Process", "Sink: Print", "Source: Sequence", "Map -> Sink: Print"),
        names(plan));
    assertEquals(2, chain(plan.vertices().get(3)).inputs().size());
    assertTrue(plan.edges().stream().allMatch(edge -> edge.targetInput() == 0));
    ChainSpec.Output side = chain(plan.vertices().get(0)).outputs().get(0);
    assertEquals(SIDE, side.sideOutput());
    assertEquals(Types.STRING, side.type());
  }

  @Test
  void chainingCanBeForbidden() {
    assertEquals(
        2,
        plan(env -> env.fromSequence(1, 2).filter(n -> true).startNewChain().print())
            .vertices()
            .size());
    assertEquals(
        3,
        plan(env -> env.fromSequence(1, 2).filter(n -> true).disableChaining().print())
            .vertices()
            .size());
  }

  @Test
  void identitiesSurviveUnrelatedEdits() {
    JobPlan before = plan(PlannerTest::keyedSum);
    JobPlan after =
        plan(
            env -> {
              env.fromElements("unrelated").print();
              env.setParallelism(7);
              keyedSum(env);
            });
    List<String> later = after.vertices().stream().map(VertexSpec::id).toList();
    for (VertexSpec vertex : before.vertices()) {
      assertTrue(later.contains(vertex.id()), vertex.name());
    }
    List<String> uids = after.vertices().stream().flatMap(v -> v.operatorUids().stream()).toList();
    assertEquals(uids.size(), uids.stream().distinct().count());
  }

  @Test
  void identitiesSurviveOtherWidthsOfNeighbours() {
    JobPlan before = plan(env -> env.fromSequence(1, 9).map(n -> n).map(n -> n).print());
    JobPlan after =
        plan(env -> env.fromSequence(1, 9).map(n -> n).setParallelism(1).map(n -> n).print());
    assertEquals(
        before.vertices().get(0).operatorUids(),
        after.vertices().stream().flatMap(v -> v.operatorUids().stream()).toList());
  }

  @Test
  void userUidIsKeptAndEndsTheDependenceOnWhatStandsBefore() {
    JobPlan plain =
        plan(env -> env.fromSequence(1, 2).filter(n -> true).uid("mine").map(n -> n).print());
    JobPlan edited =
        plan(
            env ->
                env.fromSequence(1, 2)
                    .map(n -> n)
                    .filter(n -> true)
                    .uid("mine")
                    .map(n -> n)
                    .print());
    List<String> before = plain.vertices().get(0).operatorUids();
    List<String> after = edited.vertices().get(0).operatorUids();
    assertEquals("mine", before.get(1));
    assertEquals(before.subList(1, 4), after.subList(2, 5));
    assertNotEquals(before.get(2), after.get(1));
  }

  @Test
  void wrongProgramsAreRefusedWithStepAndPlace() {
    WeftException twice =
        refused(env -> env.fromSequence(1, 2).uid("x").map(n -> n).uid("x").print());
    assertTrue(twice.getMessage().contains("'x'"), twice.getMessage());
    WeftException type =
        refused(
            env ->
                env.fromSequence(1, 2)
                    .flatMap((Long n, Collector<Long> out) -> out.collect(n))
                    .name("spread")
                    .print());
    assertTrue(type.getMessage().contains("'spread' at PlannerTest.java:"), type.getMessage());
    assertTrue(type.getMessage().contains(".returns(Type.class)"), type.getMessage());
    WeftException wide = refused(env -> env.fromSequence(1, 2).setParallelism(129).print());
    assertTrue(wide.getMessage().contains("129"), wide.getMessage());
    WeftException forward =
        refused(env -> env.fromSequence(1, 2).forward().map(n -> n).setParallelism(1).print());
    assertTrue(forward.getMessage().contains("forward()"), forward.getMessage());
    assertTrue(refused(env -> env.fromSequence(1, 2)).getMessage().contains("no step"));
    refused(env -> env.setMaxParallelism(1 << 16).fromSequence(1, 2).print());
    refused(env -> env.fromSequence(1, 2).uid("a/b").print());
  }

  @Test
  void keyedStepWithoutKeyIsRefused() {
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment();
    DataStream<Long> numbers = environment.fromSequence(1, 2);
    Transformation step =
        new Transformation(
            9,
            new Operation.KeyedProcess<>(new Counting()),
            "count",
            List.of(numbers.getTransformation()),
            Types.LONG,
            "Here.java:1");
    var pipeline = environment.pipeline("p");
    var broken =
        new dev.weft.api.Pipeline(
            "p", List.of(pipeline.transformations().get(0), step), pipeline.configuration());
    WeftException e = assertThrows(WeftException.class, () -> Planner.plan(broken, JOB));
    assertTrue(e.getMessage().contains("keyBy"), e.getMessage());
  }

  @Test
  void streamOfAnEarlierExecutionIsRefused() {
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment();
    DataStream<Long> numbers = environment.fromSequence(1, 2);
    environment.pipeline("first");
    numbers.print();
    WeftException e =
        assertThrows(WeftException.class, () -> Planner.plan(environment.pipeline("second"), JOB));
    assertTrue(e.getMessage().contains("earlier execute()"), e.getMessage());
  }

  @Test
  void endlessSourceMakesTheJobUnbounded() {
    assertFalse(
        plan(env ->
                env.fromSource(
                        new DataGeneratorSource<>(index -> index, Types.LONG),
                        WatermarkStrategy.noWatermarks(),
                        "endless")
                    .print())
            .bounded());
  }

  @Test
  void planSurvivesItsBytes() {
    JobPlan plan = plan(PlannerTest::keyedSum);
    JobPlan copy = JobPlanCodec.decode(JobPlanCodec.encode(plan));
    assertEquals(plan.edges(), copy.edges());
    assertEquals(plan.sources(), copy.sources());
    assertEquals(plan.configuration(), copy.configuration());
    for (int i = 0; i < plan.vertices().size(); i++) {
      assertEquals(plan.vertices().get(i).operatorUids(), copy.vertices().get(i).operatorUids());
      assertTrue(Arrays.equals(plan.vertices().get(i).chain(), copy.vertices().get(i).chain()));
    }
    assertEquals(PlanDocument.of(plan), PlanDocument.of(copy));
  }

  @Test
  void newerAndDamagedPlansAreRefused() {
    byte[] bytes = JobPlanCodec.encode(plan(PlannerTest::keyedSum));
    byte[] newer = bytes.clone();
    newer[7] = 9;
    WeftException e = assertThrows(WeftException.class, () -> JobPlanCodec.decode(newer));
    assertEquals(ErrorCode.USER, e.code());
    assertTrue(e.getMessage().contains("format 9"), e.getMessage());
    for (int at = 0; at < bytes.length; at += 11) {
      byte[] flipped = bytes.clone();
      flipped[at] ^= 0x40;
      assertThrows(WeftException.class, () -> JobPlanCodec.decode(flipped));
      byte[] cut = Arrays.copyOf(bytes, at);
      assertThrows(WeftException.class, () -> JobPlanCodec.decode(cut));
    }
  }

  @Test
  void documentNamesNodesAndTheirInputs() {
    JobPlan plan = plan(PlannerTest::keyedSum);
    var nodes = PlanDocument.of(plan).path("plan").path("nodes");
    assertEquals("Source: Sequence -> Map", nodes.get(0).path("description").asText());
    assertEquals("HASH", nodes.get(1).path("inputs").get(0).path("ship_strategy").asText());
    assertEquals(nodes.get(0).path("id"), nodes.get(1).path("inputs").get(0).path("id"));
  }

  private static JobPlan plan(
      RuntimeExecutionMode mode, Consumer<StreamExecutionEnvironment> program) {
    return plan(environment -> program.accept(environment.setRuntimeMode(mode)));
  }

  private static List<Object> operations(JobPlan plan) throws Exception {
    List<Object> operations = new ArrayList<>();
    for (VertexSpec vertex : plan.vertices()) {
      chain(vertex).operators().forEach(operator -> operations.add(operator.operation()));
    }
    return operations;
  }

  @Test
  void aBatchCombinesFoldsOnceAndSeesOtherKeysSorted() throws Exception {
    JobPlan plan =
        plan(
            RuntimeExecutionMode.BATCH,
            environment ->
                environment
                    .fromSequence(1, 9)
                    .keyBy(number -> number % 3)
                    .sum(0)
                    .keyBy(number -> number)
                    .process(new Counting())
                    .sinkTo(new DiscardingSink<>()));
    assertTrue(plan.batch());
    assertEquals(
        List.of("Source: Sequence -> Combine: Sum(0)", "Sum(0)", "KeyedProcess -> Sink"),
        names(plan));
    List<Object> operations = operations(plan);
    assertInstanceOf(Operation.Combine.class, operations.get(1));
    assertTrue(((Operation.FinalReduce<?>) operations.get(2)).combined());
    assertInstanceOf(
        Operation.KeyedProcess.class, ((Operation.Sorted) operations.get(3)).operation());
    assertEquals(
        List.of(1),
        chain(plan.vertices().get(0)).outputs().stream().map(o -> o.operator()).toList());
  }

  @Test
  void recordsThatAlsoGoElsewhereAreNotCombined() {
    JobPlan plan =
        plan(
            RuntimeExecutionMode.BATCH,
            environment -> {
              DataStream<Long> numbers = environment.fromSequence(1, 9);
              numbers.keyBy(number -> number % 3).sum(0).sinkTo(new DiscardingSink<>());
              numbers.sinkTo(new DiscardingSink<>());
            });
    assertEquals(List.of("Source: Sequence -> Sink", "Sum(0) -> Sink"), names(plan));
  }

  @Test
  void aFoldOfSeveralStreamsIsCombinedInAllOrInNone() {
    JobPlan plan =
        plan(
            RuntimeExecutionMode.BATCH,
            environment -> {
              DataStream<Long> read = environment.fromSequence(1, 9);
              DataStream<Long> more = environment.fromSequence(1, 9).name("more");
              read.union(more).keyBy(number -> number % 3).sum(0).sinkTo(new DiscardingSink<>());
              more.sinkTo(new DiscardingSink<>());
            });
    assertFalse(names(plan).toString().contains("Combine"), names(plan).toString());
  }

  @Test
  void automaticIsBatchOnlyWhereEverySourceEnds() {
    assertTrue(plan(RuntimeExecutionMode.AUTOMATIC, PlannerTest::keyedSum).batch());
    assertFalse(plan(RuntimeExecutionMode.STREAMING, PlannerTest::keyedSum).batch());
    assertFalse(plan(RuntimeExecutionMode.AUTOMATIC, PlannerTest::endless).batch());
    assertFalse(plan(RuntimeExecutionMode.AUTOMATIC, PlannerTest::unkeyed).batch());
    assertTrue(plan(RuntimeExecutionMode.BATCH, PlannerTest::unkeyed).batch());
  }

  @Test
  void boundedProgramsAreBatchesUnlessTheyAskForCheckpoints() {
    assertTrue(chosen(environment -> environment).batch());
    assertFalse(chosen(environment -> environment.enableCheckpointing(100)).batch());
    assertTrue(
        chosen(
                environment ->
                    environment
                        .setRuntimeMode(RuntimeExecutionMode.AUTOMATIC)
                        .enableCheckpointing(100))
            .batch());
    assertFalse(
        chosen(environment -> environment.configure(CheckpointingOptions.RESTORE_PATH, "/chk-1"))
            .batch());
    WeftException e =
        refused(
            environment ->
                keyedSum(
                    environment
                        .setRuntimeMode(RuntimeExecutionMode.BATCH)
                        .configure(CheckpointingOptions.RESTORE_PATH, "/chk-1")));
    assertEquals(ErrorCode.USER, e.code());
    assertTrue(e.getMessage().contains("/chk-1"), e.getMessage());
  }

  private static JobPlan chosen(UnaryOperator<StreamExecutionEnvironment> settings) {
    StreamExecutionEnvironment environment =
        settings.apply(StreamExecutionEnvironment.createLocalEnvironment());
    keyedSum(environment);
    return Planner.plan(environment.pipeline("test"), JOB);
  }

  private static void unkeyed(StreamExecutionEnvironment environment) {
    environment.fromSequence(1, 9).sinkTo(new DiscardingSink<>());
  }

  private static void endless(StreamExecutionEnvironment environment) {
    environment
        .fromSource(
            new DataGeneratorSource<>(index -> index, Types.LONG),
            WatermarkStrategy.noWatermarks(),
            "endless")
        .sinkTo(new DiscardingSink<>());
  }

  @Test
  void aBatchWithAnEndlessSourceIsRefused() {
    WeftException e =
        refused(environment -> endless(environment.setRuntimeMode(RuntimeExecutionMode.BATCH)));
    assertTrue(e.getMessage().contains("'endless' at PlannerTest.java:"), e.getMessage());
    assertTrue(e.getMessage().contains("execution.runtime-mode"), e.getMessage());
  }

  @Test
  void aBatchReadsTimestampsButMakesNoWatermarks() throws Exception {
    JobPlan plan =
        plan(
            RuntimeExecutionMode.BATCH,
            environment ->
                environment
                    .fromSequence(1, 9)
                    .assignTimestampsAndWatermarks(
                        WatermarkStrategy.<Long>forMonotonousTimestamps()
                            .withTimestampAssigner((number, before) -> number))
                    .sinkTo(new DiscardingSink<>()));
    Operation.AssignTimestamps<?> assign = (Operation.AssignTimestamps<?>) operations(plan).get(1);
    assertEquals(WatermarkStrategy.NONE, assign.watermarks().outOfOrdernessMillis());
    assertNotNull(assign.watermarks().timestampAssigner());
  }
}
