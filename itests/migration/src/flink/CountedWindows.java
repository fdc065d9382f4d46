package jobs;

import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.GlobalWindows;
import org.apache.flink.streaming.api.windowing.evictors.CountEvictor;
import org.apache.flink.streaming.api.windowing.triggers.CountTrigger;
import org.apache.flink.streaming.api.windowing.triggers.PurgingTrigger;
import org.apache.flink.streaming.api.windowing.windows.GlobalWindow;
import org.apache.flink.util.Collector;

/** Windows of so many records: apart, sliding, with an evictor, and for all keys together. */
public class CountedWindows {
  public static class Kept
      extends ProcessWindowFunction<Tuple2<String, Long>, String, String, GlobalWindow> {
    @Override
    public void process(
        String key, Context context, Iterable<Tuple2<String, Long>> sales, Collector<String> out) {
      StringBuilder kept = new StringBuilder("kept " + key);
      for (Tuple2<String, Long> sale : sales) {
        kept.append(' ').append(sale.f1);
      }
      out.collect(kept.toString());
    }
  }

  public static void main(String[] args) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(1);
    DataStream<Tuple2<String, Long>> sales =
        env.fromData(
            Tuple2.of("ann", 1L),
            Tuple2.of("bob", 10L),
            Tuple2.of("ann", 2L),
            Tuple2.of("ann", 3L),
            Tuple2.of("bob", 20L),
            Tuple2.of("ann", 4L),
            Tuple2.of("ann", 5L));
    DataStream<String> pairs =
        sales
            .keyBy(sale -> sale.f0)
            .countWindow(2)
            .sum(1)
            .map(sale -> "pair " + sale.f0 + " " + sale.f1);
    DataStream<String> lastThree =
        sales
            .keyBy(sale -> sale.f0)
            .countWindow(3, 2)
            .reduce((one, other) -> Tuple2.of(one.f0, one.f1 + other.f1))
            .map(sale -> "last " + sale.f0 + " " + sale.f1);
    DataStream<String> kept =
        sales
            .keyBy(sale -> sale.f0)
            .window(GlobalWindows.create())
            .trigger(PurgingTrigger.of(CountTrigger.of(2)))
            .evictor(CountEvictor.of(1))
            .process(new Kept());
    DataStream<String> all = sales.countWindowAll(7).max(1).map(sale -> "most of all " + sale.f1);
    pairs
        .union(lastThree, kept, all)
        .sinkTo(
            FileSink.forRowFormat(new Path(args[0]), new SimpleStringEncoder<String>()).build());
    env.execute("Counted windows");
  }
}
