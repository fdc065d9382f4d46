package dev.weft.api;

import dev.weft.api.config.ExecutionConfig;
import dev.weft.api.connector.Sink;
import dev.weft.api.connector.builtin.DiscardingSink;
import dev.weft.api.connector.builtin.PrintSink;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.functions.FilterFunction;
import dev.weft.api.functions.FlatMapFunction;
import dev.weft.api.functions.KeySelector;
import dev.weft.api.functions.MapFunction;
import dev.weft.api.functions.Partitioner;
import dev.weft.api.functions.ProcessFunction;
import dev.weft.api.graph.Operation;
import dev.weft.api.graph.Partitioning;
import dev.weft.api.graph.Transformation;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.types.TypeExtraction;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.Types;
import dev.weft.api.windowing.assigners.GlobalWindows;
import dev.weft.api.windowing.assigners.WindowAssigner;
import dev.weft.api.windowing.evictors.CountEvictor;
import dev.weft.api.windowing.triggers.CountTrigger;
import dev.weft.api.windowing.triggers.PurgingTrigger;
import dev.weft.api.windowing.windows.GlobalWindow;
import dev.weft.api.windowing.windows.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * A stream of records.
 *
 * @param <T> the records
 */
public class DataStream<T> {
  final StreamExecutionEnvironment environment;
  final Transformation transformation;

  DataStream(StreamExecutionEnvironment environment, Transformation transformation) {
    this.environment = environment;
    this.transformation = transformation;
  }

  /** Where the program began. */
  public StreamExecutionEnvironment getExecutionEnvironment() {
    return environment;
  }

  /** How many subtasks the step has that makes this stream. */
  public int getParallelism() {
    return transformation.parallelism() == Transformation.DEFAULT
        ? environment.getParallelism()
        : transformation.parallelism();
  }

  /** The program's options as methods; what is set there takes effect. */
  public ExecutionConfig getExecutionConfig() {
    return environment.getConfig();
  }

  /** The type of the records, or null when it could not be derived. */
  @SuppressWarnings("unchecked")
  public TypeInformation<T> getType() {
    return (TypeInformation<T>) transformation.outputType();
  }

  /** The step that makes this stream. */
  public Transformation getTransformation() {
    return transformation;
  }

  /** Turns each record into one. */
  public <O> SingleOutputStreamOperator<O> map(MapFunction<T, O> mapper) {
    Steps.checkSerializable(mapper, "map function");
    return then(
        new Operation.Map<>(mapper),
        "Map",
        TypeExtraction.returned(mapper, MapFunction.class, 1, 0, getType()));
  }

  /** Turns each record into one of the given type. */
  public <O> SingleOutputStreamOperator<O> map(MapFunction<T, O> mapper, TypeInformation<O> type) {
    return map(mapper).returns(type);
  }

  /** Keeps the records for which the function is true. */
  public SingleOutputStreamOperator<T> filter(FilterFunction<T> filter) {
    Steps.checkSerializable(filter, "filter function");
    return then(new Operation.Filter<>(filter), "Filter", same());
  }

  /** Turns each record into any number; a lambda needs {@code returns} after it. */
  public <O> SingleOutputStreamOperator<O> flatMap(FlatMapFunction<T, O> flatMapper) {
    Steps.checkSerializable(flatMapper, "flatMap function");
    return then(
        new Operation.FlatMap<>(flatMapper),
        "FlatMap",
        TypeExtraction.parameter(flatMapper, FlatMapFunction.class, 1, 0, getType()));
  }

  /** Turns each record into any number of the given type. */
  public <O> SingleOutputStreamOperator<O> flatMap(
      FlatMapFunction<T, O> flatMapper, TypeInformation<O> type) {
    return flatMap(flatMapper).returns(type);
  }

  /** Runs a function that sees timestamps and may emit to side outputs. */
  public <O> SingleOutputStreamOperator<O> process(ProcessFunction<T, O> function) {
    Steps.checkSerializable(function, "process function");
    return then(
        new Operation.Process<>(function),
        "Process",
        TypeExtraction.parameter(function, ProcessFunction.class, 1, 0, getType()));
  }

  /** Brings the records of a key together; the key's type is derived from the selector. */
  public <K> KeyedStream<T, K> keyBy(KeySelector<T, K> key) {
    return keyBy(key, keyType(key));
  }

  /** The type of the key that a selector takes out of records of this stream. */
  @SuppressWarnings("unchecked")
  final <K> TypeInformation<K> keyType(KeySelector<T, K> key) {
    Steps.checkSerializable(key, "key selector");
    TypeExtraction.Extracted type =
        TypeExtraction.returned(key, KeySelector.class, 1, 0, getType());
    if (type.type() == null) {
      throw new WeftException(
          ErrorCode.USER,
          "The type of the key at "
              + Steps.callSite()
              + " is not known ("
              + type.problem()
              + "); give it as a TypeInformation after the selector");
    }
    return (TypeInformation<K>) type.type();
  }

  /** Brings the records of a key of the given type together. */
  public <K> KeyedStream<T, K> keyBy(KeySelector<T, K> key, TypeInformation<K> keyType) {
    Steps.checkSerializable(key, "key selector");
    return new KeyedStream<>(
        environment, partitioned(new Partitioning.Hash<>(key, keyType), "KeyBy"), keyType);
  }

  /** Cuts all records into windows, without regard to keys; one subtask does all of it. */
  public <W extends Window> AllWindowedStream<T, W> windowAll(
      WindowAssigner<? super T, W> assigner) {
    return new AllWindowedStream<>(keyBy(record -> (byte) 0, Types.BYTE), assigner);
  }

  /** Cuts all records into windows of so many. */
  public AllWindowedStream<T, GlobalWindow> countWindowAll(long size) {
    return windowAll(GlobalWindows.create()).trigger(PurgingTrigger.of(CountTrigger.of(size)));
  }

  /** Emits, after every so many records, what the last so many amount to. */
  public AllWindowedStream<T, GlobalWindow> countWindowAll(long size, long slide) {
    return windowAll(GlobalWindows.create())
        .evictor(CountEvictor.of(size))
        .trigger(CountTrigger.of(slide));
  }

  /** Merges this stream with others of the same type. */
  @SafeVarargs
  public final DataStream<T> union(DataStream<T>... others) {
    List<Transformation> inputs = new ArrayList<>();
    inputs.add(transformation);
    for (DataStream<T> other : others) {
      if (other.environment != environment) {
        throw new WeftException(
            ErrorCode.USER, "The union at " + Steps.callSite() + " mixes two environments");
      }
      if (getType() != null && other.getType() != null && !getType().equals(other.getType())) {
        throw new WeftException(
            ErrorCode.USER,
            "The union at "
                + Steps.callSite()
                + " mixes streams of "
                + getType()
                + " and of "
                + other.getType()
                + "; map them to one type first");
      }
      inputs.add(other.transformation);
    }
    return new DataStream<>(
        environment, environment.add(new Operation.Union(), "Union", inputs, getType()));
  }

  /** Puts another stream beside this one, for a function that sees both. */
  public <R> ConnectedStreams<T, R> connect(DataStream<R> other) {
    return new ConnectedStreams<>(this, other);
  }

  /** Puts a broadcast stream beside this one, for a function that sees both. */
  public <R> BroadcastConnectedStream<T, R> connect(BroadcastStream<R> other) {
    return new BroadcastConnectedStream<>(this, other);
  }

  /** Joins records of this stream and another that have one key and lie in one window. */
  public <T2> JoinedStreams<T, T2> join(DataStream<T2> otherStream) {
    return new JoinedStreams<>(coGroup(otherStream));
  }

  /**
   * Brings the records of this stream and another that have one key and lie in one window together.
   */
  public <T2> CoGroupedStreams<T, T2> coGroup(DataStream<T2> otherStream) {
    return new CoGroupedStreams<>(this, otherStream);
  }

  /**
   * Sends every record to all subtasks of the step it is connected to, where it may change states.
   */
  public BroadcastStream<T> broadcast(MapStateDescriptor<?, ?>... broadcastStateDescriptors) {
    return new BroadcastStream<>(broadcast(), broadcastStateDescriptors);
  }

  /** Sends records to the subtasks of the next step in turn. */
  public DataStream<T> rebalance() {
    return partition(new Partitioning.Rebalance(), "Rebalance");
  }

  /**
   * Sends records in turn to a few subtasks of the next step: those of its contiguous part that
   * belongs to the sender. There are fewer channels than after {@link #rebalance()}, and the load
   * is even when it is so among the senders.
   */
  public DataStream<T> rescale() {
    return partition(new Partitioning.Rescale(), "Rescale");
  }

  /** Sends each record to a subtask of the next step that is drawn by lot. */
  public DataStream<T> shuffle() {
    return partition(new Partitioning.Shuffle(), "Shuffle");
  }

  /**
   * Sends each record to the subtask of the next step that the function names for its key. The
   * stream is not keyed by that.
   */
  public <K> DataStream<T> partitionCustom(
      Partitioner<K> partitioner, KeySelector<T, K> keySelector) {
    Steps.checkSerializable(partitioner, "partitioner");
    Steps.checkSerializable(keySelector, "key selector");
    return partition(new Partitioning.Custom<>(partitioner, keySelector), "PartitionCustom");
  }

  /** Sends every record to all subtasks of the next step. */
  public DataStream<T> broadcast() {
    return partition(new Partitioning.Broadcast(), "Broadcast");
  }

  /** Sends every record to the first subtask of the next step. */
  public DataStream<T> global() {
    return partition(new Partitioning.Global(), "Global");
  }

  /** Sends the records of a subtask to the subtask of the same number; the widths must agree. */
  public DataStream<T> forward() {
    return partition(new Partitioning.Forward(), "Forward");
  }

  /** Gives records timestamps and watermarks as the strategy says. */
  public SingleOutputStreamOperator<T> assignTimestampsAndWatermarks(
      WatermarkStrategy<T> watermarks) {
    Steps.checkSerializable(watermarks, "watermark strategy");
    if (watermarks.getAlignmentParameters() != null) {
      throw new WeftException(
          ErrorCode.USER,
          "Watermarks assigned at "
              + Steps.callSite()
              + " are to be aligned, but only a source can wait for others; give the strategy to"
              + " fromSource");
    }
    return then(new Operation.AssignTimestamps<>(watermarks), "Timestamps/Watermarks", same());
  }

  /** Writes the records to a sink. */
  public DataStreamSink<T> sinkTo(Sink<? super T> sink) {
    return sinkTo(sink, "Sink");
  }

  /** Writes the records, as text, to the standard output of the workers. */
  public DataStreamSink<T> print() {
    return sinkTo(new PrintSink<T>(), "Print");
  }

  /** Writes the records, as text behind a word, to the standard output of the workers. */
  public DataStreamSink<T> print(String identifier) {
    return sinkTo(new PrintSink<T>(identifier), "Print");
  }

  /**
   * Runs the program and gives the records of this stream, each once, as the job makes them. They
   * are kept in the memory of the workers until the job ends, up to some megabytes in each subtask:
   * for tests and small results. Closing the iterator ends the job.
   */
  public CloseableIterator<T> executeAndCollect() throws Exception {
    return executeAndCollect((String) null);
  }

  /** Runs the program under a name and gives the records of this stream. */
  public CloseableIterator<T> executeAndCollect(String jobExecutionName) throws Exception {
    CloseableIterator<T> records = collectAsync();
    environment.executeAsync(jobExecutionName);
    return records;
  }

  /** Runs the program until there are so many records, or no more. */
  public List<T> executeAndCollect(int limit) throws Exception {
    return executeAndCollect(null, limit);
  }

  /** Runs the program under a name until there are so many records, or no more. */
  public List<T> executeAndCollect(String jobExecutionName, int limit) throws Exception {
    CollectedRecords<T> records = collected(limit);
    environment.executeAsync(jobExecutionName);
    return records.take(limit);
  }

  /**
   * The records of this stream, to be read after the program was handed to {@code executeAsync}.
   */
  public CloseableIterator<T> collectAsync() {
    return collected(Integer.MAX_VALUE);
  }

  private CollectedRecords<T> collected(int limit) {
    if (getType() == null) {
      throw new WeftException(
          ErrorCode.USER,
          "The type of the stream that is collected at "
              + Steps.callSite()
              + " is not known; add .returns(Type.class) after the step before");
    }
    String name =
        "weft:collect-" + transformation.id() + "-" + environment.transformations().size();
    CollectedRecords<T> records = new CollectedRecords<>(name, getType());
    SingleOutputStreamOperator<T> step =
        then(
            new Operation.Filter<>(new CollectFunction<>(name, getType(), limit)),
            "Collect",
            same());
    step.transformation.parallelism(transformation.parallelism()); // keeps the order
    step.sinkTo(new DiscardingSink<>())
        .getTransformation()
        .parallelism(step.transformation.parallelism());
    environment.whenSubmitted(records::attach);
    return records;
  }

  /**
   * Adds a step of the engine's.
   *
   * @param outTypeInfo the type of what it emits
   */
  public <O> SingleOutputStreamOperator<O> transform(
      String operatorName, TypeInformation<O> outTypeInfo, Operation.Physical operation) {
    Steps.checkSerializable(operation, operatorName);
    return then(operation, operatorName, new TypeExtraction.Extracted(outTypeInfo, null));
  }

  /** Writes the records, as text, to the standard error of the workers. */
  public DataStreamSink<T> printToErr() {
    return sinkTo(new PrintSink<T>(true), "Print to error");
  }

  /** Writes the records, as text behind a word, to the standard error of the workers. */
  public DataStreamSink<T> printToErr(String sinkIdentifier) {
    return sinkTo(new PrintSink<T>(sinkIdentifier, true), "Print to error");
  }

  private DataStreamSink<T> sinkTo(Sink<? super T> sink, String name) {
    Steps.checkSerializable(sink, "sink");
    return new DataStreamSink<>(
        environment.add(new Operation.ToSink<>(sink), name, List.of(transformation), getType()));
  }

  final <O> SingleOutputStreamOperator<O> then(
      Operation operation, String name, TypeExtraction.Extracted type) {
    Transformation step = environment.add(operation, name, List.of(transformation), type.type());
    step.typeProblem(type.problem());
    return new SingleOutputStreamOperator<>(environment, step);
  }

  final TypeExtraction.Extracted same() {
    return new TypeExtraction.Extracted(getType(), transformation.typeProblem());
  }

  private DataStream<T> partition(Partitioning partitioning, String name) {
    return new DataStream<>(environment, partitioned(partitioning, name));
  }

  private Transformation partitioned(Partitioning partitioning, String name) {
    return environment.add(
        new Operation.Partition(partitioning), name, List.of(transformation), getType());
  }
}
