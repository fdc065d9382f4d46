package dev.weft.testing;

import dev.weft.api.DataStream;
import dev.weft.api.OutputTag;
import dev.weft.api.SingleOutputStreamOperator;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.StateBackendOptions;
import dev.weft.api.types.TypeInformation;
import dev.weft.engine.operator.saved.SnapshotCatalog;
import dev.weft.engine.protocol.CheckpointKind;
import dev.weft.engine.protocol.OperatorSnapshot;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.worker.SteppedJob;
import dev.weft.engine.worker.WorkerSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Runs a piece of a program in the calling thread: the real planner, chains, operators, state and
 * exchanges, without sources, sinks, threads and clocks. Records, watermarks and time come from the
 * test; the program has done everything that follows when a call returns.
 *
 * <pre>{@code
 * try (TestHarness<Reading, Alarm> harness =
 *     TestHarness.of(Reading.class, in -> in.keyBy(Reading::sensor).process(new Alarms()))) {
 *   harness.push(new Reading("a", 90), 1_000);
 *   harness.watermark(60_000);
 *   assertEquals(List.of(new Alarm("a")), harness.take());
 * }
 * }</pre>
 *
 * <p>Files that functions, or sinks in the program, write lie in memory. Keyed state is on the
 * heap, or with {@code state.backend.type: rocksdb} among the options in RocksDB, whose files lie
 * in a temporary directory until the harness is closed. A failure of the program is thrown by the
 * call that led to it; afterwards the harness is of no use. For one thread.
 *
 * @param <I> the records of the input named {@link #INPUT}
 * @param <O> the records of the output named {@link #OUTPUT}
 */
public final class TestHarness<I, O> implements AutoCloseable {
  /** The name of the input of programs with one. */
  public static final String INPUT = "input";

  /** The name of the output of programs with one. */
  public static final String OUTPUT = "output";

  private static final String SIDE = "side:";
  private static final long MEMORY_BYTES = 64L << 20;
  private static final AtomicLong COUNT = new AtomicLong();

  private final TestProgram program;
  private final Configuration options;
  private final HarnessDatabases databases = new HarnessDatabases();
  private final HarnessWorld world;
  private final MemoryFiles files;
  private final long number = COUNT.incrementAndGet();
  private final Map<String, TestInput<?>> inputs = new LinkedHashMap<>();
  private final Map<String, TestOutput<?>> outputs = new LinkedHashMap<>();
  private Deployments.Planned planned;
  private SteppedJob job;
  private int attempt;
  private long lastCheckpoint;

  private TestHarness(
      TestProgram program, Configuration options, int parallelism, TestSnapshot restored) {
    this.program = program;
    this.options = new Configuration().addAll(options);
    this.files = restored == null ? new MemoryFiles() : restored.files();
    this.world = new HarnessWorld(files, classLoader());
    this.lastCheckpoint = restored == null ? 0 : restored.manifest().checkpointId();
    if (restored != null) {
      world.manualClock().moveTo(restored.timeMillis());
    }
    boolean deployed = false;
    try {
      deploy(parallelism, restored);
      deployed = true;
    } finally {
      if (!deployed) {
        databases.close();
      }
    }
  }

  private static ClassLoader classLoader() {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    return loader == null ? TestHarness.class.getClassLoader() : loader;
  }

  /** A program with one input and one output, of a class with a derivable type. */
  public static <I, O> TestHarness<I, O> of(
      Class<I> input,
      Function<DataStream<I>, ? extends DataStream<O>> program,
      OutputTag<?>... sideOutputs) {
    return of(TypeInformation.of(input), program, sideOutputs);
  }

  /**
   * A program with one input and one output.
   *
   * @param sideOutputs those of the program's last step that the test wants to see
   */
  public static <I, O> TestHarness<I, O> of(
      TypeInformation<I> input,
      Function<DataStream<I>, ? extends DataStream<O>> program,
      OutputTag<?>... sideOutputs) {
    return new TestHarness<>(program(input, program, sideOutputs), new Configuration(), 1, null);
  }

  /** A program with any inputs and outputs, reached by {@link #input} and {@link #output}. */
  public static TestHarness<Object, Object> of(TestProgram program) {
    return of(program, new Configuration(), 1);
  }

  /**
   * A program with any inputs and outputs.
   *
   * @param options of the job
   * @param parallelism of steps that set none
   */
  public static TestHarness<Object, Object> of(
      TestProgram program, Configuration options, int parallelism) {
    return new TestHarness<>(program, options, parallelism, null);
  }

  /** A program that goes on from the state of an earlier one, which may differ from it. */
  public static TestHarness<Object, Object> restore(
      TestProgram program, Configuration options, int parallelism, TestSnapshot snapshot) {
    return new TestHarness<>(program, options, parallelism, snapshot);
  }

  static <I, O> TestProgram program(
      TypeInformation<I> input,
      Function<DataStream<I>, ? extends DataStream<O>> program,
      OutputTag<?>... sideOutputs) {
    return streams -> {
      DataStream<O> result = program.apply(streams.input(INPUT, input));
      streams.output(OUTPUT, result);
      for (OutputTag<?> tag : sideOutputs) {
        if (!(result instanceof SingleOutputStreamOperator<?> step)) {
          throw new IllegalArgumentException("the last step of the program has no side outputs");
        }
        streams.output(sideOutput(tag), step.getSideOutput(tag));
      }
    };
  }

  private void deploy(int parallelism, TestSnapshot restored) {
    planned = Deployments.plan(program, options, parallelism);
    attempt++;
    try {
      job =
          SteppedJob.start(
              world,
              Deployments.WORKER,
              new WorkerSettings.Resources(
                  parallelism,
                  MEMORY_BYTES,
                  MEMORY_BYTES,
                  "/test-harness-" + number + "/scratch-" + attempt,
                  databases,
                  WorkerSettings.Copies.NONE,
                  SnapshotCatalog.none()),
              Deployments.deploy(planned, attempt, restored == null ? null : restored.manifest()));
      for (Map.Entry<String, Integer> output : planned.outputs().entrySet()) {
        outputs
            .computeIfAbsent(output.getKey(), TestOutput::new)
            .connect(job.consumer(output.getValue(), 0));
      }
      for (Map.Entry<String, Integer> input : planned.inputs().entrySet()) {
        inputs
            .computeIfAbsent(input.getKey(), name -> new TestInput<>(this, name))
            .connect(
                job.producer(input.getValue(), 0),
                restored == null ? TestInput.Progress.NONE : restored.input(input.getKey()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    settle();
  }

  /** Pushes a record without a timestamp, in a batch of its own. */
  public void push(I value) {
    this.<I>input(INPUT).push(value);
  }

  /** Pushes a record with its event time in milliseconds, in a batch of its own. */
  public void push(I value, long timestamp) {
    this.<I>input(INPUT).push(value, timestamp);
  }

  /** Pushes records that arrive in one batch. */
  @SafeVarargs
  public final void pushBatch(TestRecord<I>... records) {
    this.<I>input(INPUT).pushBatch(records);
  }

  /** Says, of all inputs, that no record with an event time up to this one follows. */
  public void watermark(long timestamp) {
    inputs.values().stream()
        .filter(input -> !input.ended())
        .forEach(input -> input.watermark(timestamp));
  }

  /** Ends all inputs: event time runs to its end, and no record follows. */
  public void endOfInput() {
    inputs.values().forEach(TestInput::end);
  }

  /** The wall clock, in milliseconds; 0 at first. */
  public long processingTime() {
    return world.clock().currentTimeMillis();
  }

  /** Moves the wall clock to a time in milliseconds, not back; timers on the way fire. */
  public void processingTime(long millis) {
    checkOpen();
    world.manualClock().moveTo(millis);
    settle();
  }

  /** Moves the wall clock on. */
  public void advanceProcessingTime(Duration duration) {
    processingTime(processingTime() + duration.toMillis());
  }

  /** The records of the output since the last call. */
  public List<O> take() {
    return this.<O>output(OUTPUT).take();
  }

  /** The records of the output since the last call, with their event times. */
  public List<TestRecord<O>> takeRecords() {
    return this.<O>output(OUTPUT).takeRecords();
  }

  /** The records of a side output since the last call. */
  public <X> List<X> take(OutputTag<X> sideOutput) {
    return this.<X>output(sideOutput(sideOutput)).take();
  }

  /**
   * An input by name.
   *
   * @param <T> the records, as the program says
   */
  @SuppressWarnings("unchecked")
  public <T> TestInput<T> input(String name) {
    return (TestInput<T>) named(inputs, name, "input that a step reads");
  }

  /**
   * An output by name.
   *
   * @param <T> the records, as the program says
   */
  @SuppressWarnings("unchecked")
  public <T> TestOutput<T> output(String name) {
    return (TestOutput<T>) named(outputs, name, "output");
  }

  private static <V> V named(Map<String, V> all, String name, String what) {
    V found = all.get(name);
    if (found == null) {
      throw new IllegalArgumentException(
          "the program has no " + what + " named '" + name + "'; there are " + all.keySet());
    }
    return found;
  }

  /**
   * What the metrics of functions are at, by full name, the operator's first, and under {@code
   * lateRecords} how many records came too late and were dropped. Since the last restore.
   */
  public Map<String, Long> counters() {
    return job.counters();
  }

  /** Takes a checkpoint, and tells the functions that it is complete. */
  public TestSnapshot snapshot() {
    return snapshot(CheckpointKind.CHECKPOINT);
  }

  private TestSnapshot snapshot(CheckpointKind kind) {
    checkOpen();
    lastCheckpoint++;
    String directory = "/test-harness-" + number + "/checkpoint-" + lastCheckpoint;
    inputs.values().forEach(input -> input.barrier(lastCheckpoint, kind, directory));
    settle();
    try {
      Map<TaskId, List<OperatorSnapshot>> written = job.write(directory + "/state-" + attempt);
      Map<String, TestInput.Progress> progress = new LinkedHashMap<>();
      inputs.forEach((name, input) -> progress.put(name, input.progress()));
      settle();
      return new TestSnapshot(
          Deployments.manifest(planned, lastCheckpoint, attempt, written),
          files,
          processingTime(),
          progress);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Ends the program as a failure would and restores it, with the parallelism given for steps that
   * set none. Inputs are as far as they were at the snapshot; the clock and what outputs hold stay.
   */
  public void restore(TestSnapshot snapshot, int parallelism) {
    if (snapshot.files() != files) {
      throw new IllegalArgumentException(
          "the snapshot is of another harness; use TestHarness.restore(program, ...) to go on from"
              + " it");
    }
    checkOpen();
    job.close();
    deploy(parallelism, snapshot);
  }

  /** Takes a checkpoint and goes on from it with another parallelism. */
  public void rescale(int parallelism) {
    restore(snapshot(), parallelism);
  }

  /** Takes a savepoint and goes on from it with state in another place. */
  void move(StateBackendOptions.Backend backend, int parallelism) {
    TestSnapshot savepoint = snapshot(CheckpointKind.SAVEPOINT);
    options.set(StateBackendOptions.STATE_BACKEND, backend);
    restore(savepoint, parallelism);
  }

  long lateRecords() {
    return job.counters().get("lateRecords");
  }

  Map<String, TestOutput<?>> outputs() {
    return outputs;
  }

  /** The name of the output that carries a side output. */
  static String sideOutput(OutputTag<?> tag) {
    return SIDE + tag.getId();
  }

  void checkOpen() {
    if (job == null) {
      throw new IllegalStateException("the harness is closed");
    }
  }

  /** Lets all inputs that were restored repeat how far they are. */
  void tellProgress() {
    inputs.values().forEach(TestInput::tell);
  }

  /** Lets the program do what there is to do. */
  void settle() {
    boolean again;
    do {
      again = job.step();
      for (TestOutput<?> output : outputs.values()) {
        again |= output.drain();
      }
      for (TestInput<?> input : inputs.values()) {
        again |= !input.isEmpty();
      }
    } while (again);
  }

  /** Closes the functions. */
  @Override
  public void close() {
    if (job != null) {
      job.close();
      job = null;
      databases.close();
    }
  }
}
