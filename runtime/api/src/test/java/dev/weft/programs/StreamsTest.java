package dev.weft.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.DataStream;
import dev.weft.api.JobClient;
import dev.weft.api.JobExecutionResult;
import dev.weft.api.JobStatus;
import dev.weft.api.KeyedStream;
import dev.weft.api.OutputTag;
import dev.weft.api.Pipeline;
import dev.weft.api.PipelineExecutor;
import dev.weft.api.SingleOutputStreamOperator;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.CoreOptions;
import dev.weft.api.config.PipelineOptions;
import dev.weft.api.connector.builtin.DiscardingSink;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.KeyedProcessFunction;
import dev.weft.api.functions.ReduceFunction;
import dev.weft.api.functions.windowing.ProcessWindowFunction;
import dev.weft.api.graph.Operation;
import dev.weft.api.graph.Transformation;
import dev.weft.api.graph.WindowOperation;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.Types;
import dev.weft.api.windowing.assigners.TumblingEventTimeWindows;
import dev.weft.api.windowing.windows.TimeWindow;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class StreamsTest {
  record Sale(String shop, int count, Long cents, BigDecimal weight, double rate) {}

  public static class Reading {
    public String sensor;
    private long value;

    public long getValue() {
      return value;
    }

    public void setValue(long value) {
      this.value = value;
    }
  }

  static class Mean implements AggregateFunction<Sale, long[], Double> {
    @Override
    public long[] createAccumulator() {
      return new long[2];
    }

    @Override
    public long[] add(Sale value, long[] accumulator) {
      return accumulator;
    }

    @Override
    public Double getResult(long[] accumulator) {
      return 0d;
    }

    @Override
    public long[] merge(long[] left, long[] right) {
      return left;
    }
  }

  static class Label extends ProcessWindowFunction<Double, String, String, TimeWindow> {
    @Override
    public void process(
        String key, Context context, Iterable<Double> elements, Collector<String> out) {}
  }

  static class Counting extends KeyedProcessFunction<String, Sale, Long> {
    @Override
    public void processElement(Sale value, Context ctx, Collector<Long> out) {}
  }

  private static final Sale SALE = new Sale("a", 2, 3L, new BigDecimal("1.5"), 2.5);

  private final StreamExecutionEnvironment environment =
      StreamExecutionEnvironment.createLocalEnvironment();

  private DataStream<Sale> sales() {
    return environment.fromElements(SALE);
  }

  private Transformation last() {
    List<Transformation> all = environment.transformations();
    return all.get(all.size() - 1);
  }

  @Test
  void stepsKnowWhereTheProgramMadeThem() {
    sales().filter(sale -> true);
    assertTrue(last().createdAt().startsWith("StreamsTest.java:"), last().createdAt());
  }

  @Test
  void propertiesAreRecorded() {
    sales().map(Sale::shop).name("shops").uid("u").setParallelism(3).startNewChain();
    assertEquals("shops", last().name());
    assertEquals("u", last().uid());
    assertEquals(3, last().parallelism());
    assertFalse(last().chainable());
    assertEquals(Types.STRING, last().outputType());
  }

  @Test
  void unknownTypeKeepsItsReasonUntilReturnsGivesIt() {
    SingleOutputStreamOperator<String> words =
        sales().flatMap((Sale sale, Collector<String> out) -> out.collect(sale.shop()));
    assertNull(words.getType());
    assertNotNull(words.getTransformation().typeProblem());
    assertEquals(Types.STRING, words.returns(String.class).getType());
    assertNull(words.getTransformation().typeProblem());
  }

  @Test
  void keyedOperationsStandOnTheirPartitioning() {
    KeyedStream<Sale, String> keyed = sales().keyBy(Sale::shop);
    assertEquals(Types.STRING, keyed.getKeyType());
    assertEquals(Types.LONG, keyed.process(new Counting()).getType());
    assertInstanceOf(Operation.KeyedProcess.class, last().operation());
    assertInstanceOf(Operation.Partition.class, last().inputs().get(0).operation());
  }

  @Test
  void windowsDeriveTheirTypes() {
    OutputTag<Sale> late = new OutputTag<>("late", Sale.class);
    var windowed =
        sales()
            .keyBy(Sale::shop)
            .window(TumblingEventTimeWindows.of(Duration.ofMinutes(1)))
            .allowedLateness(Duration.ofSeconds(2))
            .sideOutputLateData(late);
    assertEquals(Types.DOUBLE, windowed.aggregate(new Mean()).getType());
    var both = windowed.aggregate(new Mean(), new Label());
    assertEquals(Types.STRING, both.getType());
    WindowOperation<?, ?, ?> window =
        (WindowOperation<?, ?, ?>) both.getTransformation().operation();
    assertEquals(2000, window.allowedLatenessMillis());
    assertEquals(TypeInformation.of(long[].class), window.accumulatorType());
    assertEquals(late, window.lateOutput());
    assertEquals(TypeInformation.of(Sale.class), windowed.reduce((left, right) -> left).getType());
    assertEquals(TypeInformation.of(Sale.class), both.getSideOutput(late).getType());
  }

  @SuppressWarnings("unchecked")
  private static <T> ReduceFunction<T> shipped(SingleOutputStreamOperator<T> step)
      throws Exception {
    Operation.KeyedReduce<T> reduce =
        (Operation.KeyedReduce<T>) step.getTransformation().operation();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new ObjectOutputStream(bytes).writeObject(reduce);
    Object copy = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
    return ((Operation.KeyedReduce<T>) copy).function();
  }

  @Test
  void sumFoldsOneFieldOfARecord() throws Exception {
    KeyedStream<Sale, String> keyed = sales().keyBy(Sale::shop);
    Sale other = new Sale("b", 5, null, new BigDecimal("2.25"), 1.0);
    assertEquals(
        new Sale("a", 7, 3L, new BigDecimal("1.5"), 2.5),
        shipped(keyed.sum("count")).reduce(SALE, other));
    assertEquals(
        new Sale("b", 5, 3L, new BigDecimal("2.25"), 1.0),
        shipped(keyed.sum("cents")).reduce(other, SALE));
    assertEquals(new BigDecimal("3.75"), shipped(keyed.sum("weight")).reduce(SALE, other).weight());
    assertEquals(1.0, shipped(keyed.min("rate")).reduce(SALE, other).rate());
    assertEquals("b", shipped(keyed.max("shop")).reduce(SALE, other).shop());
    assertEquals(7, shipped(keyed.sum(1)).reduce(SALE, other).count());
  }

  @Test
  void sumFoldsOnePropertyOfAPojoAndLeavesItsArgumentsAlone() throws Exception {
    Reading first = new Reading();
    first.sensor = "s";
    first.setValue(2);
    Reading second = new Reading();
    second.setValue(40);
    DataStream<Reading> readings =
        environment.fromCollection(List.of(first), TypeInformation.of(Reading.class));
    Reading sum =
        shipped(readings.keyBy(reading -> reading.sensor).sum("value")).reduce(first, second);
    assertEquals("s", sum.sensor);
    assertEquals(42, sum.getValue());
    assertEquals(2, first.getValue());
  }

  @Test
  void sumFoldsNumbersAtPositionZero() throws Exception {
    KeyedStream<Long, Long> keyed = environment.fromSequence(1, 9).keyBy(number -> number % 2);
    assertEquals(5L, shipped(keyed.sum(0)).reduce(2L, 3L));
    assertEquals(2L, shipped(keyed.min(0)).reduce(2L, 3L));
  }

  @Test
  void impossibleFoldsAreRefusedAtOnce() {
    KeyedStream<Sale, String> keyed = sales().keyBy(Sale::shop);
    for (WeftException e :
        List.of(
            assertThrows(WeftException.class, () -> keyed.sum("price")),
            assertThrows(WeftException.class, () -> keyed.sum("shop")),
            assertThrows(WeftException.class, () -> keyed.sum(9)))) {
      assertEquals(ErrorCode.USER, e.code());
      assertTrue(e.getMessage().contains("StreamsTest.java:"), e.getMessage());
    }
  }

  @Test
  void functionThatCannotTravelIsRefusedWithItsPlace() {
    Object notSerializable = new Object();
    DataStream<Sale> sales = sales();
    WeftException e =
        assertThrows(
            WeftException.class, () -> sales.map(sale -> notSerializable.hashCode() + sale.count));
    assertTrue(e.getMessage().contains("StreamsTest.java:"), e.getMessage());
    assertTrue(e.getMessage().contains("java.lang.Object"), e.getMessage());
  }

  @Test
  @SuppressWarnings("unchecked")
  void unionRefusesOtherTypes() {
    DataStream<Sale> sales = sales();
    assertEquals(sales.getType(), sales.union(sales()).getType());
    DataStream<Sale> numbers = (DataStream<Sale>) (DataStream<?>) environment.fromSequence(1, 2);
    WeftException e = assertThrows(WeftException.class, () -> sales.union(numbers));
    assertTrue(e.getMessage().contains("mixes streams"), e.getMessage());
  }

  private static final class Recorder implements PipelineExecutor, JobClient {
    Pipeline pipeline;

    @Override
    public Configuration configuration() {
      return new Configuration().set(CoreOptions.DEFAULT_PARALLELISM, 4);
    }

    @Override
    public JobClient execute(Pipeline submitted) {
      this.pipeline = submitted;
      return this;
    }

    @Override
    public String getJobID() {
      return "0";
    }

    @Override
    public CompletableFuture<JobStatus> getJobStatus() {
      return CompletableFuture.completedFuture(JobStatus.FINISHED);
    }

    @Override
    public CompletableFuture<Map<String, Object>> getAccumulators() {
      return CompletableFuture.completedFuture(Map.of());
    }

    @Override
    public CompletableFuture<Void> cancel() {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<JobExecutionResult> getJobExecutionResult() {
      return CompletableFuture.completedFuture(new JobExecutionResult("0", JobStatus.FINISHED, 17));
    }
  }

  @Test
  void installedExecutorGivesOptionsAndTakesTheProgram() throws Exception {
    Recorder recorder = new Recorder();
    JobExecutionResult result =
        StreamExecutionEnvironment.withExecutor(
            recorder,
            () -> {
              var inner = StreamExecutionEnvironment.getExecutionEnvironment();
              assertEquals(4, inner.getParallelism());
              inner.enableCheckpointing(500).setMaxParallelism(64);
              inner.fromSequence(1, 2).sinkTo(new DiscardingSink<>()).name("nowhere").uid("n");
              return inner.execute("twice");
            });
    assertEquals(17, result.getNetRuntime());
    assertEquals("twice", recorder.pipeline.name());
    assertEquals(2, recorder.pipeline.transformations().size());
    Configuration options = recorder.pipeline.configuration();
    assertEquals(Duration.ofMillis(500), options.get(CheckpointingOptions.CHECKPOINTING_INTERVAL));
    assertEquals(64, options.get(PipelineOptions.MAX_PARALLELISM));
  }

  @Test
  void programWithoutStepsOrExecutorIsRefused() {
    assertThrows(WeftException.class, environment::execute);
    sales().print();
    WeftException e = assertThrows(WeftException.class, environment::execute);
    assertTrue(e.getMessage().contains("weft run"), e.getMessage());
  }
}
