package dev.weft.engine.worker;

import dev.weft.engine.operator.measure.OperatorMeasures;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.TaskMetrics;
import dev.weft.engine.protocol.UserMetrics;
import dev.weft.engine.world.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
  private final List<OperatorMeasures> measures = new ArrayList<>();
  private volatile UserMetrics user = UserMetrics.NONE;
  private volatile boolean asked;
  private boolean lastRead;

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

  /** What the functions of one more operator measure; before the task runs. */
  OperatorMeasures measures(String operator) {
    OperatorMeasures added = new OperatorMeasures(operator);
    measures.add(added);
    return added;
  }

  /** Has what functions measure read soon. */
  void ask() {
    asked = true;
  }

  /** Reads what functions measured when that is asked for or the end. On the task's thread. */
  void read(boolean last, Clock clock) {
    if (asked || last && !lastRead) {
      asked = false;
      lastRead = last;
      long nowMillis = clock.currentTimeMillis();
      Map<String, Double> values = new TreeMap<>();
      List<UserMetrics.AccumulatorBytes> sums = new ArrayList<>();
      measures.forEach(operator -> operator.read(nowMillis, values, sums));
      user = new UserMetrics(values, sums);
    }
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
        late.get(),
        user);
  }
}
