package jobs;

import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Generates records, and lets each step begin a chain of its own. */
public class GeneratedNumbers {
  public static void main(String[] args) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(2);

    GeneratorFunction<Long, String> generator = index -> "order " + index;
    DataGeneratorSource<String> source =
        new DataGeneratorSource<>(generator, 12, Types.STRING);
    DataStream<String> orders =
        env.fromSource(source, WatermarkStrategy.noWatermarks(), "orders");

    orders
        .filter(order -> order.length() == 8)
        .startNewChain()
        .name("long ones")
        .global()
        .map(String::toUpperCase)
        .disableChaining()
        .setParallelism(1)
        .sinkTo(
            FileSink.forRowFormat(new Path(args[0]), new SimpleStringEncoder<String>()).build())
        .setParallelism(1);
    env.execute("Generated numbers");
  }
}
