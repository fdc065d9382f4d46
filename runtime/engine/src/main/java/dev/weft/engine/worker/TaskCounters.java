package dev.weft.engine.worker;

import dev.weft.api.functions.Counter;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.TaskMetrics;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one task counts. The task's thread is the only writer and publishes with ordered stores once
 * per call; the control thread reads.
 */
final class TaskCounters {
  private final AtomicLong recordsIn = new AtomicLong();
  private final AtomicLong recordsOut = new AtomicLong();
  private final AtomicLong bytesIn = new AtomicLong();
  private final AtomicLong bytesOut = new AtomicLong();
  private final AtomicLong watermark = new AtomicLong(Long.MIN_VALUE);
  private final AtomicLong late = new AtomicLong();
  private final Map<String, UserCounter> user = new ConcurrentSkipListMap<>();

  void records(long in, long out) {
    recordsIn.lazySet(in);
    recordsOut.lazySet(out);
  }

  void watermark(long timestamp) {
    watermark.lazySet(timestamp);
  }

  void received(int bytes) {
    bytesIn.lazySet(bytesIn.getPlain() + bytes);
  }

  void sent(int bytes) {
    bytesOut.lazySet(bytesOut.getPlain() + bytes);
  }

  void lateRecord() {
    late.lazySet(late.getPlain() + 1);
  }

  Counter counter(String name) {
    return user.computeIfAbsent(name, ignored -> new UserCounter());
  }

  TaskMetrics metrics(TaskId task, int attempt, long busyNanos) {
    return new TaskMetrics(
        task,
        attempt,
        recordsIn.get(),
        recordsOut.get(),
        bytesIn.get(),
        bytesOut.get(),
        watermark.get(),
        busyNanos,
        late.get());
  }

  /** Adds the user's counters to those of other tasks. */
  void addTo(Map<String, Long> gauges) {
    user.forEach((name, counter) -> gauges.merge("counter." + name, counter.getCount(), Long::sum));
  }

  /** A counter that one thread writes. */
  private static final class UserCounter implements Counter {
    private final AtomicLong sum = new AtomicLong();

    @Override
    public void inc(long count) {
      sum.lazySet(sum.getPlain() + count);
    }

    @Override
    public long getCount() {
      return sum.get();
    }
  }
}
