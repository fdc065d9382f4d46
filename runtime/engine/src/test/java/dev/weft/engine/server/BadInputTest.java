package dev.weft.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.RuntimeExecutionMode;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.MemorySize;
import dev.weft.api.config.RestartStrategyOptions;
import dev.weft.api.config.TaskManagerOptions;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.eventtime.Watermark;
import dev.weft.api.eventtime.WatermarkGenerator;
import dev.weft.api.eventtime.WatermarkOutput;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.functions.RichFlatMapFunction;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.TypeSerializer;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.plan.Planner;
import dev.weft.engine.plugin.Plugins;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each mistake of a program or its data is reported with the step, its place and the value. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputTest {
  private static final AtomicInteger JOBS = new AtomicInteger();
  private static final int LIMIT_BYTES = 20_000;

  private LocalCluster cluster;

  /**
   * A mistake.
   *
   * @param program makes it
   * @param end of the job
   * @param words all are in the message
   */
  record Mistake(
      String name,
      ErrorCode code,
      JobStatus end,
      Consumer<StreamExecutionEnvironment> program,
      String... words) {
    Mistake(
        String name,
        ErrorCode code,
        Consumer<StreamExecutionEnvironment> program,
        String... words) {
      this(name, code, JobStatus.FAILED, program, words);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  record Word(String text, Integer length) {}

  /** Equal by identity. */
  public static final class Unstable {
    public int number;
  }

  /** Contains itself. */
  record Tree(String name, Tree left) {}

  record Box<V>(V value) {}

  record Page(String path, int views) {}

  static final class Swapped implements TypeSerializer<Page> {
    @Override
    public void serialize(Page page, DataOutput target) throws IOException {
      target.writeUTF(page.path());
      target.writeInt(page.views());
    }

    @Override
    public Page deserialize(DataInput source) throws IOException {
      return new Page(source.readUTF(), source.readInt() + 1);
    }
  }

  static final class Short implements TypeSerializer<Page> {
    @Override
    public void serialize(Page page, DataOutput target) throws IOException {
      target.writeUTF(page.path());
      target.writeInt(page.views());
    }

    @Override
    public Page deserialize(DataInput source) throws IOException {
      return new Page(source.readUTF(), 0);
    }
  }

  /** When a function emits that should not. */
  enum When {
    IN_THREAD,
    AFTER_CALL,
    IN_CLOSE
  }

  /** Emits from a thread of its own, or after its call. */
  static final class Stray extends RichFlatMapFunction<Long, Long> {
    private final When when;
    private transient Collector<Long> kept;

    Stray(When when) {
      this.when = when;
    }

    @Override
    public void open(OpenContext context) {
      kept = null;
    }

    @Override
    public void flatMap(Long value, Collector<Long> out) throws Exception {
      kept = out;
      if (when == When.IN_THREAD) {
        emitFromThread(out);
      }
    }

    private static void emitFromThread(Collector<Long> out) throws Exception {
      Thread other = new Thread(() -> out.collect(1L), "stray");
      other.setUncaughtExceptionHandler((t, e) -> {});
      other.start();
      other.join();
    }

    @Override
    public void close() throws Exception {
      if (when == When.IN_CLOSE && kept != null) {
        kept.collect(1L);
      } else if (when == When.AFTER_CALL && kept != null) {
        emitFromThread(kept);
      }
    }
  }

  static final class Backwards implements WatermarkGenerator<Long> {
    @Override
    public void onEvent(Long event, long timestamp, WatermarkOutput output) {
      output.emitWatermark(new Watermark(100 - event));
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {}
  }

  private static String text(long n, int large) {
    return "x".repeat(n == 5 ? large : 1);
  }

  private static void nullKey(StreamExecutionEnvironment environment) {
    environment
        .fromSequence(1, 9)
        .map(n -> new Word(n == 7 ? null : "w", 1))
        .name("Words")
        .keyBy(Word::text)
        .reduce((a, b) -> b)
        .name("Last")
        .print();
  }

  static Stream<Mistake> mistakes() {
    return Stream.of(
        new Mistake(
            "null key in a stream",
            ErrorCode.USER,
            e -> nullKey(e.setRuntimeMode(RuntimeExecutionMode.STREAMING)),
            "Words (BadInputTest.java:",
            "key is null",
            "Word[text=null, length=1] for 'Last' (BadInputTest.java:",
            "filter"),
        new Mistake(
            "null key in a batch",
            ErrorCode.USER,
            e -> nullKey(e.setRuntimeMode(RuntimeExecutionMode.BATCH)),
            "'Combine: Last'",
            "null key",
            "Word[text=null, length=1]",
            "filter"),
        new Mistake(
            "key without stable hash",
            ErrorCode.USER,
            e ->
                e.fromSequence(1, 9)
                    .keyBy(n -> new Unstable(), TypeInformation.of(Unstable.class))
                    .reduce((a, b) -> b)
                    .print(),
            "Unstable",
            "equals and hashCode"),
        new Mistake(
            "emits from another thread",
            ErrorCode.USER,
            e -> e.fromSequence(1, 9).flatMap(new Stray(When.IN_THREAD)).name("Stray").print(),
            "'Stray'",
            "emits from another thread, in thread 'stray'"),
        new Mistake(
            "emits after its call from a thread",
            ErrorCode.USER,
            JobStatus.FINISHED,
            e -> e.fromSequence(1, 9).flatMap(new Stray(When.AFTER_CALL)).name("Stray").print(),
            "'Stray'",
            "or after close, in thread 'stray'"),
        new Mistake(
            "emits in close",
            ErrorCode.USER,
            JobStatus.FINISHED,
            e -> e.fromSequence(1, 9).flatMap(new Stray(When.IN_CLOSE)).name("Stray").print(),
            "'Stray'",
            "emits after the call of its function, or after close"),
        new Mistake(
            "serializer reads back another value",
            ErrorCode.USER,
            e ->
                e.fromSequence(1, 9)
                    .map(n -> new Page("p" + n, 7))
                    .returns(new TypeInformation.CustomType<>(Page.class, new Swapped()))
                    .name("Pages")
                    .rebalance()
                    .map(Page::path)
                    .print(),
            "Pages",
            "Swapped",
            "Page[path=p",
            "views=7] but read back",
            "views=8]"),
        new Mistake(
            "serializer reads less than it wrote",
            ErrorCode.USER,
            e ->
                e.fromSequence(1, 9)
                    .map(n -> new Page("p" + n, 7))
                    .returns(new TypeInformation.CustomType<>(Page.class, new Short()))
                    .name("Pages")
                    .rebalance()
                    .map(Page::path)
                    .print(),
            "Pages",
            "Short",
            "wrote 8 bytes but read back 4"),
        new Mistake(
            "timestamp out of range",
            ErrorCode.USER,
            e ->
                e.fromSequence(1, 9)
                    .assignTimestampsAndWatermarks(
                        WatermarkStrategy.<Long>forMonotonousTimestamps()
                            .withTimestampAssigner((n, t) -> n == 4 ? Long.MAX_VALUE : n))
                    .name("Stamps")
                    .print(),
            "'Stamps'",
            "9223372036854775807",
            "record 4",
            "milliseconds"),
        new Mistake(
            "watermark goes back",
            ErrorCode.USER,
            e ->
                e.fromSequence(1, 9)
                    .assignTimestampsAndWatermarks(
                        WatermarkStrategy.<Long>forGenerator(context -> new Backwards())
                            .withTimestampAssigner((n, t) -> n))
                    .name("Marks")
                    .print(),
            "'Marks'",
            "watermark",
            "never goes back"),
        new Mistake(
            "recursive type",
            ErrorCode.USER,
            e ->
                e.fromSequence(1, 9)
                    .map(n -> new Tree("t", null))
                    .rebalance()
                    .map(Tree::name)
                    .print(),
            "Tree",
            "itself"),
        new Mistake(
            "generic type without schema",
            ErrorCode.USER,
            e ->
                e.fromSequence(1, 9)
                    .map(n -> new Box<Object>(n))
                    .rebalance()
                    .map(Object::toString)
                    .print(),
            "Box",
            "generic",
            ".returns("),
        new Mistake(
            "record over the limit",
            ErrorCode.DATA,
            e ->
                e.fromSequence(1, 9)
                    .map(n -> text(n, LIMIT_BYTES + 1))
                    .name("Texts")
                    .rebalance()
                    .map(String::length)
                    .print(),
            "'Texts'",
            "bytes, more than the 20000",
            "taskmanager.network.record-size.max",
            "xxx"),
        new Mistake(
            "record of several fields over the limit",
            ErrorCode.DATA,
            e ->
                e.fromSequence(1, 9)
                    .map(n -> new Word(text(n, LIMIT_BYTES + 1), 1))
                    .name("Words")
                    .rebalance()
                    .map(Word::text)
                    .print(),
            "'Words'",
            "more than the 20000",
            "taskmanager.network.record-size.max"),
        new Mistake(
            "exception in user code",
            ErrorCode.USER,
            e -> e.fromSequence(1, 9).map(n -> 10 / (n - 3)).name("Divide").print(),
            "'Divide'",
            "ArithmeticException",
            "record 3"));
  }

  @BeforeAll
  void start() {
    ClassLoader code = BadInputTest.class.getClassLoader();
    cluster =
        LocalCluster.start(
            new LocalCluster.Settings(
                options(), Plugins.onClassPath(code), code, 2, 2, true, false));
  }

  @AfterAll
  void stop() {
    cluster.close();
  }

  private static Configuration options() {
    return new Configuration()
        .set(RestartStrategyOptions.RESTART_STRATEGY, RestartStrategyOptions.Strategy.NONE)
        .set(TaskManagerOptions.RECORD_SIZE_MAX, new MemorySize(LIMIT_BYTES));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void isReportedWithTheStepItsPlaceAndTheValue(Mistake mistake) throws Exception {
    String message;
    ErrorCode code;
    try {
      StreamExecutionEnvironment environment =
          StreamExecutionEnvironment.createLocalEnvironment(options());
      environment.setParallelism(2);
      mistake.program().accept(environment);
      String job = String.format("%032x", JOBS.incrementAndGet());
      cluster.submit(Planner.plan(environment.pipeline(mistake.name()), job));
      JobDetails details = cluster.ended(job).get(60, TimeUnit.SECONDS);
      assertEquals(mistake.end(), details.summary().status());
      message = details.failures().get(0).cause().message();
      code = details.failures().get(0).cause().code();
    } catch (WeftException e) {
      message = e.getMessage();
      code = e.code();
    }
    for (String word : mistake.words()) {
      assertTrue(message.contains(word), "'" + word + "' is missed in: " + message);
    }
    assertTrue(message.contains("BadInputTest.java:"), "no place in: " + message);
    assertEquals(mistake.code(), code, message);
    assertTrue(Objects.nonNull(message) && List.of(message.split("\n")).size() == 1, message);
  }
}
