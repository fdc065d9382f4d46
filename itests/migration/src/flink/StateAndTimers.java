package jobs;

import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeHint;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** Says of each user, after a minute without a page, what was looked at; state expires in a day. */
public class StateAndTimers {
  public static class Visits
      extends KeyedProcessFunction<String, Tuple3<String, String, Long>, String> {
    private static final long QUIET_MILLIS = 60_000;

    private transient ValueState<Long> last;
    private transient ListState<Tuple2<String, Long>> pages;
    private transient MapState<String, Integer> counts;

    @Override
    public void open(OpenContext context) {
      StateTtlConfig day =
          StateTtlConfig.newBuilder(Duration.ofDays(1))
              .setUpdateType(StateTtlConfig.UpdateType.OnCreateAndWrite)
              .setStateVisibility(StateTtlConfig.StateVisibility.NeverReturnExpired)
              .cleanupInRocksdbCompactFilter(1000)
              .build();
      ValueStateDescriptor<Long> lastDescriptor = new ValueStateDescriptor<>("last", Types.LONG);
      lastDescriptor.enableTimeToLive(day);
      last = getRuntimeContext().getState(lastDescriptor);
      pages =
          getRuntimeContext()
              .getListState(
                  new ListStateDescriptor<>(
                      "pages", TypeInformation.of(new TypeHint<Tuple2<String, Long>>() {})));
      counts =
          getRuntimeContext()
              .getMapState(new MapStateDescriptor<>("counts", String.class, Integer.class));
    }

    @Override
    public void processElement(
        Tuple3<String, String, Long> visit, Context context, Collector<String> out)
        throws Exception {
      if (last.value() != null) {
        context.timerService().deleteEventTimeTimer(last.value() + QUIET_MILLIS);
      }
      last.update(context.timestamp());
      context.timerService().registerEventTimeTimer(context.timestamp() + QUIET_MILLIS);
      pages.add(Tuple2.of(visit.f1, visit.f2));
      counts.put(visit.f1, counts.contains(visit.f1) ? counts.get(visit.f1) + 1 : 1);
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<String> out)
        throws Exception {
      StringBuilder text = new StringBuilder(context.getCurrentKey() + " until " + timestamp + ":");
      for (Tuple2<String, Long> page : pages.get()) {
        text.append(' ').append(page.f0).append('x').append(counts.get(page.f0));
      }
      out.collect(text.toString());
      pages.clear();
      counts.clear();
      last.clear();
    }
  }

  public static void main(String[] args) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(2);
    env.fromData(
            Tuple3.of("ann", "home", 0L),
            Tuple3.of("bob", "home", 5_000L),
            Tuple3.of("ann", "cart", 30_000L),
            Tuple3.of("bob", "help", 40_000L),
            Tuple3.of("ann", "home", 80_000L))
        .assignTimestampsAndWatermarks(
            WatermarkStrategy.<Tuple3<String, String, Long>>forBoundedOutOfOrderness(
                    Duration.ofHours(1))
                .withTimestampAssigner((visit, before) -> visit.f2))
        .keyBy(visit -> visit.f0)
        .process(new Visits())
        .sinkTo(
            FileSink.forRowFormat(new Path(args[0]), new SimpleStringEncoder<String>()).build());
    env.execute("Visits");
  }
}
