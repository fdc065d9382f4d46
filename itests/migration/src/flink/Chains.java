package jobs;

import org.apache.flink.api.common.functions.Partitioner;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Spreads records by a function of the program's own, and breaks chains. */
public class Chains {
  public static class ByRest implements Partitioner<Long> {
    @Override
    public int partition(Long key, int partitions) {
      return (int) (key % partitions);
    }
  }

  public static void main(String[] args) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(2);

    DataStream<Long> numbers = env.fromSequence(0, 11).filter(number -> number > 6).startNewChain();

    numbers
        .partitionCustom(new ByRest(), number -> number)
        .map(
            new RichMapFunction<Long, String>() {
              @Override
              public String map(Long number) {
                return "number " + number;
              }
            })
        .name("texts")
        .shuffle()
        .map(String::toUpperCase)
        .disableChaining()
        .global()
        .sinkTo(
            FileSink.forRowFormat(new Path(args[0]), new SimpleStringEncoder<String>()).build())
        .setParallelism(1);
    env.execute("Chains");
  }
}
