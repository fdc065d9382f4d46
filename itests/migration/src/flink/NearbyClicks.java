package jobs;

import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.co.ProcessJoinFunction;
import org.apache.flink.util.Collector;

/** Joins views with the clicks of the same user in the ten seconds after. */
public class NearbyClicks {
  public static void main(String[] args) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    WatermarkStrategy<Tuple3<String, String, Long>> times =
        WatermarkStrategy.<Tuple3<String, String, Long>>forBoundedOutOfOrderness(
                Duration.ofMinutes(10))
            .withTimestampAssigner((event, before) -> event.f2);
    DataStream<Tuple3<String, String, Long>> views =
        env.fromData(
                Tuple3.of("ann", "home", 1_000L),
                Tuple3.of("bob", "home", 2_000L),
                Tuple3.of("ann", "help", 20_000L))
            .assignTimestampsAndWatermarks(times);
    DataStream<Tuple3<String, String, Long>> clicks =
        env.fromData(
                Tuple3.of("ann", "logo", 11_000L),
                Tuple3.of("ann", "link", 11_001L),
                Tuple3.of("bob", "link", 1_000L),
                Tuple3.of("ann", "menu", 20_000L))
            .assignTimestampsAndWatermarks(times);
    views
        .keyBy(view -> view.f0)
        .intervalJoin(clicks.keyBy(click -> click.f0))
        .between(Duration.ZERO, Duration.ofSeconds(10))
        .process(
            new ProcessJoinFunction<
                Tuple3<String, String, Long>, Tuple3<String, String, Long>, String>() {
              @Override
              public void processElement(
                  Tuple3<String, String, Long> view,
                  Tuple3<String, String, Long> click,
                  Context context,
                  Collector<String> out) {
                out.collect(view.f0 + " " + view.f1 + " " + click.f1);
              }
            })
        .sinkTo(
            FileSink.forRowFormat(new Path(args[0]), new SimpleStringEncoder<String>()).build());
    env.execute("Nearby clicks");
  }
}
