package dev.weft.engine.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.DataStream;
import dev.weft.api.RuntimeExecutionMode;
import dev.weft.api.SingleOutputStreamOperator;
import dev.weft.api.SlotSharingGroup;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.connector.builtin.DiscardingSink;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.protocol.EdgeKind;
import dev.weft.engine.protocol.EdgeSpec;
import dev.weft.engine.protocol.VertexSpec;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What single steps may set: groups of slots, key groups, identities, where records go. */
class StepSettingsTest {
  private static final String JOB = "0123456789abcdef0123456789abcdef";
  private static final String HASH = "00112233445566778899aabbccddeeff";

  private static JobPlan plan(Consumer<StreamExecutionEnvironment> program) {
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment();
    environment.setParallelism(2).setRuntimeMode(RuntimeExecutionMode.STREAMING);
    program.accept(environment);
    return Planner.plan(environment.pipeline("test"), JOB);
  }

  private static void refused(String why, Consumer<StreamExecutionEnvironment> program) {
    WeftException e = assertThrows(WeftException.class, () -> plan(program));
    assertEquals(ErrorCode.USER, e.code());
    assertTrue(e.getMessage().contains(why), e.getMessage());
    assertTrue(e.getMessage().contains("StepSettingsTest.java:"), e.getMessage());
  }

  private static SingleOutputStreamOperator<Long> numbers(StreamExecutionEnvironment env) {
    return env.fromSequence(1, 9).map(n -> n);
  }

  @Test
  void chainingMayBeTurnedOffForAllSteps() {
    Consumer<StreamExecutionEnvironment> program =
        env -> numbers(env).name("a").map(n -> n).name("b").sinkTo(new DiscardingSink<>());
    assertEquals(1, plan(program).vertices().size());
    JobPlan apart = plan(env -> program.accept(env.disableOperatorChaining()));
    assertEquals(
        List.of("Source: Sequence", "a", "b", "Sink"),
        apart.vertices().stream().map(VertexSpec::name).toList());
  }

  @Test
  void anOptionThatDoesNotExistIsRefused() {
    Map<String, String> problems =
        Map.of(
            "execution.buffer-timeout", "unknown option 'execution.buffer-timeout'",
            "parallelism.defualt", "did you mean 'parallelism.default'?",
            "my.limit", "the program's own options begin with 'user.'",
            "parallelism.default", "'many'");
    problems.forEach(
        (key, problem) -> {
          WeftException e =
              assertThrows(
                  WeftException.class,
                  () ->
                      plan(
                          env -> {
                            numbers(env).print();
                            env.getConfiguration().setString(key, "many");
                          }));
          assertEquals(ErrorCode.USER, e.code());
          assertTrue(e.getMessage().contains(problem), e.getMessage());
        });
    assertEquals(
        "many",
        plan(env -> {
              numbers(env).print();
              env.getConfiguration().setString("user.limit", "many");
            })
            .configuration()
            .get("user.limit"));
  }

  @Test
  void groupsOfSlotsPassOnToWhatFollowsAndBreakChains() {
    JobPlan plan =
        plan(
            env ->
                numbers(env)
                    .map(n -> n)
                    .name("heavy")
                    .setParallelism(3)
                    .slotSharingGroup(SlotSharingGroup.newBuilder("heavy").build())
                    .map(n -> n)
                    .setParallelism(3)
                    .name("also heavy")
                    .map(n -> n)
                    .name("light")
                    .setParallelism(3)
                    .slotSharingGroup("default")
                    .sinkTo(new DiscardingSink<>())
                    .slotSharingGroup("sinks"));
    assertEquals(List.of("default", "heavy", "default", "sinks"), plan.slotSharingGroups());
    assertEquals("heavy -> also heavy", plan.vertices().get(1).name());
    assertEquals(3 + 3 + 2, plan.slots(), "the default group is as wide as its widest step");
    assertEquals(3, plan.parallelism());
    assertEquals(
        List.of(0, 3, 0, 6),
        plan.vertices().stream().map(vertex -> plan.firstSlotOf(vertex.index())).toList());
    JobPlan copy = JobPlanCodec.decode(JobPlanCodec.encode(plan));
    assertEquals(plan.slotSharingGroups(), copy.slotSharingGroups());
  }

  @Test
  void aStepBehindSeveralGroupsIsInTheDefaultOne() {
    JobPlan plan =
        plan(
            env -> {
              DataStream<Long> one = numbers(env).slotSharingGroup("one").rebalance();
              DataStream<Long> other = numbers(env).slotSharingGroup("other").rebalance();
              one.union(other).map(n -> n).name("both").sinkTo(new DiscardingSink<>());
              one.map(n -> n).name("one only").sinkTo(new DiscardingSink<>());
            });
    assertEquals("default", groupOf(plan, "both"));
    assertEquals("one", groupOf(plan, "one only"));
  }

  private static String groupOf(JobPlan plan, String step) {
    return plan.vertices().stream()
        .filter(vertex -> vertex.name().startsWith(step))
        .map(vertex -> plan.slotSharingGroups().get(vertex.index()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aStepMayHaveKeyGroupsOfItsOwn() {
    JobPlan plan =
        plan(
            env ->
                numbers(env)
                    .keyBy(n -> n % 3)
                    .sum(0)
                    .setMaxParallelism(7)
                    .map(n -> n)
                    .setMaxParallelism(7)
                    .name("with it")
                    .sinkTo(new DiscardingSink<>())
                    .setMaxParallelism(9));
    assertEquals(
        List.of(128, 7, 9), plan.vertices().stream().map(VertexSpec::maxParallelism).toList());
    assertEquals("Sum(0) -> with it", plan.vertices().get(1).name());
    refused("more than its max parallelism 1", env -> numbers(env).setMaxParallelism(1).print());
    refused("between 1 and 32768", env -> numbers(env).setMaxParallelism(1 << 16).print());
    refused("positive, not 0", env -> numbers(env).setMaxParallelism(0));
    refused("slot sharing group", env -> numbers(env).slotSharingGroup(" "));
    SlotSharingGroup large =
        SlotSharingGroup.newBuilder("large")
            .setCpuCores(1.5)
            .setTaskHeapMemoryMB(512)
            .setExternalResource("gpu", 1)
            .build();
    refused(
        "asks for 1.5 CPU cores, 512 mb of heap, 1.0 of gpu",
        env -> numbers(env).slotSharingGroup(large));
    refused("taskmanager.numberOfTaskSlots", env -> env.registerSlotSharingGroup(large));
  }

  @Test
  void aUidHashIsTheIdentityThatIsKept() {
    JobPlan plan = plan(env -> numbers(env).uid("mine").setUidHash(HASH).print());
    assertEquals(HASH, plan.vertices().get(0).operatorUids().get(1));
    refused("of 32 hexadecimal digits", env -> numbers(env).setUidHash("mine"));
    refused(
        "'" + HASH + "' is that of", env -> numbers(env).setUidHash(HASH).print().setUidHash(HASH));
  }

  @Test
  void rescaleConnectsParts() {
    JobPlan plan =
        plan(
            env ->
                numbers(env)
                    .rescale()
                    .map(n -> n)
                    .setParallelism(4)
                    .rescale()
                    .sinkTo(new DiscardingSink<>())
                    .setParallelism(4));
    assertEquals(
        List.of(EdgeKind.RESCALE, EdgeKind.RESCALE),
        plan.edges().stream().map(EdgeSpec::kind).toList());
    assertEquals(3, plan.vertices().size());
  }
}
