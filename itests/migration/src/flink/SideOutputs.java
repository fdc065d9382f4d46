package jobs;

import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** Sends what does not parse to a side output, and joins both again. */
public class SideOutputs {
  private static final OutputTag<String> REJECTED = new OutputTag<String>("rejected") {};

  public static void main(String[] args) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();

    SingleOutputStreamOperator<Long> numbers =
        env.fromData("1", "two", "3", "", "5")
            .process(
                new ProcessFunction<String, Long>() {
                  @Override
                  public void processElement(String text, Context context, Collector<Long> out) {
                    try {
                      out.collect(Long.parseLong(text));
                    } catch (NumberFormatException e) {
                      context.output(REJECTED, "'" + text + "'");
                    }
                  }
                });
    DataStream<String> rejected = numbers.getSideOutput(REJECTED);

    numbers
        .filter(number -> number > 1)
        .map(
            new MapFunction<Long, String>() {
              @Override
              public String map(Long number) {
                return "number " + number;
              }
            })
        .union(rejected.map(text -> "rejected " + text))
        .sinkTo(
            FileSink.forRowFormat(new Path(args[0]), new SimpleStringEncoder<String>()).build());
    env.execute();
  }
}
