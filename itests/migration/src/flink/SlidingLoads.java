package jobs;

import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.ReduceFunction;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.windowing.ProcessAllWindowFunction;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.SlidingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.triggers.CountTrigger;
import org.apache.flink.streaming.api.windowing.triggers.PurgingTrigger;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;

/** Loads of hosts over windows that overlap, and the busiest host of each minute. */
public class SlidingLoads {
  /** A POJO. */
  public static class Load {
    public String host;
    public long time;
    public int percent;

    public Load() {}

    public Load(String host, long time, int percent) {
      this.host = host;
      this.time = time;
      this.percent = percent;
    }
  }

  public static class Higher implements ReduceFunction<Load> {
    @Override
    public Load reduce(Load one, Load other) {
      return other.percent > one.percent ? other : one;
    }
  }

  public static class Labelled extends ProcessWindowFunction<Load, String, String, TimeWindow> {
    @Override
    public void process(
        String host, Context context, Iterable<Load> loads, Collector<String> out) {
      TimeWindow window = context.window();
      out.collect(
          host
              + " ["
              + window.getStart() / 1000
              + ","
              + window.getEnd() / 1000
              + ") "
              + loads.iterator().next().percent);
    }
  }

  public static class Busiest extends ProcessAllWindowFunction<Load, String, TimeWindow> {
    @Override
    public void process(Context context, Iterable<Load> loads, Collector<String> out) {
      StringBuilder hosts = new StringBuilder();
      for (Load load : loads) {
        hosts.append(' ').append(load.host);
      }
      out.collect("minute " + context.window().getStart() / 60_000 + ":" + hosts);
    }
  }

  public static void main(String[] args) throws Exception {
    final StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.enableCheckpointing(1000);

    SingleOutputStreamOperator<Load> loads =
        env.fromData(
                new Load("a", 5_000, 10),
                new Load("b", 8_000, 80),
                new Load("a", 12_000, 70),
                new Load("a", 31_000, 20),
                new Load("b", 64_000, 30),
                new Load("a", 61_000, 90))
            .assignTimestampsAndWatermarks(
                WatermarkStrategy.<Load>forBoundedOutOfOrderness(Duration.ofSeconds(10))
                    .withTimestampAssigner((load, before) -> load.time));

    DataStream<String> peaks =
        loads
            .keyBy(load -> load.host)
            .window(SlidingEventTimeWindows.of(Duration.ofSeconds(30), Duration.ofSeconds(15)))
            .reduce(new Higher(), new Labelled())
            .name("peaks");
    DataStream<String> busiest =
        loads
            .windowAll(TumblingEventTimeWindows.of(Duration.ofMinutes(1)))
            .maxBy("percent")
            .windowAll(TumblingEventTimeWindows.of(Duration.ofMinutes(1)))
            .process(new Busiest());
    DataStream<String> pairs =
        loads
            .keyBy(load -> load.host)
            .window(TumblingEventTimeWindows.of(Duration.ofMinutes(10)))
            .trigger(PurgingTrigger.of(CountTrigger.of(2)))
            .sum("percent")
            .map(load -> load.host + " in pairs " + load.percent);
    peaks
        .union(busiest, pairs)
        .sinkTo(
            FileSink.<String>forRowFormat(new Path(args[0]), new SimpleStringEncoder<>()).build());
    env.execute("Sliding loads");
  }
}
