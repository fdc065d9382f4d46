package dev.weft.engine.plan;

import dev.weft.api.BatchShuffleMode;
import dev.weft.api.RuntimeExecutionMode;
import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.ExecutionOptions;
import dev.weft.api.connector.Boundedness;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.graph.Folded;
import dev.weft.api.graph.Operation;
import dev.weft.api.graph.Partitioning;
import dev.weft.api.graph.SavepointOperation;
import dev.weft.api.graph.Transformation;
import dev.weft.api.graph.TwoInputOperation;
import dev.weft.api.graph.WindowOperation;
import dev.weft.api.types.TypeInformation;
import dev.weft.engine.plan.ProgramGraph.Link;
import java.util.List;

/** What running as a batch changes: which operations take the place of the program's. */
final class ExecutionPlan {
  private final ProgramGraph graph;
  private final boolean bounded;
  private final boolean batch;
  private final boolean stored;

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
    boolean saving =
        graph.steps().stream().anyMatch(step -> step.operation() instanceof SavepointOperation);
    RuntimeExecutionMode wanted =
        saving ? RuntimeExecutionMode.BATCH : configuration.get(ExecutionOptions.RUNTIME_MODE);
    if (wanted == RuntimeExecutionMode.BATCH && !bounded) {
      throw new WeftException(
          ErrorCode.USER,
          (saving
                  ? "The program writes a savepoint, which needs bounded input, but the source "
                  : "The program is to run in BATCH mode, but the source ")
              + ProgramGraph.describe(unbounded.get(0))
              + " never ends; bound it, or set "
              + ExecutionOptions.RUNTIME_MODE
              + " to AUTOMATIC or STREAMING");
    }
    boolean restored = configuration.contains(CheckpointingOptions.RESTORE_PATH);
    if (wanted == RuntimeExecutionMode.BATCH && restored) {
      throw new WeftException(
          ErrorCode.USER,
          "The program is to run in BATCH mode, which keeps no state over runs, but is to start"
              + " from "
              + configuration.get(CheckpointingOptions.RESTORE_PATH)
              + "; set "
              + ExecutionOptions.RUNTIME_MODE
              + " to STREAMING, or start without it");
    }
    this.batch =
        switch (wanted) {
          case STREAMING -> false;
          case BATCH -> true;
          case AUTOMATIC ->
              bounded && !restored && graph.steps().stream().anyMatch(ExecutionPlan::isByKey);
        };
    this.stored =
        batch
            && configuration.get(ExecutionOptions.BATCH_SHUFFLE_MODE)
                == BatchShuffleMode.ALL_EXCHANGES_BLOCKING;
  }

  /** Whether a step keeps state by key, so that a batch does it in another way. */
  private static boolean isByKey(Transformation step) {
    return step.operation() instanceof Operation.KeyedReduce
        || step.operation() instanceof Operation.KeyedProcess
        || step.operation() instanceof WindowOperation
        || step.operation() instanceof TwoInputOperation pair && pair.keyed(0);
  }

  private static boolean isUnbounded(Transformation step) {
    return step.operation() instanceof Operation.FromSource<?> source
        && source.source().getBoundedness() != Boundedness.BOUNDED;
  }

  /** Whether every source ends. */
  boolean bounded() {
    return bounded;
  }

  /** Whether stages run one after another and keep their records on disk in between. */
  boolean stored() {
    return stored;
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
      return new Operation.FinalReduce<>(reduce.function(), isCombined(step));
    } else if (operation instanceof TwoInputOperation.BroadcastProcess<?, ?, ?> process) {
      return new Operation.BroadcastFirst(process);
    }
    return isByKey(step) ? new Operation.Sorted(operation) : operation;
  }

  private static <T> Operation.FromSource<T> withoutWatermarks(Operation.FromSource<T> source) {
    return new Operation.FromSource<>(source.source(), withoutWatermarks(source.watermarks()));
  }

  private static <T> WatermarkStrategy<T> withoutWatermarks(WatermarkStrategy<T> strategy) {
    return WatermarkStrategy.<T>noWatermarks().withTimestampAssigner(strategy.timestampAssigner());
  }

  /**
   * Whether all that comes into a step is folded before it is sent. Between single subtasks that
   * would only be done twice.
   */
  boolean isCombined(Transformation step) {
    return batch
        && step.operation() instanceof Operation.KeyedReduce
        && graph.inputsOf(step).stream().allMatch(this::mayCombine);
  }

  private boolean mayCombine(Link link) {
    boolean single =
        graph.parallelismOf(link.source()) == 1 && graph.parallelismOf(link.target()) == 1;
    return !single
        && link.sideOutput() == null
        && link.partitioning() instanceof Partitioning.Hash
        && graph.outputsOf(link.source()).size() == 1;
  }

  /** The only link out of a step if records are folded before they go along it, else null. */
  Link combinedOutputOf(Transformation step) {
    if (graph.outputsOf(step).size() != 1) {
      return null;
    }
    Link link = graph.outputsOf(step).get(0);
    return isCombined(link.target()) ? link : null;
  }

  /** How records choose among the subtasks at the end of a link. */
  Partitioning partitioningOf(Link link) {
    return isCombined(link.target())
        ? foldsBy((Partitioning.Hash<?, ?>) link.partitioning())
        : link.partitioning();
  }

  @SuppressWarnings("unchecked")
  private static Partitioning.Hash<Folded, Object> foldsBy(Partitioning.Hash<?, ?> hash) {
    return new Partitioning.Hash<>(new Folded.Key(), (TypeInformation<Object>) hash.keyType());
  }

  /** What goes along a link. */
  TypeInformation<?> typeOf(Link link) {
    TypeInformation<?> type =
        link.sideOutput() == null ? link.source().outputType() : link.sideOutput().getTypeInfo();
    return isCombined(link.target())
        ? Folded.typeOf(((Partitioning.Hash<?, ?>) link.partitioning()).keyType(), type)
        : type;
  }

  /** How an input of a step is keyed; null when it is not. */
  Partitioning.Hash<?, ?> keyOf(Transformation step, int input) {
    Partitioning.Hash<?, ?> key = graph.keyOf(step, input);
    return isCombined(step) ? foldsBy(key) : key;
  }
}
