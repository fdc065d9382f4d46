package dev.weft.api;

import dev.weft.api.config.CheckpointConfig;
import dev.weft.api.config.CheckpointingMode;
import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.ConfigOption;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.CoreOptions;
import dev.weft.api.config.ExecutionConfig;
import dev.weft.api.config.ExecutionOptions;
import dev.weft.api.config.PipelineOptions;
import dev.weft.api.connector.Source;
import dev.weft.api.connector.builtin.CollectionSource;
import dev.weft.api.connector.builtin.NumberSequenceSource;
import dev.weft.api.connector.builtin.SocketTextSource;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.fs.Path;
import dev.weft.api.graph.Operation;
import dev.weft.api.graph.Transformation;
import dev.weft.api.types.TypeExtraction;
import dev.weft.api.types.TypeInformation;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Where a program begins: makes sources, holds the options, and hands the finished program to an
 * executor. For use by one thread.
 */
public class StreamExecutionEnvironment {
  private static final InheritableThreadLocal<PipelineExecutor> INSTALLED =
      new InheritableThreadLocal<>();
  private static final String DEFAULT_NAME = "Weft job";

  private final PipelineExecutor executor;
  private final Configuration configuration = new Configuration();
  private final List<Transformation> transformations = new ArrayList<>();
  private final List<Consumer<JobClient>> submitted = new ArrayList<>();

  private StreamExecutionEnvironment(PipelineExecutor executor) {
    this.executor = executor;
    if (executor != null) {
      configuration.addAll(executor.configuration());
    }
  }

  /**
   * The environment of the place where the program runs: that of the launcher, or one process when
   * the program was started by itself.
   */
  public static StreamExecutionEnvironment getExecutionEnvironment() {
    PipelineExecutor installed = INSTALLED.get();
    return installed == null ? createLocalEnvironment() : new StreamExecutionEnvironment(installed);
  }

  /** The environment of the place where the program runs, with options that win over its own. */
  public static StreamExecutionEnvironment getExecutionEnvironment(Configuration options) {
    return getExecutionEnvironment().configure(options);
  }

  /** An environment that runs the program in this process. */
  public static StreamExecutionEnvironment createLocalEnvironment() {
    return new StreamExecutionEnvironment(
        Stream.of(
                Thread.currentThread().getContextClassLoader(),
                StreamExecutionEnvironment.class.getClassLoader())
            .flatMap(loader -> ServiceLoader.load(PipelineExecutor.class, loader).stream())
            .findFirst()
            .map(ServiceLoader.Provider::get)
            .orElse(null));
  }

  /** An environment that runs the program in this process with the given options. */
  public static StreamExecutionEnvironment createLocalEnvironment(Configuration options) {
    return createLocalEnvironment().configure(options);
  }

  /** An environment that runs the program in this process with that parallelism. */
  public static StreamExecutionEnvironment createLocalEnvironment(int parallelism) {
    return createLocalEnvironment().setParallelism(parallelism);
  }

  /** An environment that runs the program in this process with that parallelism and options. */
  public static StreamExecutionEnvironment createLocalEnvironment(
      int parallelism, Configuration options) {
    return createLocalEnvironment(options).setParallelism(parallelism);
  }

  /**
   * Runs code whose programs, and those of threads it starts, go to the given executor. For
   * launchers.
   */
  public static <R> R withExecutor(PipelineExecutor executor, Callable<R> program)
      throws Exception {
    PipelineExecutor before = INSTALLED.get();
    INSTALLED.set(Objects.requireNonNull(executor));
    try {
      return program.call();
    } finally {
      if (before == null) {
        INSTALLED.remove();
      } else {
        INSTALLED.set(before);
      }
    }
  }

  /** How many subtasks steps have that set no parallelism of their own. */
  public StreamExecutionEnvironment setParallelism(int parallelism) {
    configuration.set(
        CoreOptions.DEFAULT_PARALLELISM, Steps.checkPositive("parallelism", parallelism));
    return this;
  }

  /**
   * Makes a group of steps known, which steps name with {@code slotSharingGroup}; a group that is
   * only named needs no such call.
   *
   * @throws WeftException with code USER when the group asks for resources
   */
  public StreamExecutionEnvironment registerSlotSharingGroup(SlotSharingGroup slotSharingGroup) {
    Steps.checkSlots(slotSharingGroup);
    return this;
  }

  /** How many subtasks steps have that set no parallelism of their own. */
  public int getParallelism() {
    return configuration.get(CoreOptions.DEFAULT_PARALLELISM);
  }

  /** Into how many key groups keyed state is cut; a job can never be wider. */
  public StreamExecutionEnvironment setMaxParallelism(int maxParallelism) {
    configuration.set(
        PipelineOptions.MAX_PARALLELISM, Steps.checkPositive("max parallelism", maxParallelism));
    return this;
  }

  /** Into how many key groups keyed state is cut. */
  public int getMaxParallelism() {
    return configuration.get(PipelineOptions.MAX_PARALLELISM);
  }

  /** Makes every step a task of its own; for finding out what costs time. */
  public StreamExecutionEnvironment disableOperatorChaining() {
    configuration.set(PipelineOptions.OPERATOR_CHAINING, false);
    return this;
  }

  /** Whether steps share a task where they may. */
  public boolean isChainingEnabled() {
    return configuration.get(PipelineOptions.OPERATOR_CHAINING);
  }

  /** Sets how the program runs; it wins over {@code execution.runtime-mode} of the launcher. */
  public StreamExecutionEnvironment setRuntimeMode(RuntimeExecutionMode mode) {
    configuration.set(ExecutionOptions.RUNTIME_MODE, mode);
    return this;
  }

  /**
   * Sets the time between checkpoints in milliseconds. A batch takes none on the way, so a program
   * that calls this runs as a stream unless a mode was or will be set.
   */
  public StreamExecutionEnvironment enableCheckpointing(long intervalMillis) {
    getCheckpointConfig().setCheckpointInterval(intervalMillis);
    return this;
  }

  /**
   * Sets the time between checkpoints in milliseconds, as {@link #enableCheckpointing(long)} does;
   * checkpoints are exact in either mode.
   */
  public StreamExecutionEnvironment enableCheckpointing(
      long intervalMillis, CheckpointingMode mode) {
    getCheckpointConfig().setCheckpointingConsistencyMode(mode);
    return enableCheckpointing(intervalMillis);
  }

  /** The options of checkpoints as methods; what is set there takes effect. */
  public CheckpointConfig getCheckpointConfig() {
    return new CheckpointConfig(configuration);
  }

  /** The time between the starts of two checkpoints in milliseconds; 0 when there are none. */
  public long getCheckpointInterval() {
    return getCheckpointConfig().getCheckpointInterval();
  }

  /** Always exactly once. */
  public CheckpointingMode getCheckpointingMode() {
    return getCheckpointConfig().getCheckpointingMode();
  }

  /** Always exactly once. */
  public CheckpointingMode getCheckpointingConsistencyMode() {
    return getCheckpointConfig().getCheckpointingConsistencyMode();
  }

  /** Whether barriers overtake records that hold them up. */
  public boolean isUnalignedCheckpointsEnabled() {
    return getCheckpointConfig().isUnalignedCheckpointsEnabled();
  }

  /** Sets the directory in which savepoints are made when none is named. */
  public StreamExecutionEnvironment setDefaultSavepointDirectory(String directory) {
    configuration.set(CheckpointingOptions.SAVEPOINT_DIRECTORY, directory);
    return this;
  }

  /** Sets the directory in which savepoints are made when none is named. */
  public StreamExecutionEnvironment setDefaultSavepointDirectory(URI directory) {
    return setDefaultSavepointDirectory(directory.toString());
  }

  /** Sets the directory in which savepoints are made when none is named. */
  public StreamExecutionEnvironment setDefaultSavepointDirectory(Path directory) {
    return setDefaultSavepointDirectory(directory.toString());
  }

  /** The directory in which savepoints are made when none is named, or null. */
  public Path getDefaultSavepointDirectory() {
    return configuration
        .getOptional(CheckpointingOptions.SAVEPOINT_DIRECTORY)
        .map(Path::new)
        .orElse(null);
  }

  /** The program's options as methods; what is set there takes effect. */
  public ExecutionConfig getConfig() {
    return new ExecutionConfig(configuration);
  }

  /**
   * Accepted so that programs need no change; without effect. Batches close by themselves as soon
   * as there is nothing more to do.
   */
  public StreamExecutionEnvironment setBufferTimeout(long timeoutMillis) {
    return this;
  }

  /** Sets options; they win over those set before. */
  public StreamExecutionEnvironment configure(Configuration options) {
    configuration.addAll(options);
    return this;
  }

  /** Sets one option. */
  public <T> StreamExecutionEnvironment configure(ConfigOption<T> option, T value) {
    configuration.set(option, value);
    return this;
  }

  /** The options; changes take effect. */
  public Configuration getConfiguration() {
    return configuration;
  }

  /** The records of a source, with event time as the strategy says. */
  public <T> DataStreamSource<T> fromSource(
      Source<T, ?, ?> source, WatermarkStrategy<T> watermarks, String name) {
    return fromSource(source, watermarks, name, source.getProducedType());
  }

  /** The records of a source whose type is given. */
  public <T> DataStreamSource<T> fromSource(
      Source<T, ?, ?> source,
      WatermarkStrategy<T> watermarks,
      String name,
      TypeInformation<T> type) {
    Steps.checkSerializable(source, "source '" + name + "'");
    Operation operation = new Operation.FromSource<>(source, watermarks);
    return new DataStreamSource<>(this, add(operation, name, List.of(), type));
  }

  /** The given records, in order, read by one subtask. */
  @SafeVarargs
  @SuppressWarnings("varargs")
  public final <T> DataStreamSource<T> fromElements(T... elements) {
    return fromCollection(Arrays.asList(elements));
  }

  /** The given records, in order, read by one subtask. */
  @SafeVarargs
  @SuppressWarnings("varargs")
  public final <T> DataStreamSource<T> fromData(T... elements) {
    return fromCollection(Arrays.asList(elements));
  }

  /** The given records of the given type, in order, read by one subtask. */
  @SafeVarargs
  @SuppressWarnings("varargs")
  public final <T> DataStreamSource<T> fromData(TypeInformation<T> type, T... elements) {
    return fromCollection(Arrays.asList(elements), type);
  }

  /** The given records, in order, read by one subtask; the first says of which class they are. */
  public <T> DataStreamSource<T> fromData(Collection<T> elements) {
    return fromCollection(elements);
  }

  /** The given records of the given class, in order, read by one subtask. */
  @SafeVarargs
  @SuppressWarnings("varargs")
  public final <T> DataStreamSource<T> fromElements(Class<T> type, T... elements) {
    return fromCollection(Arrays.asList(elements), TypeInformation.of(type));
  }

  /** The given records of the given class, in order, read by one subtask. */
  @SafeVarargs
  @SuppressWarnings("varargs")
  public final <T> DataStreamSource<T> fromData(Class<T> type, T... elements) {
    return fromCollection(Arrays.asList(elements), TypeInformation.of(type));
  }

  /** The given records of the given type, in order, read by one subtask. */
  public <T> DataStreamSource<T> fromData(Collection<T> elements, TypeInformation<T> type) {
    return fromCollection(elements, type);
  }

  /** The given records, in order, read by one subtask; the first says of which class they are. */
  @SuppressWarnings("unchecked")
  public <T> DataStreamSource<T> fromCollection(Collection<T> elements) {
    if (elements.isEmpty()) {
      throw new WeftException(
          ErrorCode.USER,
          "An empty collection has no type; use fromCollection(elements, TypeInformation)");
    }
    return fromCollection(
        elements, (TypeInformation<T>) TypeExtraction.ofValue(elements.iterator().next()));
  }

  /** The given records of the given type, in order, read by one subtask. */
  public <T> DataStreamSource<T> fromCollection(Collection<T> elements, TypeInformation<T> type) {
    DataStreamSource<T> stream =
        fromSource(
            new CollectionSource<>(elements, type), WatermarkStrategy.noWatermarks(), "Collection");
    stream.setParallelism(1);
    return stream;
  }

  /** Lines of text that a server sends; see {@link SocketTextSource} for what is lost when. */
  public DataStreamSource<String> socketTextStream(String hostname, int port) {
    return socketTextStream(hostname, port, "\n");
  }

  /** Text that a server sends, cut at a delimiter. */
  public DataStreamSource<String> socketTextStream(String hostname, int port, String delimiter) {
    return socketTextStream(hostname, port, delimiter, 0);
  }

  /**
   * Text that a server sends; so many times, or for ever if negative, it is tried again to connect.
   */
  public DataStreamSource<String> socketTextStream(
      String hostname, int port, String delimiter, long maxRetry) {
    DataStreamSource<String> stream =
        fromSource(
            new SocketTextSource(hostname, port, delimiter, maxRetry),
            WatermarkStrategy.noWatermarks(),
            "Socket Stream");
    stream.setParallelism(1);
    return stream;
  }

  /** The numbers from one to another, both included, split among the subtasks. */
  public DataStreamSource<Long> fromSequence(long from, long to) {
    return fromSource(
        new NumberSequenceSource(from, to), WatermarkStrategy.noWatermarks(), "Sequence");
  }

  /** Runs the program under the name of {@code pipeline.name} and waits for its end. */
  public JobExecutionResult execute() throws Exception {
    return execute(null);
  }

  /**
   * Runs the program and waits for its end, unless the client does not follow its jobs.
   *
   * @throws WeftException when the program is refused or the job fails
   */
  public JobExecutionResult execute(String jobName) throws Exception {
    try {
      return executeAsync(jobName).getJobExecutionResult().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** Submits the program under the name of {@code pipeline.name}. */
  public JobClient executeAsync() throws Exception {
    return executeAsync(null);
  }

  /** Submits the program. */
  public JobClient executeAsync(String jobName) throws Exception {
    if (transformations.isEmpty()) {
      throw new WeftException(
          ErrorCode.USER, "The program has no steps; begin with fromSource(...) and end in a sink");
    }
    if (executor == null) {
      throw new WeftException(
          ErrorCode.USER,
          "Nothing here can execute a program: start it with 'weft run', or put weft-client on the"
              + " class path");
    }
    List<Consumer<JobClient>> waiting = List.copyOf(submitted);
    submitted.clear();
    JobClient client = executor.execute(pipeline(jobName));
    waiting.forEach(each -> each.accept(client));
    return client;
  }

  /**
   * The program so far, as {@link #execute(String)} would hand it over; its steps are forgotten, so
   * that the next execution starts anew.
   */
  public Pipeline pipeline(String jobName) {
    String name = configuration.get(PipelineOptions.NAME);
    if (name == null) {
      name = jobName == null ? DEFAULT_NAME : jobName;
    }
    Pipeline pipeline =
        new Pipeline(name, transformations, Configuration.of(configuration.toMap()));
    transformations.clear();
    return pipeline;
  }

  /** Hears of the job when the program so far was submitted. */
  void whenSubmitted(Consumer<JobClient> listener) {
    submitted.add(listener);
  }

  /** The steps so far, in the order in which they were made. */
  public List<Transformation> transformations() {
    return List.copyOf(transformations);
  }

  Transformation add(
      Operation operation, String name, List<Transformation> inputs, TypeInformation<?> type) {
    Transformation step =
        new Transformation(
            transformations.isEmpty()
                ? 1
                : transformations.get(transformations.size() - 1).id() + 1,
            operation,
            name,
            inputs,
            type,
            Steps.callSite());
    transformations.add(step);
    return step;
  }
}
