package jobs;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.functions.windowing.WindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.DynamicEventTimeSessionWindows;
import org.apache.flink.streaming.api.windowing.assigners.EventTimeSessionWindows;
import org.apache.flink.streaming.api.windowing.assigners.SessionWindowTimeGapExtractor;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;

/** Visits of a site: sessions with a gap of one length, and with one that depends on the page. */
public class SessionVisits {
  /** Counts page views and adds seconds up. */
  public static class Views
      implements AggregateFunction<
          Tuple3<String, Long, String>, Tuple2<Integer, String>, Tuple2<Integer, String>> {
    @Override
    public Tuple2<Integer, String> createAccumulator() {
      return Tuple2.of(0, "");
    }

    @Override
    public Tuple2<Integer, String> add(
        Tuple3<String, Long, String> view, Tuple2<Integer, String> visit) {
      return Tuple2.of(visit.f0 + 1, later(visit.f1, view.f2));
    }

    @Override
    public Tuple2<Integer, String> getResult(Tuple2<Integer, String> visit) {
      return visit;
    }

    @Override
    public Tuple2<Integer, String> merge(
        Tuple2<Integer, String> one, Tuple2<Integer, String> other) {
      return Tuple2.of(one.f0 + other.f0, later(one.f1, other.f1));
    }

    private static String later(String one, String other) {
      return one.compareTo(other) >= 0 ? one : other;
    }
  }

  public static class Visit
      extends ProcessWindowFunction<Tuple2<Integer, String>, String, String, TimeWindow> {
    @Override
    public void process(
        String user,
        Context context,
        Iterable<Tuple2<Integer, String>> visits,
        Collector<String> out) {
      Tuple2<Integer, String> visit = visits.iterator().next();
      TimeWindow window = context.window();
      out.collect(
          user + " " + window.getStart() + "-" + window.getEnd() + " " + visit.f0 + " " + visit.f1);
    }
  }

  /** Whoever pays may take his time. */
  public static class GapOfPage
      implements SessionWindowTimeGapExtractor<Tuple3<String, Long, String>> {
    @Override
    public long extract(Tuple3<String, Long, String> view) {
      return view.f2.equals("pay") ? 100 : 10;
    }
  }

  public static class Pages
      implements WindowFunction<Tuple3<String, Long, String>, String, String, TimeWindow> {
    @Override
    public void apply(
        String user,
        TimeWindow window,
        Iterable<Tuple3<String, Long, String>> views,
        Collector<String> out) {
      List<String> pages = new ArrayList<>();
      for (Tuple3<String, Long, String> view : views) {
        pages.add(view.f2);
      }
      pages.sort(null);
      out.collect(user + " until " + window.maxTimestamp() + " " + String.join(" ", pages));
    }
  }

  public static void main(String[] args) throws Exception {
    final StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.enableCheckpointing(1000);

    KeyedStream<Tuple3<String, Long, String>, String> views =
        env.fromData(
                Tuple3.of("ann", 1L, "home"),
                Tuple3.of("bob", 2L, "home"),
                Tuple3.of("ann", 25L, "pay"),
                Tuple3.of("ann", 18L, "cart"),
                Tuple3.of("ann", 9L, "logo"),
                Tuple3.of("bob", 60L, "help"),
                Tuple3.of("ann", 90L, "thanks"))
            .assignTimestampsAndWatermarks(
                WatermarkStrategy.<Tuple3<String, Long, String>>forBoundedOutOfOrderness(
                        Duration.ofMillis(50))
                    .withTimestampAssigner((view, before) -> view.f1))
            .keyBy(view -> view.f0);
    DataStream<String> visits =
        views
            .window(EventTimeSessionWindows.withGap(Duration.ofMillis(10)))
            .aggregate(new Views(), new Visit());
    DataStream<String> pages =
        views
            .window(DynamicEventTimeSessionWindows.withDynamicGap(new GapOfPage()))
            .apply(new Pages());
    visits
        .union(pages)
        .sinkTo(
            FileSink.<String>forRowFormat(new Path(args[0]), new SimpleStringEncoder<>()).build());
    env.execute("Session visits");
  }
}
