package jobs;

import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ReadOnlyBroadcastState;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.BroadcastStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.co.BroadcastProcessFunction;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;

/** Amounts against limits that every subtask is told of; what comes too early waits in state. */
public class BroadcastRules {
  static final MapStateDescriptor<String, Integer> LIMITS =
      new MapStateDescriptor<>("limits", Types.STRING, Types.INT);
  static final ListStateDescriptor<Integer> WAITING =
      new ListStateDescriptor<>("waiting", Types.INT);

  /** Says which amounts are above the limit of their account, as soon as the limit is known. */
  public static class Check
      extends KeyedBroadcastProcessFunction<
          String, Tuple2<String, Integer>, Tuple2<String, Integer>, String> {
    private transient ListState<Integer> waiting;

    @Override
    public void open(OpenContext context) {
      waiting = getRuntimeContext().getListState(WAITING);
    }

    @Override
    public void processElement(
        Tuple2<String, Integer> payment, ReadOnlyContext ctx, Collector<String> out)
        throws Exception {
      Integer limit = ctx.getBroadcastState(LIMITS).get(payment.f0);
      if (limit == null) {
        waiting.add(payment.f1);
      } else {
        check(payment.f0, payment.f1, limit, out);
      }
    }

    @Override
    public void processBroadcastElement(
        Tuple2<String, Integer> limit, Context ctx, Collector<String> out) throws Exception {
      BroadcastState<String, Integer> limits = ctx.getBroadcastState(LIMITS);
      limits.put(limit.f0, limit.f1);
      ctx.applyToKeyedState(
          WAITING,
          (account, amounts) -> {
            if (account.equals(limit.f0)) {
              for (Integer amount : amounts.get()) {
                check(account, amount, limit.f1, out);
              }
              amounts.clear();
            }
          });
    }

    private static void check(String account, int amount, int limit, Collector<String> out) {
      out.collect(account + " " + amount + (amount > limit ? " refused" : " paid"));
    }
  }

  /** Passes words on, and counts the broadcast ones. */
  public static class Counting extends BroadcastProcessFunction<String, Tuple2<String, Integer>, String> {
    @Override
    public void processElement(String word, ReadOnlyContext ctx, Collector<String> out)
        throws Exception {
      ReadOnlyBroadcastState<String, Integer> limits = ctx.getBroadcastState(LIMITS);
      out.collect(word + " " + limits.contains("nobody"));
    }

    @Override
    public void processBroadcastElement(
        Tuple2<String, Integer> limit, Context ctx, Collector<String> out) throws Exception {
      ctx.getBroadcastState(LIMITS).put(limit.f0, limit.f1);
      Map<String, Integer> known = new TreeMap<>();
      for (Map.Entry<String, Integer> entry : ctx.getBroadcastState(LIMITS).entries()) {
        known.put(entry.getKey(), entry.getValue());
      }
      if (known.size() == 2) {
        out.collect("limits " + known);
      }
    }
  }

  public static void main(String[] args) throws Exception {
    final StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(1);
    env.enableCheckpointing(1000);

    BroadcastStream<Tuple2<String, Integer>> limits =
        env.fromData(Tuple2.of("ann", 100), Tuple2.of("bob", 10)).broadcast(LIMITS);
    DataStream<String> checked =
        env.fromData(
                Tuple2.of("ann", 50), Tuple2.of("bob", 20), Tuple2.of("ann", 150), Tuple2.of("bob", 5))
            .keyBy(payment -> payment.f0)
            .connect(limits)
            .process(new Check());
    DataStream<String> counted =
        env.fromData("hello").connect(limits).process(new Counting());
    checked
        .union(counted)
        .sinkTo(
            FileSink.<String>forRowFormat(new Path(args[0]), new SimpleStringEncoder<>()).build());
    env.execute("Broadcast rules");
  }
}
