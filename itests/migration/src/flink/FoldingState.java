package jobs;

import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.api.common.state.AggregatingState;
import org.apache.flink.api.common.state.AggregatingStateDescriptor;
import org.apache.flink.api.common.state.ReducingState;
import org.apache.flink.api.common.state.ReducingStateDescriptor;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;

/** The greatest value and the mean of each key, in state that folds. */
public class FoldingState {
  public static class Statistics extends RichFlatMapFunction<Tuple2<String, Long>, String> {
    private transient ReducingState<Long> greatest;
    private transient AggregatingState<Long, Double> mean;

    @Override
    public void open(OpenContext context) {
      greatest =
          getRuntimeContext()
              .getReducingState(
                  new ReducingStateDescriptor<>("greatest", Math::max, Long.class));
      mean =
          getRuntimeContext()
              .getAggregatingState(
                  new AggregatingStateDescriptor<>("mean", new Mean(), long[].class));
    }

    @Override
    public void flatMap(Tuple2<String, Long> value, Collector<String> out) throws Exception {
      greatest.add(value.f1);
      mean.add(value.f1);
      out.collect(value.f0 + ": " + greatest.get() + " " + mean.get());
    }
  }

  public static class Mean implements AggregateFunction<Long, long[], Double> {
    @Override
    public long[] createAccumulator() {
      return new long[2];
    }

    @Override
    public long[] add(Long value, long[] sum) {
      return new long[] {sum[0] + value, sum[1] + 1};
    }

    @Override
    public Double getResult(long[] sum) {
      return (double) sum[0] / sum[1];
    }

    @Override
    public long[] merge(long[] one, long[] other) {
      return new long[] {one[0] + other[0], one[1] + other[1]};
    }
  }

  public static void main(String[] args) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.fromData(Tuple2.of("a", 4L), Tuple2.of("b", 1L), Tuple2.of("a", 8L), Tuple2.of("a", 0L))
        .keyBy(value -> value.f0)
        .flatMap(new Statistics())
        .sinkTo(
            FileSink.forRowFormat(new Path(args[0]), new SimpleStringEncoder<String>()).build());
    env.execute("Folding state");
  }
}
