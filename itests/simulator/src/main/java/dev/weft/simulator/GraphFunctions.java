package dev.weft.simulator;

import dev.weft.api.DataStream;
import dev.weft.api.OutputTag;
import dev.weft.api.SingleOutputStreamOperator;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.KeyedProcessFunction;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.functions.co.KeyedBroadcastProcessFunction;
import dev.weft.api.functions.co.KeyedCoProcessFunction;
import dev.weft.api.functions.co.ProcessJoinFunction;
import dev.weft.api.functions.windowing.ProcessWindowFunction;
import dev.weft.api.state.BroadcastState;
import dev.weft.api.state.ListState;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.windowing.assigners.TumblingEventTimeWindows;
import dev.weft.api.windowing.windows.TimeWindow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the steps of a {@link JobGraph} do. */
final class GraphFunctions {
  private static final long MILLIS_PER_RECORD = 10;
  private static final long TIMER_MILLIS = 200;
  private static final int BROADCAST_EVERY = 16;
  private static final String EVEN = "even-";
  private static final String ODD = "odd-";
  private static final String TOLD = "told-";
  private static final TypeInformation<LedgerRecord> TYPE = TypeInformation.of(LedgerRecord.class);

  private GraphFunctions() {}

  /** The event time of a record. */
  static long time(LedgerRecord record) {
    return record.number() * MILLIS_PER_RECORD + Long.remainderUnsigned(record.value(), 10);
  }

  /** What a step does to a value. */
  static long change(long value, int step) {
    return value * 0x9e3779b97f4a7c15L + step + 1;
  }

  private static LedgerRecord changed(LedgerRecord record, int step) {
    return record.withValue(change(record.value(), step));
  }

  /**
   * Where a step stands.
   *
   * @param number in its pipeline, from 0
   * @param pipeline what the names of its pipeline end with
   */
  record Place(int number, String pipeline) {
    private String name() {
      return number + pipeline;
    }
  }

  /** Adds a step behind a stream. */
  static DataStream<LedgerRecord> add(
      GraphStep step, DataStream<LedgerRecord> stream, Place place, long run, Duration window) {
    int number = place.number();
    return switch (step) {
      case MAP -> stream.map(record -> changed(record, number), TYPE);
      case REBALANCE -> stream.rebalance().map(record -> changed(record, number), TYPE);
      case UNION -> union(stream, place);
      case BROADCAST -> broadcast(stream, place, run);
      case PAIR -> pair(stream, place);
      case WINDOW -> window(stream, place, window);
      case TIMER ->
          stream.keyBy(LedgerRecord::key).process(new Held(number)).uid("timer-" + place.name());
      case JOIN -> join(stream, place);
    };
  }

  @SuppressWarnings("unchecked")
  private static DataStream<LedgerRecord> union(DataStream<LedgerRecord> stream, Place place) {
    int number = place.number();
    DataStream<LedgerRecord> even =
        stream
            .filter(GraphFunctions::isEven)
            .uid(EVEN + place.name())
            .map(r -> changed(r, number), TYPE);
    DataStream<LedgerRecord> odd =
        stream
            .filter(r -> !isEven(r))
            .uid(ODD + place.name())
            .rebalance()
            .map(r -> changed(r, number), TYPE);
    return even.union(odd);
  }

  private static boolean isEven(LedgerRecord record) {
    return record.number() % 2 == 0;
  }

  /**
   * Whether a record that waits for an operator comes out behind it. Each record goes to both
   * filters of a union as soon as they are tasks of their own, and one of them drops it; what goes
   * to the subtasks of a broadcast also goes another way.
   */
  static boolean comesOut(String operatorUid, LedgerRecord record) {
    if (operatorUid.startsWith(TOLD)) {
      return false;
    }
    return !operatorUid.startsWith(isEven(record) ? ODD : EVEN);
  }

  private static MapStateDescriptor<Integer, Long> progress() {
    return new MapStateDescriptor<>("progress", Integer.class, Long.class);
  }

  private static DataStream<LedgerRecord> broadcast(
      DataStream<LedgerRecord> stream, Place place, long run) {
    return stream
        .keyBy(LedgerRecord::key)
        .connect(
            stream
                .filter(r -> r.number() % BROADCAST_EVERY == 0)
                .uid(TOLD + place.name())
                .broadcast(progress()))
        .process(new Broadcast(place.number(), run))
        .uid("broadcast-" + place.name());
  }

  private static DataStream<LedgerRecord> pair(DataStream<LedgerRecord> stream, Place place) {
    return stream
        .filter(GraphFunctions::isEven)
        .keyBy(GraphFunctions::pairOf)
        .connect(stream.filter(r -> !isEven(r)).keyBy(GraphFunctions::pairOf))
        .process(new Pair(place.number()))
        .uid("pair-" + place.name());
  }

  private static String pairOf(LedgerRecord record) {
    return record.partition() + "/" + record.number() / 2;
  }

  @SuppressWarnings("unchecked")
  private static DataStream<LedgerRecord> window(
      DataStream<LedgerRecord> stream, Place place, Duration size) {
    int number = place.number();
    OutputTag<LedgerRecord> late = new OutputTag<>("late-" + place.name(), TYPE);
    SingleOutputStreamOperator<LedgerRecord> fired =
        stream
            .keyBy(LedgerRecord::key)
            .window(TumblingEventTimeWindows.of(size))
            .sideOutputLateData(late)
            .process(new All(number));
    fired.uid("window-" + place.name());
    return fired.union(fired.getSideOutput(late).map(r -> changed(r, number), TYPE));
  }

  private static DataStream<LedgerRecord> join(DataStream<LedgerRecord> stream, Place place) {
    return stream
        .keyBy(GraphFunctions::placeOf)
        .intervalJoin(stream.keyBy(GraphFunctions::placeOf))
        .between(Duration.ZERO, Duration.ZERO)
        .process(new Joined(place.number()))
        .uid("join-" + place.name());
  }

  private static String placeOf(LedgerRecord record) {
    return record.partition() + "/" + record.number();
  }

  /** Keeps for each partition the number that was broadcast last; none may be left out. */
  private static final class Broadcast
      extends KeyedBroadcastProcessFunction<String, LedgerRecord, LedgerRecord, LedgerRecord> {
    private final int step;
    private final long run;

    Broadcast(int step, long run) {
      this.step = step;
      this.run = run;
    }

    @Override
    public void processElement(
        LedgerRecord record, ReadOnlyContext context, Collector<LedgerRecord> out) {
      out.collect(changed(record, step));
    }

    @Override
    public void processBroadcastElement(
        LedgerRecord record, Context context, Collector<LedgerRecord> out) throws Exception {
      BroadcastState<Integer, Long> state = context.getBroadcastState(progress());
      Long last = state.get(record.partition());
      long due = last == null ? 0 : last + BROADCAST_EVERY;
      if (record.number() != due) {
        throw SequenceChecker.broken(
            run,
            String.format(
                "partition %d broadcasts %d, due is %d", record.partition(), record.number(), due));
      }
      state.put(record.partition(), record.number());
    }
  }

  /** Holds the first of two neighbours until the other comes, or the input ends. */
  private static final class Pair
      extends KeyedCoProcessFunction<String, LedgerRecord, LedgerRecord, LedgerRecord> {
    private static final long END = 1L << 50;

    private final int step;
    private transient ValueState<LedgerRecord> first;

    Pair(int step) {
      this.step = step;
    }

    @Override
    public void open(OpenContext context) {
      first = getRuntimeContext().getState(new ValueStateDescriptor<>("first", LedgerRecord.class));
    }

    @Override
    public void processElement1(LedgerRecord record, Context context, Collector<LedgerRecord> out)
        throws Exception {
      either(record, context, out);
    }

    @Override
    public void processElement2(LedgerRecord record, Context context, Collector<LedgerRecord> out)
        throws Exception {
      either(record, context, out);
    }

    private void either(LedgerRecord record, Context context, Collector<LedgerRecord> out)
        throws Exception {
      LedgerRecord other = first.value();
      if (other == null) {
        first.update(record);
        context.timerService().registerEventTimeTimer(END);
      } else {
        first.clear();
        context.timerService().deleteEventTimeTimer(END);
        out.collect(changed(other, step));
        out.collect(changed(record, step));
      }
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<LedgerRecord> out)
        throws Exception {
      out.collect(changed(first.value(), step));
      first.clear();
    }
  }

  /** Emits all of a window. */
  private static final class All
      extends ProcessWindowFunction<LedgerRecord, LedgerRecord, String, TimeWindow> {
    private final int step;

    All(int step) {
      this.step = step;
    }

    @Override
    public void process(
        String key, Context context, Iterable<LedgerRecord> elements, Collector<LedgerRecord> out) {
      elements.forEach(record -> out.collect(changed(record, step)));
    }
  }

  /** Holds records for a while. */
  private static final class Held extends KeyedProcessFunction<String, LedgerRecord, LedgerRecord> {
    private final int step;
    private transient ListState<LedgerRecord> held;

    Held(int step) {
      this.step = step;
    }

    @Override
    public void open(OpenContext context) {
      held =
          getRuntimeContext().getListState(new ListStateDescriptor<>("held", LedgerRecord.class));
    }

    @Override
    public void processElement(LedgerRecord record, Context context, Collector<LedgerRecord> out)
        throws Exception {
      held.add(record);
      context.timerService().registerEventTimeTimer(time(record) + TIMER_MILLIS);
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<LedgerRecord> out)
        throws Exception {
      List<LedgerRecord> rest = new ArrayList<>();
      for (LedgerRecord record : held.get()) {
        if (time(record) + TIMER_MILLIS == timestamp) {
          out.collect(changed(record, step));
        } else {
          rest.add(record);
        }
      }
      held.update(rest);
    }
  }

  /** Emits a record that met itself. */
  private static final class Joined
      extends ProcessJoinFunction<LedgerRecord, LedgerRecord, LedgerRecord> {
    private final int step;

    Joined(int step) {
      this.step = step;
    }

    @Override
    public void processElement(
        LedgerRecord left, LedgerRecord right, Context context, Collector<LedgerRecord> out) {
      out.collect(changed(left, step));
    }
  }
}
