package dev.weft.testing.differential;

import dev.weft.api.AllWindowedStream;
import dev.weft.api.DataStream;
import dev.weft.api.KeyedStream;
import dev.weft.api.SingleOutputStreamOperator;
import dev.weft.api.WindowedStream;
import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.functions.Collector;
import dev.weft.api.functions.ReduceFunction;
import dev.weft.api.functions.windowing.ProcessAllWindowFunction;
import dev.weft.api.functions.windowing.ProcessWindowFunction;
import dev.weft.api.state.KeyedStateStore;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.windowing.assigners.DynamicEventTimeSessionWindows;
import dev.weft.api.windowing.assigners.DynamicProcessingTimeSessionWindows;
import dev.weft.api.windowing.assigners.EventTimeSessionWindows;
import dev.weft.api.windowing.assigners.GlobalWindows;
import dev.weft.api.windowing.assigners.ProcessingTimeSessionWindows;
import dev.weft.api.windowing.assigners.SlidingEventTimeWindows;
import dev.weft.api.windowing.assigners.SlidingProcessingTimeWindows;
import dev.weft.api.windowing.assigners.TumblingEventTimeWindows;
import dev.weft.api.windowing.assigners.TumblingProcessingTimeWindows;
import dev.weft.api.windowing.assigners.WindowAssigner;
import dev.weft.api.windowing.evictors.CountEvictor;
import dev.weft.api.windowing.evictors.DeltaEvictor;
import dev.weft.api.windowing.evictors.Evictor;
import dev.weft.api.windowing.evictors.TimeEvictor;
import dev.weft.api.windowing.triggers.ContinuousEventTimeTrigger;
import dev.weft.api.windowing.triggers.ContinuousProcessingTimeTrigger;
import dev.weft.api.windowing.triggers.CountTrigger;
import dev.weft.api.windowing.triggers.DeltaTrigger;
import dev.weft.api.windowing.triggers.EventTimeTrigger;
import dev.weft.api.windowing.triggers.ProcessingTimeTrigger;
import dev.weft.api.windowing.triggers.ProcessingTimeoutTrigger;
import dev.weft.api.windowing.triggers.PurgingTrigger;
import dev.weft.api.windowing.triggers.Trigger;
import dev.weft.api.windowing.windows.TimeWindow;
import dev.weft.api.windowing.windows.Window;
import dev.weft.testing.differential.RandomWindow.Evicting;
import dev.weft.testing.differential.RandomWindow.Firing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Writes a windowed step with the API. Types of windows go unchecked: they are drawn. */
@SuppressWarnings({"unchecked", "rawtypes"})
final class Windows {
  private Windows() {}

  static SingleOutputStreamOperator<Item> keyed(RandomWindow step, KeyedStream<Item, Object> in) {
    WindowedStream<Item, Object, Window> windows =
        (WindowedStream)
            switch (step.shape()) {
              case COUNT -> in.countWindow(step.size());
              case COUNT_SLIDE -> in.countWindow(step.size(), step.slide());
              default -> in.window(assigner(step));
            };
    windows = windows.sideOutputLateData(Translation.SIDE);
    if (step.firing() != null) {
      windows = windows.trigger(trigger(step.firing()));
    }
    if (step.evicting() != null) {
      windows = windows.evictor(evictor(step.evicting()));
    }
    if (step.lateness() > 0) {
      windows = windows.allowedLateness(Duration.ofMillis(step.lateness()));
    }
    return switch (step.result()) {
      case AGGREGATE -> windows.aggregate(new Functions.Sum(), new Total());
      case MUTABLE -> windows.aggregate(new MutableSum(), new Total());
      case REDUCE -> windows.reduce(new Join());
      case PROCESS -> windows.process(new Everything(step));
    };
  }

  static SingleOutputStreamOperator<Item> all(RandomWindow step, DataStream<Item> in) {
    AllWindowedStream<Item, Window> windows =
        (AllWindowedStream)
            switch (step.shape()) {
              case COUNT -> in.countWindowAll(step.size());
              case COUNT_SLIDE -> in.countWindowAll(step.size(), step.slide());
              default -> in.windowAll(assigner(step));
            };
    windows = windows.sideOutputLateData(Translation.SIDE);
    if (step.firing() != null) {
      windows = windows.trigger(trigger(step.firing()));
    }
    if (step.evicting() != null) {
      windows = windows.evictor(evictor(step.evicting()));
    }
    if (step.lateness() > 0) {
      windows = windows.allowedLateness(Duration.ofMillis(step.lateness()));
    }
    return switch (step.result()) {
      case AGGREGATE -> windows.aggregate(new Functions.Sum(), new TotalOfAll());
      case MUTABLE -> windows.aggregate(new MutableSum(), new TotalOfAll());
      case REDUCE -> windows.reduce(new Join());
      case PROCESS -> windows.process(new EverythingOfAll(step));
    };
  }

  private static WindowAssigner<Item, Window> assigner(RandomWindow step) {
    Duration size = Duration.ofMillis(step.size());
    Duration slide = Duration.ofMillis(step.slide());
    Duration offset = Duration.ofMillis(step.offset());
    boolean event = step.eventTime();
    return (WindowAssigner)
        switch (step.shape()) {
          case TUMBLING ->
              event
                  ? TumblingEventTimeWindows.of(size, offset)
                  : TumblingProcessingTimeWindows.of(size, offset);
          case SLIDING ->
              event
                  ? SlidingEventTimeWindows.of(size, slide, offset)
                  : SlidingProcessingTimeWindows.of(size, slide, offset);
          case SESSION ->
              event
                  ? EventTimeSessionWindows.withGap(size)
                  : ProcessingTimeSessionWindows.withGap(size);
          case DYNAMIC_SESSION ->
              event
                  ? DynamicEventTimeSessionWindows.<Item>withDynamicGap(step::gap)
                  : DynamicProcessingTimeSessionWindows.<Item>withDynamicGap(step::gap);
          default -> GlobalWindows.create();
        };
  }

  private static Trigger<Item, Window> trigger(Firing firing) {
    if (firing instanceof Firing.EventTime) {
      return (Trigger) EventTimeTrigger.create();
    } else if (firing instanceof Firing.ProcessingTime) {
      return (Trigger) ProcessingTimeTrigger.create();
    } else if (firing instanceof Firing.Count count) {
      return (Trigger) CountTrigger.of(count.count());
    } else if (firing instanceof Firing.ContinuousEventTime continuous) {
      return (Trigger) ContinuousEventTimeTrigger.of(Duration.ofMillis(continuous.interval()));
    } else if (firing instanceof Firing.ContinuousProcessingTime continuous) {
      return (Trigger) ContinuousProcessingTimeTrigger.of(Duration.ofMillis(continuous.interval()));
    } else if (firing instanceof Firing.Delta delta) {
      return DeltaTrigger.of(delta.threshold(), Windows::distance, TypeInformation.of(Item.class));
    } else if (firing instanceof Firing.Purging purging) {
      return PurgingTrigger.of(trigger(purging.nested()));
    }
    Firing.Timeout timeout = (Firing.Timeout) firing;
    return ProcessingTimeoutTrigger.of(
        trigger(timeout.nested()),
        Duration.ofMillis(timeout.millis()),
        timeout.reset(),
        timeout.clear());
  }

  private static Evictor<Item, Window> evictor(Evicting evicting) {
    if (evicting instanceof Evicting.Count count) {
      return (Evictor) CountEvictor.of(count.kept(), count.after());
    } else if (evicting instanceof Evicting.Time time) {
      return (Evictor) TimeEvictor.of(Duration.ofMillis(time.millis()), time.after());
    }
    Evicting.Delta delta = (Evicting.Delta) evicting;
    return DeltaEvictor.of(delta.threshold(), Windows::distance, delta.after());
  }

  private static double distance(Item one, Item other) {
    return Math.abs(other.value() - one.value());
  }

  private static String name(Window window) {
    return window instanceof TimeWindow time ? time.getStart() + " to " + time.getEnd() : "all";
  }

  /** A sum that changes in place and does not survive being merged into another. */
  static final class MutableSum implements AggregateFunction<Item, long[], Long> {
    @Override
    public long[] createAccumulator() {
      return new long[1];
    }

    @Override
    public long[] add(Item item, long[] sum) {
      sum[0] += item.value();
      return sum;
    }

    @Override
    public Long getResult(long[] sum) {
      return sum[0];
    }

    @Override
    public long[] merge(long[] left, long[] right) {
      right[0] += left[0];
      left[0] = -1;
      return right;
    }
  }

  /** Adds values. */
  static final class Join implements ReduceFunction<Item> {
    @Override
    public Item reduce(Item one, Item other) {
      return new Item(Math.min(one.key(), other.key()), one.value() + other.value(), "of several");
    }
  }

  /** A sum with its window. */
  static final class Total extends ProcessWindowFunction<Long, Item, Object, Window> {
    @Override
    public void process(Object key, Context context, Iterable<Long> sums, Collector<Item> out) {
      sums.forEach(
          sum -> out.collect(new Item(Translation.groupOf(key), sum, name(context.window()))));
    }
  }

  /** The same for all keys. */
  static final class TotalOfAll extends ProcessAllWindowFunction<Long, Item, Window> {
    @Override
    public void process(Context context, Iterable<Long> sums, Collector<Item> out) {
      sums.forEach(sum -> out.collect(new Item(0, sum, name(context.window()))));
    }
  }

  /** All records, and how often windows that do not merge have fired. */
  static final class Everything extends ProcessWindowFunction<Item, Item, Object, Window> {
    private final RandomWindow step;

    Everything(RandomWindow step) {
      this.step = step;
    }

    @Override
    public void process(Object key, Context context, Iterable<Item> items, Collector<Item> out)
        throws Exception {
      int fired = step.shape().merges() ? 0 : fired(context.windowState());
      out.collect(
          step.emitted(Translation.groupOf(key), list(items), name(context.window()), fired));
    }

    @Override
    public void clear(Context context) {
      if (!step.shape().merges()) {
        count(context.windowState()).clear();
      }
    }
  }

  /** The same for all keys. */
  static final class EverythingOfAll extends ProcessAllWindowFunction<Item, Item, Window> {
    private final RandomWindow step;

    EverythingOfAll(RandomWindow step) {
      this.step = step;
    }

    @Override
    public void process(Context context, Iterable<Item> items, Collector<Item> out)
        throws Exception {
      int fired = step.shape().merges() ? 0 : fired(context.windowState());
      out.collect(step.emitted(0, list(items), name(context.window()), fired));
    }

    @Override
    public void clear(Context context) {
      if (!step.shape().merges()) {
        count(context.windowState()).clear();
      }
    }
  }

  private static ValueState<Integer> count(KeyedStateStore states) {
    return states.getState(new ValueStateDescriptor<>("fired", Integer.class));
  }

  private static int fired(KeyedStateStore states) throws Exception {
    ValueState<Integer> count = count(states);
    int fired = count.value() == null ? 1 : count.value() + 1;
    count.update(fired);
    return fired;
  }

  private static List<Item> list(Iterable<Item> items) {
    List<Item> list = new ArrayList<>();
    items.forEach(list::add);
    return list;
  }
}
