package jobs;

import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.functions.ReduceFunction;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Reduces numbers by their last digit, next to the running maximum. */
public class RunningFolds {
  public static void main(String[] args) throws Exception {
    Configuration options = new Configuration();
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(options);
    env.setRuntimeMode(RuntimeExecutionMode.STREAMING);
    env.setParallelism(1);
    env.setMaxParallelism(64);

    KeyedStream<Tuple2<Integer, Long>, Integer> byDigit =
        env.fromSequence(1, 25)
            .map(number -> Tuple2.of((int) (number % 10), number))
            .returns(Types.TUPLE(Types.INT, Types.LONG))
            .keyBy(
                new KeySelector<Tuple2<Integer, Long>, Integer>() {
                  @Override
                  public Integer getKey(Tuple2<Integer, Long> pair) {
                    return pair.f0;
                  }
                });

    DataStream<Tuple2<Integer, Long>> sums =
        byDigit.reduce(
            new ReduceFunction<Tuple2<Integer, Long>>() {
              @Override
              public Tuple2<Integer, Long> reduce(
                  Tuple2<Integer, Long> one, Tuple2<Integer, Long> other) {
                return Tuple2.of(one.f0, one.f1 + other.f1);
              }
            });
    DataStream<Tuple2<Integer, Long>> greatest = byDigit.max("f1");

    sums.union(greatest)
        .filter(pair -> pair.f0 == 3)
        .map(
            new RichMapFunction<Tuple2<Integer, Long>, String>() {
              @Override
              public String map(Tuple2<Integer, Long> pair) {
                return pair.f0 + ": " + pair.f1;
              }
            })
        .sinkTo(
            FileSink.forRowFormat(new Path(args[0]), new SimpleStringEncoder<String>()).build());
    env.execute("Running folds");
  }
}
