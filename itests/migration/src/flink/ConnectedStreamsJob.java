package jobs;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.co.CoMapFunction;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;

/** Joins orders and payments of one id, whichever comes first. */
public class ConnectedStreamsJob {
  public static class Match
      extends KeyedCoProcessFunction<String, Tuple2<String, Long>, Tuple2<String, Long>, String> {
    private transient ValueState<Long> order;
    private transient ValueState<Long> payment;

    @Override
    public void open(OpenContext context) {
      order = getRuntimeContext().getState(new ValueStateDescriptor<>("order", Long.class));
      payment = getRuntimeContext().getState(new ValueStateDescriptor<>("payment", Long.class));
    }

    @Override
    public void processElement1(
        Tuple2<String, Long> value, Context context, Collector<String> out) throws Exception {
      order.update(value.f1);
      emit(context.getCurrentKey(), out);
    }

    @Override
    public void processElement2(
        Tuple2<String, Long> value, Context context, Collector<String> out) throws Exception {
      payment.update(value.f1);
      emit(context.getCurrentKey(), out);
    }

    private void emit(String id, Collector<String> out) throws Exception {
      if (order.value() != null && payment.value() != null) {
        out.collect(id + (order.value().equals(payment.value()) ? " paid" : " differs"));
      }
    }
  }

  public static void main(String[] args) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(2);
    DataStream<Tuple2<String, Long>> orders =
        env.fromData(Tuple2.of("a", 10L), Tuple2.of("b", 20L), Tuple2.of("c", 30L));
    DataStream<Tuple2<String, Long>> payments =
        env.fromData(Tuple2.of("b", 20L), Tuple2.of("a", 9L));

    DataStream<String> matched =
        orders.keyBy(order -> order.f0).connect(payments.keyBy(payment -> payment.f0))
            .process(new Match());
    DataStream<String> seen =
        orders
            .connect(payments)
            .map(
                new CoMapFunction<Tuple2<String, Long>, Tuple2<String, Long>, String>() {
                  @Override
                  public String map1(Tuple2<String, Long> order) {
                    return "order " + order.f0;
                  }

                  @Override
                  public String map2(Tuple2<String, Long> payment) {
                    return "payment " + payment.f0;
                  }
                });
    matched
        .union(seen)
        .sinkTo(
            FileSink.forRowFormat(new Path(args[0]), new SimpleStringEncoder<String>()).build());
    env.execute("Connected streams");
  }
}
