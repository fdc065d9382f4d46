package dev.weft.engine.plan;

import dev.weft.api.RuntimeExecutionMode;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.ExecutionOptions;
import dev.weft.api.connector.Boundedness;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.graph.Operation;
import dev.weft.api.graph.Partitioning;
import dev.weft.api.graph.Transformation;
import dev.weft.api.graph.TwoInputOperation;
import dev.weft.engine.plan.ProgramGraph.Link;
import java.util.List;

/** What running as a batch changes: which operations take the place of the program's. */
final class ExecutionPlan {
  private final ProgramGraph graph;
  private final boolean bounded;
  private final boolean batch;

  /**
   * Chooses the mode.
   *
   * @throws WeftException with code USER when a batch has a source that never ends
   */
  ExecutionPlan(ProgramGraph graph, Configuration configuration) {
    this.graph = graph;
    List<Transformation> unbounded =
        graph.steps().stream().filter(ExecutionPlan::isUnbounded).toList();
    this.bounded = unbounded.isEmpty();
    RuntimeExecutionMode wanted = configuration.get(ExecutionOptions.RUNTIME_MODE);
    if (wanted == RuntimeExecutionMode.BATCH && !bounded) {
      throw new WeftException(
          ErrorCode.USER,
          "The program is to run in BATCH mode, but the source "
              + ProgramGraph.describe(unbounded.get(0))
              + " never ends; bound it, or set "
              + ExecutionOptions.RUNTIME_MODE
              + " to AUTOMATIC or STREAMING");
    }
    this.batch = bounded && wanted != RuntimeExecutionMode.STREAMING;
  }

  private static boolean isUnbounded(Transformation step) {
    return step.operation() instanceof Operation.FromSource<?> source
        && source.source().getBoundedness() != Boundedness.BOUNDED;
  }

  /** Whether every source ends. */
  boolean bounded() {
    return bounded;
  }

  /** The mode that was chosen; never AUTOMATIC. */
  RuntimeExecutionMode mode() {
    return batch ? RuntimeExecutionMode.BATCH : RuntimeExecutionMode.STREAMING;
  }

  /** What a step does in this mode. */
  Operation.Physical operationOf(Transformation step) {
    Operation.Physical operation = (Operation.Physical) step.operation();
    if (!batch) {
      return operation;
    }
    if (operation instanceof Operation.FromSource<?> source) {
      return withoutWatermarks(source);
    } else if (operation instanceof Operation.AssignTimestamps<?> assign) {
      return new Operation.AssignTimestamps<>(withoutWatermarks(assign.watermarks()));
    } else if (operation instanceof Operation.KeyedReduce<?> reduce) {
      return new Operation.FinalReduce<>(reduce.function());
    }
    boolean sorted = !(operation instanceof TwoInputOperation) && graph.keyOf(step, 0) != null;
    return sorted ? new Operation.Sorted(operation) : operation;
  }

  private static <T> Operation.FromSource<T> withoutWatermarks(Operation.FromSource<T> source) {
    return new Operation.FromSource<>(source.source(), withoutWatermarks(source.watermarks()));
  }

  private static <T> WatermarkStrategy<T> withoutWatermarks(WatermarkStrategy<T> strategy) {
    return WatermarkStrategy.<T>noWatermarks().withTimestampAssigner(strategy.timestampAssigner());
  }

  /**
   * The only link out of a step if records are to be folded before they go along it, else null.
   * Between single subtasks that would only be done twice.
   */
  Link combinedOutputOf(Transformation step) {
    if (!batch || graph.outputsOf(step).size() != 1) {
      return null;
    }
    Link link = graph.outputsOf(step).get(0);
    boolean folds =
        link.sideOutput() == null
            && link.partitioning() instanceof Partitioning.Hash
            && link.target().operation() instanceof Operation.KeyedReduce;
    boolean single = graph.parallelismOf(step) == 1 && graph.parallelismOf(link.target()) == 1;
    return folds && !single ? link : null;
  }
}
