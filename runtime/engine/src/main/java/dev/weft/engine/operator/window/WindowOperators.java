package dev.weft.engine.operator.window;

import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.functions.windowing.ProcessWindowFunction;
import dev.weft.api.graph.WindowOperation;
import dev.weft.api.windowing.assigners.AlignedTimeWindows;
import dev.weft.api.windowing.triggers.EventTimeTrigger;
import dev.weft.engine.operator.KeyedOperator;
import dev.weft.engine.operator.Operator;
import dev.weft.engine.protocol.ChainSpec;

/** Makes the operators of windows. */
public final class WindowOperators {
  /** Beyond so many panes in a window their arrays would mostly be empty. */
  private static final long PANES_PER_WINDOW_MAX = 64;

  private WindowOperators() {}

  /** The operator for a spec. */
  public static Operator create(ChainSpec.OperatorSpec spec, WindowOperation<?, ?, ?> operation) {
    return paned(operation)
        ? new ChosenWindowOperator(spec, operation)
        : new AnyWindowOperator(spec, operation);
  }

  /** The operator that keeps windows in the rows of keys, whatever they are. */
  public static KeyedOperator inRows(
      ChainSpec.OperatorSpec spec, WindowOperation<?, ?, ?> operation) {
    return new AnyWindowOperator(spec, operation);
  }

  /** Whether the windows can be put together from panes. */
  private static boolean paned(WindowOperation<?, ?, ?> operation) {
    if (!(operation.assigner() instanceof AlignedTimeWindows aligned)
        || !aligned.isEventTime()
        || aligned.slideMillis() > aligned.sizeMillis()
        || operation.evictor() != null
        || operation.aggregate() == null
        || operation.trigger() != null && !(operation.trigger() instanceof EventTimeTrigger)) {
      return false;
    }
    long paneCount = aligned.sizeMillis() / PaneGrid.of(aligned).paneMillis();
    return paneCount <= PANES_PER_WINDOW_MAX
        && (paneCount == 1 || merges(operation.aggregate()))
        && !clears(operation.process());
  }

  /**
   * Whether an aggregate can merge, which some do not because only sessions need it elsewhere. A
   * reduce function has no fresh accumulator and always can.
   */
  private static <ACC> boolean merges(AggregateFunction<?, ACC, ?> aggregate) {
    try {
      ACC fresh = aggregate.createAccumulator();
      return fresh == null || aggregate.merge(fresh, aggregate.createAccumulator()) != null;
    } catch (RuntimeException e) {
      return false;
    }
  }

  /** Whether a function wants to hear of each key's window that is gone. */
  private static boolean clears(ProcessWindowFunction<?, ?, ?, ?> process) {
    if (process == null) {
      return false;
    }
    try {
      return process
              .getClass()
              .getMethod("clear", ProcessWindowFunction.Context.class)
              .getDeclaringClass()
          != ProcessWindowFunction.class;
    } catch (NoSuchMethodException e) {
      return true;
    }
  }
}
