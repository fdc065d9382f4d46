package dev.weft.engine.operator.window;

import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.functions.windowing.ProcessWindowFunction;
import dev.weft.api.graph.WindowOperation;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.TypeInformation.CustomType;
import dev.weft.api.types.TypeSerializer;
import dev.weft.api.windowing.assigners.AlignedTimeWindows;
import dev.weft.api.windowing.assigners.GlobalWindows;
import dev.weft.api.windowing.assigners.MergingWindowAssigner;
import dev.weft.api.windowing.assigners.WindowAssigner;
import dev.weft.api.windowing.evictors.Evictor;
import dev.weft.api.windowing.evictors.TimestampedValue;
import dev.weft.api.windowing.triggers.Trigger;
import dev.weft.api.windowing.triggers.TriggerResult;
import dev.weft.api.windowing.windows.Window;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.operator.EventTimeStamper;
import dev.weft.engine.operator.KeyedOperator;
import dev.weft.engine.operator.Output;
import dev.weft.engine.protocol.ChainSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/**
 * Windows of any assigner, trigger and evictor: what a window holds lies in the row of its key, and
 * timers carry the window's number. Each record costs one update per window that it belongs to.
 */
final class AnyWindowOperator extends KeyedOperator {
  private final WindowOperation<?, ?, ?> operation;
  private final WindowAssigner<Object, Window> assigner;
  private final boolean eventTime;
  private final Trigger<Object, Window> trigger;
  private final Evictor<Object, Window> evictor;
  private final AggregateFunction<Object, Object, Object> aggregate;
  private final ProcessWindowFunction<Object, Object, Object, Window> process;
  private final WindowLateness lateness;
  private final TriggerCall call;
  private final WindowCall processCall;
  private final AssignerCall assignerCall;
  private final EvictorCall evictorCall;
  private WindowNumbers numbers;
  private OpenWindows open;
  private WindowContents contents;

  @SuppressWarnings("unchecked")
  AnyWindowOperator(ChainSpec.OperatorSpec spec, WindowOperation<?, ?, ?> operation) {
    super(spec, operation.aggregate(), operation.process());
    this.operation = operation;
    this.assigner = (WindowAssigner<Object, Window>) required(operation.assigner(), spec);
    this.eventTime = assigner.isEventTime();
    this.trigger =
        operation.trigger() == null
            ? assigner.getDefaultTrigger()
            : (Trigger<Object, Window>) operation.trigger();
    this.evictor = (Evictor<Object, Window>) operation.evictor();
    this.aggregate = (AggregateFunction<Object, Object, Object>) operation.aggregate();
    this.process =
        (ProcessWindowFunction<Object, Object, Object, Window>)
            (ProcessWindowFunction<?, ?, ?, ?>) operation.process();
    this.lateness = new WindowLateness(operation.allowedLatenessMillis(), eventTime);
    this.call = new TriggerCall(this);
    this.processCall = process == null ? null : new WindowCall(this, process);
    this.assignerCall = new AssignerCall(this);
    this.evictorCall = new EvictorCall(this);
  }

  @Override
  @SuppressWarnings({"unchecked", "rawtypes"})
  protected void declareState() {
    TypeInformation<Window> windowType =
        new CustomType<>(Window.class, (TypeSerializer) assigner.getWindowSerializer());
    if (aggregate != null && evictor == null) {
      contents =
          WindowContents.folded(
              store, windowType, aggregate, (TypeInformation<Object>) operation.accumulatorType());
    } else {
      contents =
          WindowContents.records(
              store, windowType, (TypeInformation<Object>) spec.inputType(), evictor != null);
    }
    if (operation.assigner() instanceof AlignedTimeWindows aligned) {
      numbers = WindowNumbers.ofSize(aligned.sizeMillis());
    } else if (operation.assigner() instanceof GlobalWindows) {
      numbers = WindowNumbers.global();
    } else {
      open = new OpenWindows(store, windowType);
      numbers = open;
    }
    call.states = new WindowStates(store, windowType, SavedWindows.TRIGGER_STATE);
    if (process != null) {
      processCall.states(windowType, assigner instanceof MergingWindowAssigner<?, ?>);
    }
  }

  @Override
  protected void processKeyed(int input, ObjectBatch batch, Output out) throws Exception {
    int size = batch.size();
    for (int row = 0; row < size; row++) {
      store.selectKey(keys[row], hashes[row]);
      handle(batch.value(row), batch.timestamp(row), out);
    }
  }

  @Override
  protected void eventTimeReached(long newWatermark, Output out) throws Exception {
    timers.fireEvent(newWatermark, (time, number) -> onTimer(true, time, number, out));
  }

  /** Timers wait until their millisecond is over: records that come in it belong to the window. */
  @Override
  public void onProcessingTime(long now, Output out) throws Exception {
    collector.begin(out);
    try {
      timers.fireProcessing(
          now == Long.MAX_VALUE ? now : now - 1,
          (time, number) -> onTimer(false, time, number, out));
      collector.check();
    } finally {
      collector.end();
    }
  }

  @Override
  public long nextProcessingTime() {
    long next = timers.nextProcessing();
    return next == Long.MAX_VALUE ? next : next + 1;
  }

  /** Handles a record, whose key is selected. */
  void handle(Object value, long timestamp, Output out) throws Exception {
    if (eventTime) {
      checkTimestamp(value, timestamp);
    }
    Collection<Window> windows;
    try {
      windows = assigner.assignWindows(value, timestamp, assignerCall);
    } catch (Throwable t) {
      throw site.atRecord(t, value, timestamp);
    }
    boolean skipped = true;
    for (Window assigned : windows) {
      Window window = assigned;
      if (assigner instanceof MergingWindowAssigner<?, ?>) {
        window = merged(assigned, value, timestamp);
      } else if (lateness.isLate(window, watermark)) {
        window = null;
      }
      if (window != null) {
        skipped = false;
        add(window, value, timestamp, out);
      }
    }
    if (skipped && lateness.isLate(timestamp, watermark)) {
      late(value, timestamp, out);
    }
  }

  private void checkTimestamp(Object value, long timestamp) {
    if (timestamp == ObjectBatch.NO_TIMESTAMP) {
      throw site.misuseAt(
          value,
          timestamp,
          "needs event time but a record has none; give the stream a WatermarkStrategy with a"
              + " timestamp assigner");
    }
    EventTimeStamper.checkRange(site, value, timestamp);
  }

  private void late(Object value, long timestamp, Output out) {
    if (operation.lateOutput() == null) {
      context.countLateRecord();
    } else {
      out.emit(operation.lateOutput(), value, timestamp);
    }
  }

  private void add(Window window, Object value, long timestamp, Output out) throws Exception {
    boolean added;
    try {
      added =
          contents.add(
              window,
              value,
              eventTime || timestamp != ObjectBatch.NO_TIMESTAMP
                  ? timestamp
                  : context.clock().currentTimeMillis());
    } catch (Throwable t) {
      throw site.atRecord(t, value, timestamp);
    }
    if (!added) {
      throw site.misuseAt(
          value, timestamp, "got null from the aggregate's add; return the accumulator");
    }
    call.at(window);
    TriggerResult result;
    try {
      result = trigger.onElement(value, timestamp, window, call);
    } catch (Throwable t) {
      throw site.inCall(
          "onElement of "
              + trigger.getClass().getSimpleName()
              + " for "
              + window
              + ofKey()
              + " and record "
              + value,
          t);
    }
    act(result, window, out);
    long cleanup = lateness.cleanupTime(window);
    if (cleanup != Long.MAX_VALUE) {
      if (eventTime) {
        timers.setEvent(cleanup, numbers.numberOf(window));
      } else {
        timers.setProcessing(cleanup, numbers.numberOf(window));
      }
    }
  }

  private void act(TriggerResult result, Window window, Output out) throws Exception {
    if (result == null) {
      throw site.misuse(
          "got null from "
              + trigger.getClass().getSimpleName()
              + " for "
              + window
              + ofKey()
              + "; return a TriggerResult");
    }
    if (result.isFire()) {
      fire(window, out);
    }
    if (result.isPurge()) {
      contents.clear(window);
    }
  }

  private void onTimer(boolean byEvent, long time, long number, Output out) throws Exception {
    Window window = numbers.find(number);
    if (window == null) {
      return;
    }
    call.at(window);
    TriggerResult result;
    try {
      result =
          byEvent
              ? trigger.onEventTime(time, window, call)
              : trigger.onProcessingTime(time, window, call);
    } catch (Throwable t) {
      throw site.inCall(
          (byEvent ? "onEventTime of " : "onProcessingTime of ")
              + trigger.getClass().getSimpleName()
              + " for "
              + window
              + ofKey(),
          t);
    }
    act(result, window, out);
    if (ends(window, byEvent, time)) {
      forget(window);
    }
  }

  private void forget(Window window) throws Exception {
    contents.clear(window);
    clearTrigger(window);
    numbers.forget(window);
    if (process != null) {
      processCall.at(window);
      try {
        process.clear(processCall);
      } catch (Throwable t) {
        throw site.inCall("clear of " + window + ofKey(), t);
      }
    }
  }

  private void clearTrigger(Window window) throws Exception {
    call.at(window);
    try {
      trigger.clear(window, call);
    } catch (Throwable t) {
      throw site.inCall(
          "clear of " + trigger.getClass().getSimpleName() + " for " + window + ofKey(), t);
    }
  }

  /** The window that a record's own window has become part of, or null when it is late. */
  private Window merged(Window assigned, Object value, long timestamp) throws Exception {
    if (open.contains(assigned)) {
      return assigned;
    }
    List<Window> all = open.all();
    all.add(assigned);
    List<Merge> merges = new ArrayList<>();
    try {
      ((MergingWindowAssigner<Object, Window>) assigner)
          .mergeWindows(all, (from, to) -> merges.add(new Merge(new ArrayList<>(from), to)));
    } catch (Throwable t) {
      throw site.atRecord(t, value, timestamp);
    }
    Window result = assigned;
    for (Merge merge : merges) {
      if (merge.from.remove(assigned)) {
        result = merge.to;
      }
      boolean grows = merge.from.size() != 1 || !merge.from.contains(merge.to);
      if (grows && !merge.from.isEmpty()) {
        merge(merge.from, merge.to);
      }
    }
    if (lateness.isLate(result, watermark)) {
      return null;
    }
    numbers.numberOf(result);
    return result;
  }

  /** Windows that become one. */
  private record Merge(List<Window> from, Window to) {}

  private void merge(List<Window> from, Window to) throws Exception {
    call.at(to);
    call.merged = from;
    try {
      trigger.onMerge(to, call);
    } catch (Throwable t) {
      throw site.inCall(
          "onMerge of " + trigger.getClass().getSimpleName() + " for " + to + ofKey(), t);
    }
    call.merged = List.of();
    for (Window each : from) {
      if (!each.equals(to)) {
        clearTrigger(each);
        long cleanup = lateness.cleanupTime(each);
        if (eventTime) {
          timers.clearEvent(cleanup, numbers.numberOf(each));
        } else {
          timers.clearProcessing(cleanup, numbers.numberOf(each));
        }
      }
    }
    try {
      contents.merge(from, to);
    } catch (Throwable t) {
      throw site.inCall("merge of the accumulators of " + from + ofKey(), t);
    }
    for (Window each : from) {
      if (!each.equals(to)) {
        numbers.forget(each);
      }
    }
  }

  /** Emits what a window of the current key holds. */
  private void fire(Window window, Output out) throws Exception {
    if (evictor != null) {
      fireEvicting(window, out);
    } else if (aggregate != null) {
      Object accumulator = contents.accumulator(window);
      if (accumulator != null) {
        emitResult(accumulator, window, out);
      }
    } else {
      List<Object> records = contents.records(window);
      if (records != null) {
        emit(records, window);
      }
    }
  }

  private void emitResult(Object accumulator, Window window, Output out) throws Exception {
    Object result;
    try {
      result = aggregate.getResult(accumulator);
    } catch (Throwable t) {
      throw site.inCall("getResult of " + window + ofKey(), t);
    }
    if (process == null) {
      out.emit(result, window.maxTimestamp());
    } else {
      emit(Collections.singletonList(result), window);
    }
  }

  private void emit(Iterable<Object> elements, Window window) throws Exception {
    collector.timestamp(window.maxTimestamp());
    processCall.at(window);
    try {
      process.process(store.currentKey(), processCall, elements, collector);
    } catch (Throwable t) {
      collector.check();
      throw site.inCall("process of " + window + ofKey(), t);
    }
  }

  private void fireEvicting(Window window, Output out) throws Exception {
    List<TimestampedValue<Object>> timed = contents.timedRecords(window);
    if (timed == null) {
      return;
    }
    int before = timed.size();
    try {
      evictor.evictBefore(timed, before, window, evictorCall);
    } catch (Throwable t) {
      throw site.inCall("evictBefore of " + window + ofKey(), t);
    }
    List<Object> values = new ArrayList<>(timed.size());
    timed.forEach(each -> values.add(each.value()));
    if (aggregate == null) {
      emit(values, window);
    } else if (!values.isEmpty()) {
      Object accumulator = aggregate.createAccumulator();
      for (Object value : values) {
        try {
          accumulator = aggregate.add(value, accumulator);
        } catch (Throwable t) {
          throw site.atRecord(t, value, ObjectBatch.NO_TIMESTAMP);
        }
      }
      emitResult(accumulator, window, out);
    }
    try {
      evictor.evictAfter(timed, timed.size(), window, evictorCall);
    } catch (Throwable t) {
      throw site.inCall("evictAfter of " + window + ofKey(), t);
    }
    if (timed.size() != before) {
      contents.replace(window, timed);
    }
  }

  private String ofKey() {
    return " of key " + store.currentKey();
  }

  /** Whether a timer ends a window, which is not for its trigger to undo. */
  boolean ends(Window window, boolean byEvent, long time) {
    return byEvent == eventTime && time == lateness.cleanupTime(window);
  }

  /** The number of a window for a timer. */
  long numberOf(Window window) throws Exception {
    return numbers.numberOf(window);
  }
}
