package dev.weft.testing.differential;

import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.functions.CoGroupFunction;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.FlatMapFunction;
import dev.weft.api.functions.KeyedProcessFunction;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.functions.ProcessFunction;
import dev.weft.api.functions.async.AsyncFunction;
import dev.weft.api.functions.async.ResultFuture;
import dev.weft.api.functions.co.KeyedBroadcastProcessFunction;
import dev.weft.api.functions.co.KeyedCoProcessFunction;
import dev.weft.api.functions.co.ProcessJoinFunction;
import dev.weft.api.functions.windowing.ProcessWindowFunction;
import dev.weft.api.state.ListState;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.state.MapState;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.api.windowing.windows.TimeWindow;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The functions of random programs, as a user would write them. */
final class Functions {
  /** What a broadcast stream has brought: sums by text. */
  static final MapStateDescriptor<String, Long> RULES =
      new MapStateDescriptor<>("rules", String.class, Long.class);

  private Functions() {}

  /** The first multiple of the period after a record and the watermark. */
  static long timer(long timestamp, long watermark, int period) {
    return (Math.max(timestamp, Math.max(0, watermark)) / period + 1) * period;
  }

  /** What becomes of two records that are joined. */
  static Item pair(Item left, Item right) {
    return new Item(
        left.key(), 2 * left.value() + right.value(), left.text() + " and " + right.text());
  }

  /** 0 to 2 records each. */
  record Repeat(int a) implements FlatMapFunction<Item, Item> {
    @Override
    public void flatMap(Item item, Collector<Item> out) {
      for (int i = 0; i < Math.abs(item.value() + a) % 3; i++) {
        out.collect(new Item(item.key(), item.value() + i, item.text()));
      }
    }
  }

  /** Even values go to the side. */
  static final class Split extends ProcessFunction<Item, Item> {
    @Override
    public void processElement(Item item, Context context, Collector<Item> out) {
      if (item.value() % 2 == 0) {
        context.output(Translation.SIDE, item);
      } else {
        out.collect(item);
      }
    }
  }

  /** Emits the sum so far at the next multiple of a period after each record. */
  static final class SumsUntilTimers extends KeyedProcessFunction<Object, Item, Item> {
    private final int period;
    private transient ValueState<Long> sum;

    SumsUntilTimers(int period) {
      this.period = period;
    }

    @Override
    public void open(OpenContext context) {
      sum = getRuntimeContext().getState(new ValueStateDescriptor<>("sum", Long.class));
    }

    @Override
    public void processElement(Item item, Context context, Collector<Item> out) throws Exception {
      Long before = sum.value();
      sum.update((before == null ? 0 : before) + item.value());
      context
          .timerService()
          .registerEventTimeTimer(
              timer(context.timestamp(), context.timerService().currentWatermark(), period));
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<Item> out)
        throws Exception {
      out.collect(
          new Item(Translation.groupOf(context.getCurrentKey()), sum.value(), "at " + timestamp));
    }
  }

  /** Emits the difference of two sums so far at the next multiple of a period. */
  static final class DifferencesUntilTimers
      extends KeyedCoProcessFunction<Object, Item, Item, Item> {
    private final int period;
    private transient ValueState<Long> sum;

    DifferencesUntilTimers(int period) {
      this.period = period;
    }

    @Override
    public void open(OpenContext context) {
      sum = getRuntimeContext().getState(new ValueStateDescriptor<>("sum", Long.class));
    }

    @Override
    public void processElement1(Item item, Context context, Collector<Item> out) throws Exception {
      add(item.value(), context);
    }

    @Override
    public void processElement2(Item item, Context context, Collector<Item> out) throws Exception {
      add(-item.value(), context);
    }

    private void add(long value, Context context) throws Exception {
      Long before = sum.value();
      sum.update((before == null ? 0 : before) + value);
      context
          .timerService()
          .registerEventTimeTimer(
              timer(context.timestamp(), context.timerService().currentWatermark(), period));
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<Item> out)
        throws Exception {
      out.collect(
          new Item(Translation.groupOf(context.getCurrentKey()), sum.value(), "at " + timestamp));
    }
  }

  /** Emits the sum so far, and what was broadcast so far, at the next multiple of a period. */
  static final class SumsUnderRules
      extends KeyedBroadcastProcessFunction<Object, Item, Item, Item> {
    private final int period;
    private transient ValueState<Long> sum;

    SumsUnderRules(int period) {
      this.period = period;
    }

    @Override
    public void open(OpenContext context) {
      sum = getRuntimeContext().getState(new ValueStateDescriptor<>("sum", Long.class));
    }

    @Override
    public void processElement(Item item, ReadOnlyContext context, Collector<Item> out)
        throws Exception {
      Long before = sum.value();
      sum.update((before == null ? 0 : before) + item.value());
      context
          .timerService()
          .registerEventTimeTimer(timer(context.timestamp(), context.currentWatermark(), period));
    }

    @Override
    public void processBroadcastElement(Item item, Context context, Collector<Item> out)
        throws Exception {
      String text = String.valueOf(item.text());
      Long before = context.getBroadcastState(RULES).get(text);
      context.getBroadcastState(RULES).put(text, (before == null ? 0 : before) + item.value());
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<Item> out)
        throws Exception {
      long rules = 0;
      int texts = 0;
      for (Map.Entry<String, Long> rule : context.getBroadcastState(RULES).immutableEntries()) {
        rules += rule.getValue();
        texts++;
      }
      out.collect(
          new Item(
              Translation.groupOf(context.getCurrentKey()),
              sum.value(),
              "at " + timestamp + " under " + rules + " of " + texts));
    }
  }

  /** Pairs of near records. */
  static final class Pairs extends ProcessJoinFunction<Item, Item, Item> {
    @Override
    public void processElement(Item left, Item right, Context context, Collector<Item> out) {
      out.collect(pair(left, right));
    }
  }

  /**
   * Answers at once, or from threads of its own.
   *
   * @param a added
   * @param elsewhere whether most answers come later
   */
  record Answers(int a, boolean elsewhere) implements AsyncFunction<Item, Item> {
    @Override
    public void asyncInvoke(Item item, ResultFuture<Item> answer) {
      Item result = new Item(item.key(), item.value() * 5 + a, item.text());
      if (elsewhere && item.value() % 4 != 0) {
        CompletableFuture.runAsync(() -> answer.complete(List.of(result)));
      } else {
        answer.complete(List.of(result));
      }
    }
  }

  /** How many records there were, and the texts of the last three. */
  static final class LastTexts extends KeyedProcessFunction<Object, Item, Item> {
    private transient ListState<Item> last;
    private transient ValueState<Integer> count;

    @Override
    public void open(OpenContext context) {
      last = getRuntimeContext().getListState(new ListStateDescriptor<>("last", Item.class));
      count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Integer.class));
    }

    @Override
    public void processElement(Item item, Context context, Collector<Item> out) throws Exception {
      int number = count.value() == null ? 1 : count.value() + 1;
      count.update(number);
      if (number % 3 == 1) {
        last.clear();
      }
      last.add(item);
      StringBuilder texts = new StringBuilder();
      for (Item one : last.get()) {
        texts.append(one.text()).append(one.value());
      }
      out.collect(new Item(item.key(), number, texts.toString()));
    }
  }

  /** How often a text came; forgets it when it came three times. */
  static final class TextCounts extends KeyedProcessFunction<Object, Item, Item> {
    private transient MapState<String, Integer> counts;

    @Override
    public void open(OpenContext context) {
      counts =
          getRuntimeContext()
              .getMapState(new MapStateDescriptor<>("counts", String.class, Integer.class));
    }

    @Override
    public void processElement(Item item, Context context, Collector<Item> out) throws Exception {
      String text = String.valueOf(item.text());
      Integer before = counts.get(text);
      int now = before == null ? 1 : before + 1;
      if (now == 3) {
        counts.remove(text);
      } else {
        counts.put(text, now);
      }
      int known = 0;
      for (String ignored : counts.keys()) {
        known++;
      }
      out.collect(new Item(item.key(), now * 100L + known, text));
    }
  }

  /** A sum. */
  static final class Sum implements AggregateFunction<Item, Long, Long> {
    @Override
    public Long createAccumulator() {
      return 0L;
    }

    @Override
    public Long add(Item item, Long sum) {
      return sum + item.value();
    }

    @Override
    public Long getResult(Long sum) {
      return sum;
    }

    @Override
    public Long merge(Long one, Long other) {
      return one + other;
    }
  }

  /** The sums of both streams. */
  static final class SumsOfBoth implements CoGroupFunction<Item, Item, Item> {
    private final Stage stage;

    SumsOfBoth(Stage stage) {
      this.stage = stage;
    }

    @Override
    public void coGroup(Iterable<Item> first, Iterable<Item> second, Collector<Item> out) {
      long sum = 0;
      int group = 0;
      int[] counts = new int[2];
      for (Item item : first) {
        sum += item.value();
        counts[0]++;
        group = stage.group(item);
      }
      for (Item item : second) {
        sum -= item.value();
        counts[1]++;
        group = stage.group(item);
      }
      out.collect(new Item(group, sum, counts[0] + " and " + counts[1]));
    }
  }

  /** A sum with its window. */
  static final class WindowResult extends ProcessWindowFunction<Long, Item, Object, TimeWindow> {
    @Override
    public void process(Object key, Context context, Iterable<Long> sums, Collector<Item> out) {
      for (Long sum : sums) {
        out.collect(
            new Item(
                Translation.groupOf(key),
                sum,
                context.window().getStart() + " to " + context.window().getEnd()));
      }
    }
  }
}
