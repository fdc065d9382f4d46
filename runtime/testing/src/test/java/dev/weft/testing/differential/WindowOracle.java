package dev.weft.testing.differential;

import dev.weft.testing.differential.RandomWindow.Evicting;
import dev.weft.testing.differential.RandomWindow.Firing;
import dev.weft.testing.differential.RandomWindow.Result;
import dev.weft.testing.differential.RandomWindow.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * Says what a windowed step emits: every open window is an object with all its records, its timers
 * and what its trigger remembers, and all are looked through again for every event.
 */
final class WindowOracle {
  private final RandomWindow step;
  private final Out out;
  private final Out late;
  private final List<Open> windows = new ArrayList<>();
  private long watermark = Long.MIN_VALUE;
  private long clock;

  /** Takes what is emitted. */
  interface Out {
    void emit(Item item, long timestamp);
  }

  /** A record of a window, told apart from others that are equal. */
  private static final class Held {
    final Item item;
    final long timestamp;

    Held(Item item, long timestamp) {
      this.item = item;
      this.timestamp = timestamp;
    }
  }

  /** A window that is not forgotten yet. */
  private static final class Open {
    final int group;
    final long begin;
    final long last;
    final List<Held> records = new ArrayList<>();
    final TreeSet<Long> eventTimers = new TreeSet<>();
    final TreeSet<Long> clockTimers = new TreeSet<>();
    int fired;

    // what triggers remember
    int counted;
    Long due;
    Item delta;
    Long timeout;

    Open(int group, long begin, long last) {
      this.group = group;
      this.begin = begin;
      this.last = last;
    }

    boolean is(Open other) {
      return group == other.group && begin == other.begin && last == other.last;
    }
  }

  /** What a trigger wants. */
  private enum Want {
    NOTHING,
    FIRE,
    FIRE_AND_PURGE
  }

  WindowOracle(RandomWindow step, Out out, Out late) {
    this.step = step;
    this.out = out;
    this.late = late;
  }

  private Firing firing() {
    if (step.firing() != null) {
      return step.firing();
    }
    return switch (step.shape()) {
      case COUNT -> new Firing.Purging(new Firing.Count(step.size()));
      case COUNT_SLIDE -> new Firing.Count(step.slide());
      case GLOBAL -> new Firing.Count(Integer.MAX_VALUE);
      default -> step.eventTime() ? new Firing.EventTime() : new Firing.ProcessingTime();
    };
  }

  private boolean byEvent() {
    return step.eventTime() && !step.shape().global();
  }

  void row(int group, Item item, long timestamp) {
    int of = step.all() ? 0 : group;
    boolean skipped = true;
    for (Open assigned : assigned(of, item, byEvent() ? timestamp : clock)) {
      Open window = step.shape().merges() ? merged(assigned) : opened(assigned);
      if (window == null) {
        continue;
      }
      skipped = false;
      window.records.add(new Held(item, timestamp));
      act(onRecord(firing(), window, item, timestamp), window);
      setCleanup(window);
    }
    if (skipped && byEvent() && timestamp + step.lateness() <= watermark) {
      late.emit(item, timestamp);
    }
  }

  private List<Open> assigned(int group, Item item, long time) {
    List<Open> found = new ArrayList<>();
    if (step.shape().global()) {
      found.add(new Open(group, Long.MIN_VALUE, Long.MAX_VALUE));
    } else if (step.shape().merges()) {
      found.add(new Open(group, time, time + step.gap(item) - 1));
    } else {
      for (long begin = time - step.size() + 1; begin <= time; begin++) {
        if (Math.floorMod(begin - step.offset(), step.slide()) == 0) {
          found.add(new Open(group, begin, begin + step.size() - 1));
        }
      }
    }
    return found;
  }

  /** The window as it is open already, or the new one, or null when it was forgotten. */
  private Open opened(Open assigned) {
    if (byEvent() && cleanup(assigned) <= watermark) {
      return null;
    }
    for (Open open : windows) {
      if (open.is(assigned)) {
        return open;
      }
    }
    windows.add(assigned);
    return assigned;
  }

  /** What a session becomes with all that it touches, or null when that was forgotten. */
  private Open merged(Open assigned) {
    List<Open> touched =
        windows.stream()
            .filter(
                open ->
                    open.group == assigned.group
                        && open.begin <= assigned.last + 1
                        && assigned.begin <= open.last + 1)
            .toList();
    long begin = assigned.begin;
    long last = assigned.last;
    for (Open open : touched) {
      begin = Math.min(begin, open.begin);
      last = Math.max(last, open.last);
    }
    if (touched.size() == 1 && touched.get(0).begin == begin && touched.get(0).last == last) {
      return touched.get(0);
    }
    Open whole = new Open(assigned.group, begin, last);
    if (byEvent() && cleanup(whole) <= watermark) {
      return null;
    }
    windows.removeAll(touched);
    windows.add(whole);
    if (touched.isEmpty()) {
      return whole;
    }
    for (Open open : touched) {
      whole.records.addAll(open.records);
      whole.counted += open.counted;
      if (open.due != null) {
        whole.due = whole.due == null ? open.due : Long.valueOf(Math.min(whole.due, open.due));
      }
    }
    onMerge(firing(), whole);
    return whole;
  }

  /** The last moment of a window; the window is forgotten when it has passed. */
  private long cleanup(Open window) {
    return window.last == Long.MAX_VALUE || !byEvent()
        ? window.last
        : window.last + step.lateness();
  }

  private void setCleanup(Open window) {
    if (cleanup(window) != Long.MAX_VALUE) {
      (byEvent() ? window.eventTimers : window.clockTimers).add(cleanup(window));
    }
  }

  void watermark(long timestamp) {
    watermark = timestamp;
    fireDue(true, timestamp);
  }

  void time(long millis) {
    clock = millis;
    settle();
  }

  /** Fires the timers of the wall clock that a batch has set for a moment that has passed. */
  void settle() {
    // the last moment of a window must have passed
    fireDue(false, clock - 1);
  }

  private void fireDue(boolean event, long upTo) {
    while (true) {
      Open first =
          windows.stream()
              .filter(open -> !timers(open, event).isEmpty())
              .min(Comparator.comparingLong(open -> timers(open, event).first()))
              .orElse(null);
      if (first == null || timers(first, event).first() > upTo) {
        return;
      }
      long time = timers(first, event).pollFirst();
      act(onTimer(firing(), event, time, first), first);
      if (event == byEvent() && time == cleanup(first)) {
        windows.remove(first);
      }
    }
  }

  private static TreeSet<Long> timers(Open window, boolean event) {
    return event ? window.eventTimers : window.clockTimers;
  }

  private void act(Want want, Open window) {
    if (want != Want.NOTHING && !window.records.isEmpty()) {
      evict(window, false);
      emit(window);
      evict(window, true);
    }
    if (want == Want.FIRE_AND_PURGE) {
      window.records.clear();
    }
  }

  private void evict(Open window, boolean after) {
    Evicting evicting =
        step.shape() == Shape.COUNT_SLIDE
            ? new Evicting.Count(step.size(), false)
            : step.evicting();
    if (evicting != null) {
      window.records.removeAll(surplus(evicting, after, window.records));
    }
  }

  private void emit(Open window) {
    if (window.records.isEmpty() && step.result() != Result.PROCESS) {
      return;
    }
    window.fired++;
    List<Item> items = window.records.stream().map(held -> held.item).toList();
    String name = step.shape().global() ? "all" : window.begin + " to " + (window.last + 1);
    int fired = step.shape().merges() ? 0 : window.fired;
    out.emit(step.emitted(window.group, items, name, fired), window.last);
  }

  private static List<Held> surplus(Evicting evicting, boolean after, List<Held> records) {
    if (records.isEmpty()) {
      return List.of();
    }
    if (evicting instanceof Evicting.Count count && count.after() == after) {
      return List.copyOf(records.subList(0, Math.max(0, records.size() - count.kept())));
    }
    if (evicting instanceof Evicting.Time time && time.after() == after) {
      long latest = records.stream().mapToLong(held -> held.timestamp).max().orElseThrow();
      return records.stream().filter(r -> r.timestamp <= latest - time.millis()).toList();
    }
    if (evicting instanceof Evicting.Delta delta && delta.after() == after) {
      Item last = records.get(records.size() - 1).item;
      return records.stream()
          .filter(r -> Math.abs(last.value() - r.item.value()) >= delta.threshold())
          .toList();
    }
    return List.of();
  }

  private Want onRecord(Firing firing, Open window, Item item, long timestamp) {
    if (firing instanceof Firing.EventTime) {
      if (window.last <= watermark) {
        return Want.FIRE;
      }
      window.eventTimers.add(window.last);
      return Want.NOTHING;
    }
    if (firing instanceof Firing.ProcessingTime) {
      window.clockTimers.add(window.last);
      return Want.NOTHING;
    }
    if (firing instanceof Firing.Count count) {
      window.counted++;
      if (window.counted < count.count()) {
        return Want.NOTHING;
      }
      window.counted = 0;
      return Want.FIRE;
    }
    if (firing instanceof Firing.ContinuousEventTime continuous) {
      if (window.last <= watermark) {
        return Want.FIRE;
      }
      window.eventTimers.add(window.last);
      if (window.due == null) {
        next(window, true, regular(timestamp, continuous.interval()), continuous.interval());
      }
      return Want.NOTHING;
    }
    if (firing instanceof Firing.ContinuousProcessingTime continuous) {
      if (window.due == null) {
        next(window, false, regular(clock, continuous.interval()), continuous.interval());
      }
      return Want.NOTHING;
    }
    if (firing instanceof Firing.Delta delta) {
      if (window.delta == null) {
        window.delta = item;
        return Want.NOTHING;
      }
      if (Math.abs(item.value() - window.delta.value()) <= delta.threshold()) {
        return Want.NOTHING;
      }
      window.delta = item;
      return Want.FIRE;
    }
    if (firing instanceof Firing.Purging purging) {
      return purging(onRecord(purging.nested(), window, item, timestamp));
    }
    Firing.Timeout timeout = (Firing.Timeout) firing;
    Want want = onRecord(timeout.nested(), window, item, timestamp);
    if (want != Want.NOTHING) {
      clear(timeout, window);
    } else if (window.timeout == null || timeout.reset()) {
      forgetTimer(window, false, window.timeout);
      window.timeout = clock + timeout.millis();
      window.clockTimers.add(window.timeout);
    }
    return want;
  }

  private static long regular(long time, int interval) {
    return Math.floorDiv(time, interval) * interval;
  }

  /** The next moment, not after the window's last. */
  private void next(Open window, boolean event, long from, int interval) {
    window.due = Math.min(from + interval, window.last);
    timers(window, event).add(window.due);
  }

  private Want onTimer(Firing firing, boolean event, long time, Open window) {
    if (firing instanceof Firing.EventTime) {
      return event && time == window.last ? Want.FIRE : Want.NOTHING;
    }
    if (firing instanceof Firing.ProcessingTime) {
      return event ? Want.NOTHING : Want.FIRE;
    }
    if (firing instanceof Firing.ContinuousEventTime continuous) {
      return event ? onRegular(window, true, time, continuous.interval()) : Want.NOTHING;
    }
    if (firing instanceof Firing.ContinuousProcessingTime continuous) {
      return event ? Want.NOTHING : onRegular(window, false, time, continuous.interval());
    }
    if (firing instanceof Firing.Purging purging) {
      return purging(onTimer(purging.nested(), event, time, window));
    }
    if (firing instanceof Firing.Timeout timeout) {
      return onTimeout(timeout, event, time, window);
    }
    return Want.NOTHING;
  }

  private Want onRegular(Open window, boolean event, long time, int interval) {
    if (event && time == window.last) {
      return Want.FIRE;
    }
    if (window.due == null || window.due != time) {
      return Want.NOTHING;
    }
    window.due = null;
    if (time == window.last) {
      return Want.FIRE;
    }
    if (window.last == Long.MAX_VALUE && event && watermark == Long.MAX_VALUE) {
      // nothing can come between the moments that are left
      window.due = window.last;
      window.eventTimers.add(window.last);
    } else {
      next(window, event, time, interval);
    }
    return Want.FIRE;
  }

  private Want onTimeout(Firing.Timeout timeout, boolean event, long time, Open window) {
    Want want = onTimer(timeout.nested(), event, time, window);
    if (timeout.clear()) {
      clear(timeout, window);
    }
    return want == Want.FIRE_AND_PURGE ? want : Want.FIRE;
  }

  private static Want purging(Want want) {
    return want == Want.NOTHING ? want : Want.FIRE_AND_PURGE;
  }

  private void onMerge(Firing firing, Open window) {
    if (firing instanceof Firing.Purging purging) {
      onMerge(purging.nested(), window);
    } else if (firing instanceof Firing.EventTime && window.last > watermark) {
      window.eventTimers.add(window.last);
    } else if (firing instanceof Firing.ProcessingTime && window.last > clock) {
      window.clockTimers.add(window.last);
    } else if (firing instanceof Firing.ContinuousEventTime) {
      if (window.due != null) {
        window.eventTimers.add(window.due);
      }
      if (window.last > watermark) {
        window.eventTimers.add(window.last);
      }
    } else if (firing instanceof Firing.ContinuousProcessingTime && window.due != null) {
      window.clockTimers.add(window.due);
    }
  }

  private void clear(Firing firing, Open window) {
    if (firing instanceof Firing.Timeout timeout) {
      forgetTimer(window, false, window.timeout);
      window.timeout = null;
      clear(timeout.nested(), window);
    } else if (firing instanceof Firing.Purging purging) {
      clear(purging.nested(), window);
    } else if (firing instanceof Firing.EventTime) {
      forgetTimer(window, true, window.last);
    } else if (firing instanceof Firing.ProcessingTime) {
      forgetTimer(window, false, window.last);
    } else if (firing instanceof Firing.Count) {
      window.counted = 0;
    } else if (firing instanceof Firing.Delta) {
      window.delta = null;
    } else {
      boolean event = firing instanceof Firing.ContinuousEventTime;
      forgetTimer(window, event, window.due);
      window.due = null;
      if (event) {
        forgetTimer(window, true, window.last);
      }
    }
  }

  /** What ends a window is not the trigger's to forget. */
  private void forgetTimer(Open window, boolean event, Long time) {
    if (time != null && !(event == byEvent() && time == cleanup(window))) {
      timers(window, event).remove(time);
    }
  }
}
