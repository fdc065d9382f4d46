package dev.weft.simulator;

import dev.weft.api.functions.Collector;
import dev.weft.api.functions.KeyedProcessFunction;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts the records of each key and notices at once when one is missing, repeated or out of order:
 * the number of the record that must come follows from the count.
 */
final class SequenceChecker extends KeyedProcessFunction<String, LedgerRecord, LedgerRecord> {
  private static final Map<Long, String> BROKEN = new ConcurrentHashMap<>();

  private final long run;
  private final int keys;
  private final String padding;
  private transient ValueState<Long> count;
  private transient ValueState<String> pad;

  /**
   * A checker.
   *
   * @param run tells simulations in this process apart
   */
  SequenceChecker(long run, int keys, int padding) {
    this.run = run;
    this.keys = keys;
    this.padding = "x".repeat(padding);
  }

  @Override
  public void open(OpenContext context) {
    count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Long.class));
    pad = getRuntimeContext().getState(new ValueStateDescriptor<>("padding", String.class));
  }

  @Override
  public void processElement(LedgerRecord record, Context context, Collector<LedgerRecord> out)
      throws Exception {
    long before = count.value() == null ? 0 : count.value();
    if (record.number() / keys != before) {
      String problem =
          "key " + record.key() + " has " + before + " records and gets number " + record.number();
      throw broken(run, problem);
    }
    count.update(before + 1);
    if (before == 0 && !padding.isEmpty()) {
      pad.update(padding);
    }
    out.collect(record.withCount(before + 1));
  }

  /** Notes that a run is wrong, and says so to the caller of user code. */
  static IllegalStateException broken(long run, String problem) {
    BROKEN.putIfAbsent(run, problem);
    return new IllegalStateException(problem);
  }

  /** What was noticed first in a run and is forgotten now; null for nothing. */
  static String takeProblem(long run) {
    return BROKEN.isEmpty() ? null : BROKEN.remove(run);
  }
}
