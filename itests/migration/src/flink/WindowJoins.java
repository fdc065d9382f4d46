package jobs;

import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.CoGroupFunction;
import org.apache.flink.api.common.functions.FlatJoinFunction;
import org.apache.flink.api.common.functions.JoinFunction;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichCoGroupFunction;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.windowing.assigners.EventTimeSessionWindows;
import org.apache.flink.streaming.api.windowing.assigners.SlidingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.triggers.EventTimeTrigger;
import org.apache.flink.util.Collector;

/** Orders and payments that lie in one window. */
public class WindowJoins {
  public static class Paid
      implements JoinFunction<
          Tuple3<String, Long, Integer>, Tuple3<String, Long, Integer>, String> {
    @Override
    public String join(
        Tuple3<String, Long, Integer> order, Tuple3<String, Long, Integer> payment) {
      return order.f0 + ": order " + order.f2 + " paid " + payment.f2;
    }
  }

  public static class Missing
      extends RichCoGroupFunction<
          Tuple3<String, Long, Integer>, Tuple3<String, Long, Integer>, String> {
    private transient String subtasks;

    @Override
    public void open(OpenContext context) {
      subtasks = " of " + getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
    }

    @Override
    public void coGroup(
        Iterable<Tuple3<String, Long, Integer>> orders,
        Iterable<Tuple3<String, Long, Integer>> payments,
        Collector<String> out) {
      int owed = 0;
      for (Tuple3<String, Long, Integer> order : orders) {
        owed += order.f2;
      }
      for (Tuple3<String, Long, Integer> payment : payments) {
        owed -= payment.f2;
      }
      if (owed > 0) {
        out.collect("owed " + owed + subtasks);
      }
    }
  }

  private static DataStream<Tuple3<String, Long, Integer>> timed(
      DataStream<Tuple3<String, Long, Integer>> stream) {
    return stream.assignTimestampsAndWatermarks(
        WatermarkStrategy.<Tuple3<String, Long, Integer>>forBoundedOutOfOrderness(
                Duration.ofMillis(100))
            .withTimestampAssigner((record, before) -> record.f1));
  }

  public static void main(String[] args) throws Exception {
    final StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(2);
    env.enableCheckpointing(1000);

    DataStream<Tuple3<String, Long, Integer>> orders =
        timed(
            env.fromData(
                Tuple3.of("ann", 1L, 10), Tuple3.of("bob", 3L, 20), Tuple3.of("ann", 12L, 30)));
    DataStream<Tuple3<String, Long, Integer>> payments =
        timed(
            env.fromData(
                Tuple3.of("ann", 9L, 10), Tuple3.of("bob", 14L, 20), Tuple3.of("ann", 15L, 5)));

    DataStream<String> paid =
        orders
            .join(payments)
            .where(order -> order.f0)
            .equalTo(payment -> payment.f0)
            .window(TumblingEventTimeWindows.of(Duration.ofMillis(10)))
            .trigger(EventTimeTrigger.create())
            .allowedLateness(Duration.ofMillis(1))
            .apply(new Paid());
    FlatJoinFunction<Tuple3<String, Long, Integer>, Tuple3<String, Long, Integer>, String> late =
        (order, payment, out) -> {
          if (payment.f1 - order.f1 > 10) {
            out.collect(order.f0 + " paid after " + (payment.f1 - order.f1));
          }
        };
    DataStream<String> delays =
        orders
            .join(payments)
            .where(order -> order.f0, Types.STRING)
            .equalTo(payment -> payment.f0, Types.STRING)
            .window(SlidingEventTimeWindows.of(Duration.ofMillis(20), Duration.ofMillis(10)))
            .apply(late, Types.STRING);
    CoGroupFunction<Tuple3<String, Long, Integer>, Tuple3<String, Long, Integer>, String> missing =
        new Missing();
    DataStream<String> owed =
        orders
            .coGroup(payments)
            .where(order -> order.f0)
            .equalTo(payment -> payment.f0)
            .window(EventTimeSessionWindows.withGap(Duration.ofMillis(5)))
            .apply(missing);
    paid.union(delays, owed)
        .sinkTo(
            FileSink.<String>forRowFormat(new Path(args[0]), new SimpleStringEncoder<>()).build());
    env.execute("Window joins");
  }
}
