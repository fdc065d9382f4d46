package dev.weft.simulator;

import dev.weft.api.DataStream;
import dev.weft.api.eventtime.WatermarkStrategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The operators of a simulated job. Every record of the ledger comes out once, with a value that
 * follows from the steps; the order of a key is kept up to the checker of sequences only.
 *
 * @param before steps ahead of the checker
 * @param after steps behind it
 * @param watermarks whether event time goes on before the input ends
 */
record JobGraph(List<GraphStep> before, List<GraphStep> after, boolean watermarks) {
  private static final int STEPS_MAX = 5;
  private static final List<GraphStep> ORDERLY = List.of(GraphStep.MAP, GraphStep.BROADCAST);
  private static final Duration DISORDER = Duration.ofMillis(50);
  private static final Duration WINDOW = Duration.ofMillis(300);

  static JobGraph draw(long seed, Workload workload) {
    SplittableRandom random = new SplittableRandom(seed * 23 + 11);
    List<GraphStep> before = new ArrayList<>();
    List<GraphStep> after = new ArrayList<>();
    int steps = random.nextInt(3) == 0 ? 0 : random.nextInt(1, STEPS_MAX + 1);
    GraphStep[] all = GraphStep.values();
    for (int i = 0; i < steps; i++) {
      if (random.nextInt(4) == 0) {
        // behind a step with keys the records of a partition are no longer in order
        boolean ordered = !before.contains(GraphStep.BROADCAST);
        before.add(ordered ? ORDERLY.get(random.nextInt(ORDERLY.size())) : GraphStep.MAP);
      } else {
        after.add(all[random.nextInt(all.length)]);
      }
    }
    // the broadcast step checks the order of what it keeps
    after.replaceAll(step -> step == GraphStep.BROADCAST ? GraphStep.MAP : step);
    boolean wanted = random.nextInt(3) > 0;
    // joins drop what is late: what was held back before, or a partition that lags behind others
    boolean held = after.stream().anyMatch(step -> !step.exact && step != GraphStep.JOIN);
    boolean lateness = after.contains(GraphStep.JOIN) && (held || workload.partitions() > 1);
    return new JobGraph(List.copyOf(before), List.copyOf(after), wanted && !lateness);
  }

  /** Whether every record that was read is in a channel, in staged output or visible. */
  boolean exact() {
    return after.stream().allMatch(step -> step.exact);
  }

  /** The value that a record has when it comes out. */
  long valueAfter(long value) {
    long result = value;
    for (int i = 0; i < before.size() + after.size(); i++) {
      result = GraphFunctions.change(result, i);
    }
    return result;
  }

  WatermarkStrategy<LedgerRecord> watermarkStrategy() {
    WatermarkStrategy<LedgerRecord> strategy =
        watermarks
            ? WatermarkStrategy.forBoundedOutOfOrderness(DISORDER)
            : WatermarkStrategy.noWatermarks();
    return strategy.withTimestampAssigner((record, before) -> GraphFunctions.time(record));
  }

  /**
   * Adds the steps and the checker.
   *
   * @param pipeline what the names of the steps end with
   * @param run tells simulations in this process apart
   */
  DataStream<LedgerRecord> build(
      DataStream<LedgerRecord> source, String pipeline, long run, Workload workload) {
    DataStream<LedgerRecord> stream = source;
    int number = 0;
    for (GraphStep step : before) {
      stream =
          GraphFunctions.add(
              step, stream, new GraphFunctions.Place(number++, pipeline), run, WINDOW);
    }
    stream =
        stream
            .keyBy(LedgerRecord::key)
            .process(new SequenceChecker(run, workload.keys(), workload.padding()))
            .uid("sequence" + pipeline);
    for (GraphStep step : after) {
      stream =
          GraphFunctions.add(
              step, stream, new GraphFunctions.Place(number++, pipeline), run, WINDOW);
    }
    return stream;
  }
}
