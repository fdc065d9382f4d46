package dev.weft.testing.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.weft.api.DataStream;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.PipelineOptions;
import dev.weft.api.config.StateBackendOptions;
import dev.weft.testing.TestHarness;
import dev.weft.testing.TestInput;
import dev.weft.testing.TestProgram;
import dev.weft.testing.TestRecord;
import dev.weft.testing.TestSnapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random programs in the harness, with random batches, restores and rescales, on the heap or in
 * RocksDB, against the interpreter. {@code -Dweft.seed=N} runs one seed and {@code -Dweft.seeds=N}
 * so many.
 */
class DifferentialTest {
  private static final int SEEDS = 300;
  private static final int SEEDS_PER_TEST = 50;

  /** Seeds that found a bug once. */
  private static final long[] REGRESSIONS = {};

  /** Seeds of windows that found a bug once. */
  private static final long[] WINDOW_REGRESSIONS = {};

  /** What is drawn from a seed. */
  private enum Drawn {
    /** Several steps. */
    PIPELINE,
    /** Windows of any assigner, trigger and evictor, with the wall clock. */
    WINDOW;

    RandomProgram program(Random random) {
      return this == PIPELINE ? RandomProgram.draw(random) : RandomProgram.drawWindow(random);
    }

    /** Whether keyed state is in RocksDB: seldom where many operators open many databases. */
    boolean inDatabase(Random random) {
      return random.nextInt(this == PIPELINE ? 12 : 8) == 0;
    }

    RandomScript script(Random random, RandomProgram program) {
      return this == PIPELINE
          ? RandomScript.draw(random, program)
          : RandomScript.drawTimed(random, program);
    }
  }

  @TestFactory
  List<DynamicTest> programsEmitWhatTheInterpreterSays() {
    return tests(Drawn.PIPELINE, REGRESSIONS);
  }

  @TestFactory
  List<DynamicTest> windowsEmitWhatTheInterpreterSays() {
    return tests(Drawn.WINDOW, WINDOW_REGRESSIONS);
  }

  private static List<DynamicTest> tests(Drawn drawn, long[] regressions) {
    Long only = Long.getLong("weft.seed");
    if (only != null) {
      return List.of(DynamicTest.dynamicTest("seed " + only, () -> check(drawn, only)));
    }
    List<DynamicTest> tests = new ArrayList<>();
    tests.add(
        DynamicTest.dynamicTest(
            "seeds that found bugs",
            () -> LongStream.of(regressions).forEach(seed -> check(drawn, seed))));
    int seeds = Integer.getInteger("weft.seeds", SEEDS);
    for (long from = 0; from < seeds; from += SEEDS_PER_TEST) {
      long first = from;
      tests.add(
          DynamicTest.dynamicTest(
              "seeds from " + from,
              () ->
                  LongStream.range(first, first + SEEDS_PER_TEST)
                      .forEach(seed -> check(drawn, seed))));
    }
    return tests;
  }

  /** Seeds that say nothing of a kind of step would hide what is wrong with it. */
  @Test
  void everyKindOfStepIsDrawnAndEmits() {
    Map<Stage.Kind, Integer> emitting = new EnumMap<>(Stage.Kind.class);
    Set<RandomWindow.Shape> shapes = EnumSet.noneOf(RandomWindow.Shape.class);
    for (long seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      RandomProgram program = RandomProgram.draw(random);
      RandomScript script = RandomScript.draw(random, program);
      Map<Integer, List<TestRecord<Item>>> emitted = new Interpreter(program).run(script);
      int stream = program.inputs();
      for (Stage stage : program.stages()) {
        if (!emitted.get(stream).isEmpty()) {
          emitting.merge(stage.kind(), 1, Integer::sum);
          if (stage.window() != null) {
            shapes.add(stage.window().shape());
          }
        }
        stream += stage.kind().outputs();
      }
    }
    for (Stage.Kind kind : Stage.Kind.values()) {
      assertTrue(emitting.getOrDefault(kind, 0) >= 10, kind + " in " + emitting);
    }
    assertEquals(EnumSet.allOf(RandomWindow.Shape.class), shapes);
  }

  /** What is compared tells programs apart that differ in one number. */
  @ParameterizedTest
  @EnumSource
  void anotherProgramIsFoundOut(Drawn drawn) {
    int found = 0;
    for (long seed = 0; seed < SEEDS_PER_TEST; seed++) {
      RandomProgram program = drawn.program(new Random(seed));
      try {
        check(drawn, seed, program.withOtherLastStage());
      } catch (AssertionError e) {
        found++;
      }
    }
    assertTrue(found > SEEDS_PER_TEST / 4, found + " of " + SEEDS_PER_TEST);
  }

  private static void check(Drawn drawn, long seed) {
    check(drawn, seed, drawn.program(new Random(seed)));
  }

  private static void check(Drawn drawn, long seed, RandomProgram interpreted) {
    Random random = new Random(seed);
    RandomProgram program = drawn.program(random);
    RandomScript script = drawn.script(random, program);
    Map<Integer, List<TestRecord<Item>>> expected = new Interpreter(interpreted).run(script);
    List<String> log = new ArrayList<>();
    try {
      Map<Integer, List<TestRecord<Item>>> actual =
          run(program, script, random, drawn.inDatabase(random), log);
      actual.forEach(
          (stream, records) -> {
            List<String> wanted = sorted(expected.get(stream));
            List<String> came = sorted(records);
            if (!wanted.equals(came)) {
              List<String> missing = new ArrayList<>(wanted);
              came.forEach(missing::remove);
              List<String> surplus = new ArrayList<>(came);
              wanted.forEach(surplus::remove);
              fail("stream " + stream + ": missing " + missing + ", not expected " + surplus);
            }
          });
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          "seed " + seed + ": " + e.getMessage() + "\n" + program + "\n" + String.join("\n", log),
          e);
    }
  }

  private static List<String> sorted(List<TestRecord<Item>> records) {
    return records.stream()
        .sorted(Comparator.comparing(TestRecord<Item>::timestamp).thenComparing(String::valueOf))
        .map(String::valueOf)
        .toList();
  }

  private static Map<Integer, List<TestRecord<Item>>> run(
      RandomProgram program,
      RandomScript script,
      Random random,
      boolean inDatabase,
      List<String> log) {
    TestProgram translated =
        streams -> {
          List<DataStream<Item>> inputs = new ArrayList<>();
          for (int input = 0; input < program.inputs(); input++) {
            inputs.add(streams.input("in" + input, Item.class));
          }
          List<DataStream<Item>> all = Translation.streams(program, inputs, false);
          program.outputs().forEach(stream -> streams.output("out" + stream, all.get(stream)));
        };
    int maxParallelism = random.nextBoolean() ? 16 : 128;
    Configuration options =
        new Configuration().set(PipelineOptions.MAX_PARALLELISM, maxParallelism);
    int parallelism = 1 + random.nextInt(3);
    if (inDatabase) {
      options.set(StateBackendOptions.STATE_BACKEND, StateBackendOptions.Backend.ROCKSDB);
    }
    log.add(
        "parallelism "
            + parallelism
            + " of "
            + maxParallelism
            + (inDatabase ? ", in RocksDB" : ", on the heap"));
    try (TestHarness<Object, Object> harness = TestHarness.of(translated, options, parallelism)) {
      for (RandomScript.Event event : script.events()) {
        log.add(String.valueOf(event));
        play(event, harness);
        if (random.nextInt(8) == 0) {
          parallelism = random.nextBoolean() ? parallelism : 1 + random.nextInt(3);
          log.add("restore with parallelism " + parallelism);
          TestSnapshot snapshot = harness.snapshot();
          harness.restore(snapshot, parallelism);
        }
      }
      harness.endOfInput();
      Map<Integer, List<TestRecord<Item>>> emitted = new TreeMap<>();
      for (int stream : program.outputs()) {
        emitted.put(stream, harness.<Item>output("out" + stream).takeRecords());
      }
      return emitted;
    }
  }

  private static void play(RandomScript.Event event, TestHarness<Object, Object> harness) {
    if (event instanceof RandomScript.Event.Rows rows) {
      TestInput<Item> input = harness.input("in" + rows.input());
      input.pushBatch(rows.rows());
    } else if (event instanceof RandomScript.Event.Watermark watermark) {
      harness.input("in" + watermark.input()).watermark(watermark.timestamp());
    } else if (event instanceof RandomScript.Event.Time time) {
      harness.processingTime(time.millis());
    }
  }
}
