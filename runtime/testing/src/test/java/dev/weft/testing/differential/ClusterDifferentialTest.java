package dev.weft.testing.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.api.DataStream;
import dev.weft.api.RuntimeExecutionMode;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.Configuration;
import dev.weft.api.connector.Sink;
import dev.weft.api.connector.SinkWriter;
import dev.weft.api.connector.SinkWriterContext;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.plan.Planner;
import dev.weft.engine.plugin.Plugins;
import dev.weft.engine.server.LocalCluster;
import dev.weft.testing.TestRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random programs on two workers with their threads and channels, a checkpoint every few
 * milliseconds, or as batches, against the interpreter. Nothing is late: watermarks come when all
 * rows are there. Batches have only steps that do not mind the order of their records. {@code
 * -Dweft.seed=N} runs one seed and {@code -Dweft.seeds=N} so many.
 */
class ClusterDifferentialTest {
  private static final int SEEDS = 25;
  private static final int ROWS_MAX = 500;
  private static final long WAIT_SECONDS_MAX = 60;
  private static final Map<String, Queue<Item>> WRITTEN = new ConcurrentHashMap<>();

  /** An item with its event time. */
  record Timed(Item item, long timestamp) {}

  /** Gathers items by name in this process. */
  record Gather(String name) implements Sink<Item> {
    @Override
    public SinkWriter<Item> createWriter(SinkWriterContext context) {
      Queue<Item> items = WRITTEN.computeIfAbsent(name, ignored -> new ConcurrentLinkedQueue<>());
      return new SinkWriter<>() {
        @Override
        public void write(Item item, long timestamp) {
          items.add(item);
        }

        @Override
        public void flush(boolean endOfInput) {}

        @Override
        public void close() {}
      };
    }

    @Override
    public boolean blocking() {
      return false;
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"STREAMING", "BATCH"})
  void programsEmitOnWorkersWhatTheInterpreterSays(RuntimeExecutionMode mode) throws Exception {
    ClassLoader code = ClusterDifferentialTest.class.getClassLoader();
    Configuration configuration = new Configuration();
    try (LocalCluster cluster =
        LocalCluster.start(
            new LocalCluster.Settings(
                configuration, Plugins.onClassPath(code), code, 2, 2, false, false))) {
      Long only = Long.getLong("weft.seed");
      long first = only == null ? 0 : only;
      long end = only == null ? Integer.getInteger("weft.seeds", SEEDS) : only + 1;
      for (long seed = first; seed < end; seed++) {
        check(cluster, mode, seed);
      }
    }
  }

  private static void check(LocalCluster cluster, RuntimeExecutionMode mode, long seed)
      throws Exception {
    Random random = new Random(seed);
    boolean batch = mode == RuntimeExecutionMode.BATCH;
    RandomProgram program =
        batch ? RandomProgram.draw(random, Stage.Kind.ORDERLESS) : RandomProgram.draw(random);
    RandomScript script = script(random, program);
    Map<Integer, List<TestRecord<Item>>> expected = new Interpreter(program).run(script);
    WRITTEN.clear();

    StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment();
    environment.setRuntimeMode(mode);
    environment.setParallelism(1 + random.nextInt(4)).enableCheckpointing(10);
    List<DataStream<Item>> inputs = new ArrayList<>();
    for (int input = 0; input < program.inputs(); input++) {
      inputs.add(input(environment, script, input));
    }
    List<DataStream<Item>> streams = Translation.streams(program, inputs, true);
    program.outputs().forEach(out -> streams.get(out).sinkTo(new Gather("out" + out)));
    String jobId = String.format("%032x", 2 * seed + (batch ? 2 : 1));
    cluster.submit(Planner.plan(environment.pipeline("seed " + seed), jobId));
    JobDetails job = cluster.ended(jobId).get(WAIT_SECONDS_MAX, TimeUnit.SECONDS);
    String where = mode + ", seed " + seed + ", " + program;
    assertEquals("FINISHED", String.valueOf(job.summary().status()), where);
    for (int out : program.outputs()) {
      assertEquals(
          expected.get(out).stream().map(TestRecord::value).map(String::valueOf).sorted().toList(),
          WRITTEN.getOrDefault("out" + out, new ConcurrentLinkedQueue<>()).stream()
              .map(String::valueOf)
              .sorted()
              .toList(),
          where + "\nstream " + out);
    }
  }

  private static RandomScript script(Random random, RandomProgram program) {
    List<RandomScript.Event> events = new ArrayList<>();
    for (int input = 0; input < program.inputs(); input++) {
      List<TestRecord<Item>> rows = new ArrayList<>();
      for (int row = 1 + random.nextInt(ROWS_MAX); row > 0; row--) {
        Item item = new Item(random.nextInt(50), random.nextInt(2000) - 1000, "t" + row % 5);
        rows.add(TestRecord.at(item, random.nextInt(300)));
      }
      events.add(new RandomScript.Event.Rows(input, rows));
    }
    return new RandomScript(events);
  }

  private static DataStream<Item> input(
      StreamExecutionEnvironment environment, RandomScript script, int input) {
    List<Timed> rows =
        ((RandomScript.Event.Rows) script.events().get(input))
            .rows().stream().map(row -> new Timed(row.value(), row.timestamp())).toList();
    return environment
        .fromCollection(rows)
        .setParallelism(1)
        .assignTimestampsAndWatermarks(
            WatermarkStrategy.<Timed>forBoundedOutOfOrderness(Duration.ofDays(1))
                .withTimestampAssigner((timed, before) -> timed.timestamp()))
        .setParallelism(1)
        .map(Timed::item)
        .setParallelism(1);
  }
}
