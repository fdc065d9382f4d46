package jobs;

import java.time.Duration;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;
import org.apache.flink.util.OutputTag;

/** Counts per second, updates a window for a second more, and keeps what comes later still. */
public class LateEvents {
  private static final OutputTag<Tuple2<String, Long>> LATE =
      new OutputTag<Tuple2<String, Long>>("late") {};

  /** A watermark right after every event. */
  public static class AfterEveryEvent implements WatermarkGenerator<Tuple2<String, Long>> {
    private long greatest = Long.MIN_VALUE;

    @Override
    public void onEvent(Tuple2<String, Long> event, long timestamp, WatermarkOutput output) {
      if (timestamp > greatest) {
        greatest = timestamp;
        output.emitWatermark(new Watermark(timestamp - 1));
      }
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {}
  }

  public static void main(String[] args) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(1);
    SingleOutputStreamOperator<Tuple2<String, Long>> sums =
        env.fromData(
                Tuple2.of("a", 100L),
                Tuple2.of("a", 1_001L),
                Tuple2.of("a", 200L),
                Tuple2.of("a", 2_001L),
                Tuple2.of("a", 300L))
            .assignTimestampsAndWatermarks(
                WatermarkStrategy.<Tuple2<String, Long>>forGenerator(
                        context -> new AfterEveryEvent())
                    .withTimestampAssigner((event, before) -> event.f1))
            .keyBy(event -> event.f0)
            .window(TumblingEventTimeWindows.of(Duration.ofSeconds(1)))
            .allowedLateness(Duration.ofSeconds(1))
            .sideOutputLateData(LATE)
            .reduce((one, other) -> Tuple2.of(one.f0, one.f1 + other.f1));
    sums.map(sum -> "sum " + sum)
        .union(sums.getSideOutput(LATE).map(event -> "late " + event))
        .sinkTo(
            FileSink.forRowFormat(new Path(args[0]), new SimpleStringEncoder<String>()).build());
    env.execute("Late events");
  }
}
