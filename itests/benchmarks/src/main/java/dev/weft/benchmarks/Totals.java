package dev.weft.benchmarks;

import dev.weft.api.functions.Collector;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.functions.ProcessFunction;
import java.io.Serializable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;

/** Sums that jobs of this process leave behind when their functions are closed. */
final class Totals {
  private static final long CLOSE_SECONDS_MAX = 30;
  private static final Map<String, LongAdder> SUMS = new ConcurrentHashMap<>();
  private static final Phaser OPEN = new Phaser(1);

  private Totals() {}

  /** Forgets all sums. */
  static void clear() {
    SUMS.clear();
  }

  /** A function begins that will add. */
  static void open() {
    OPEN.register();
  }

  /** A function ends with its sum. */
  static void close(String name, long value) {
    SUMS.computeIfAbsent(name, key -> new LongAdder()).add(value);
    OPEN.arriveAndDeregister();
  }

  /** Waits until every function that began has ended; a job counts as finished before that. */
  static void awaitClosed() throws InterruptedException, TimeoutException {
    OPEN.awaitAdvanceInterruptibly(OPEN.arrive(), CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
  }

  static long of(String name) {
    LongAdder sum = SUMS.get(name);
    return sum == null ? 0 : sum.sum();
  }

  /** Takes a number out of a record. */
  interface NumberOf<T> extends Serializable {
    long of(T value);
  }

  /** Takes all records, adds up a number of each and emits nothing. */
  static final class Absorb<T> extends ProcessFunction<T, Long> {
    private final String name;
    private final NumberOf<T> number;
    private long sum;

    Absorb(String name, NumberOf<T> number) {
      this.name = name;
      this.number = number;
    }

    @Override
    public void processElement(T value, Context ctx, Collector<Long> out) {
      sum += number.of(value);
    }

    @Override
    public void open(OpenContext context) {
      Totals.open();
    }

    @Override
    public void close() {
      Totals.close(name, sum);
    }
  }
}
