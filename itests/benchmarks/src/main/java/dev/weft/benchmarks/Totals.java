package dev.weft.benchmarks;

import dev.weft.api.functions.Collector;
import dev.weft.api.functions.ProcessFunction;
import java.io.Serializable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Sums that jobs of this process leave behind. */
final class Totals {
  private static final Map<String, LongAdder> SUMS = new ConcurrentHashMap<>();

  private Totals() {}

  /** Forgets all sums. */
  static void clear() {
    SUMS.clear();
  }

  static void add(String name, long value) {
    SUMS.computeIfAbsent(name, key -> new LongAdder()).add(value);
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
    public void close() {
      Totals.add(name, sum);
    }
  }
}
