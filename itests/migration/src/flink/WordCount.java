package jobs;

import java.util.Locale;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;

/** Counts words with tuples, and keeps the last count of each by its size. */
public class WordCount {
  public static void main(String[] args) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(2);

    DataStream<String> lines =
        env.fromData("To be, or not to be,--that is the question:--", "to be or not");

    DataStream<Tuple2<String, Integer>> counts =
        lines.flatMap(new Tokenizer()).keyBy(value -> value.f0).sum(1);

    counts
        .map(value -> value.f0 + " " + value.f1)
        .sinkTo(
            FileSink.forRowFormat(new Path(args[0]), new SimpleStringEncoder<String>("UTF-8"))
                .build());
    env.execute("Word count");
  }

  /** Splits lines into words with a count of one. */
  public static final class Tokenizer implements FlatMapFunction<String, Tuple2<String, Integer>> {
    @Override
    public void flatMap(String line, Collector<Tuple2<String, Integer>> out) {
      for (String word : line.toLowerCase(Locale.ROOT).split("\\W+")) {
        if (!word.isEmpty()) {
          out.collect(new Tuple2<>(word, 1));
        }
      }
    }
  }
}
