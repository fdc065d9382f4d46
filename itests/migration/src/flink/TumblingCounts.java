package jobs;

import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;

/** The average of readings per sensor and ten seconds, folded as they come. */
public class TumblingCounts {
  /** A POJO, as Flink users know them. */
  public static class Reading {
    public String sensor;
    public long timestamp;
    public double value;

    public Reading() {}

    public Reading(String sensor, long timestamp, double value) {
      this.sensor = sensor;
      this.timestamp = timestamp;
      this.value = value;
    }
  }

  /** A sum and a count. */
  public static class Mean {
    public double sum;
    public long count;
  }

  public static class MeanOfValues implements AggregateFunction<Reading, Mean, Double> {
    @Override
    public Mean createAccumulator() {
      return new Mean();
    }

    @Override
    public Mean add(Reading reading, Mean mean) {
      mean.sum += reading.value;
      mean.count++;
      return mean;
    }

    @Override
    public Double getResult(Mean mean) {
      return mean.sum / mean.count;
    }

    @Override
    public Mean merge(Mean one, Mean other) {
      one.sum += other.sum;
      one.count += other.count;
      return one;
    }
  }

  public static class WithWindow
      extends ProcessWindowFunction<Double, String, String, TimeWindow> {
    @Override
    public void process(
        String sensor, Context context, Iterable<Double> means, Collector<String> out) {
      out.collect(
          sensor + " from " + context.window().getStart() + ": " + means.iterator().next());
    }
  }

  public static void main(String[] args) throws Exception {
    final StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.enableCheckpointing(1000);

    env.fromData(
            new Reading("a", 1_000, 1.0),
            new Reading("b", 2_000, 10.0),
            new Reading("a", 9_999, 2.0),
            new Reading("a", 12_000, 5.0),
            new Reading("b", 11_000, 30.0),
            new Reading("b", 10_000, 20.0))
        .assignTimestampsAndWatermarks(
            WatermarkStrategy.<Reading>forBoundedOutOfOrderness(Duration.ofSeconds(5))
                .withTimestampAssigner((reading, before) -> reading.timestamp)
                .withIdleness(Duration.ofMinutes(1)))
        .keyBy(reading -> reading.sensor)
        .window(TumblingEventTimeWindows.of(Duration.ofSeconds(10)))
        .aggregate(new MeanOfValues(), new WithWindow())
        .name("means")
        .uid("means")
        .sinkTo(
            FileSink.<String>forRowFormat(new Path(args[0]), new SimpleStringEncoder<>()).build())
        .name("files");
    env.execute("Tumbling counts");
  }
}
