package dev.weft.engine.operator;

import dev.weft.api.connector.builtin.SavedStateSource;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.graph.Operation;
import dev.weft.api.graph.SavepointOperation;
import dev.weft.api.graph.TwoInputOperation;
import dev.weft.api.graph.WindowOperation;
import dev.weft.engine.operator.async.AsyncOperator;
import dev.weft.engine.operator.pair.PairOperators;
import dev.weft.engine.operator.saved.AssembleOperator;
import dev.weft.engine.operator.saved.BootstrapOperator;
import dev.weft.engine.operator.saved.SavedStateReader;
import dev.weft.engine.operator.source.FromSourceOperator;
import dev.weft.engine.operator.window.WindowOperators;
import dev.weft.engine.protocol.ChainSpec;

/** Makes operators from what the planner says. */
public final class Operators {
  private Operators() {}

  /** The operator for a spec. A source's is a {@link SourceOperator}. */
  public static Operator create(ChainSpec.OperatorSpec spec) {
    Operation.Physical operation = spec.operation();
    if (operation instanceof Operation.FromSource<?> fromSource) {
      return fromSource.source() instanceof SavedStateSource<?> saved
          ? new FromSourceOperator(
              spec, fromSource, (reading, context) -> new SavedStateReader(reading, context, saved))
          : new FromSourceOperator(spec, fromSource);
    } else if (operation instanceof Operation.Map<?, ?> map) {
      return StatelessOperator.map(spec, map);
    } else if (operation instanceof Operation.Filter<?> filter) {
      return StatelessOperator.filter(spec, filter);
    } else if (operation instanceof Operation.FlatMap<?, ?> flatMap) {
      return StatelessOperator.flatMap(spec, flatMap);
    } else if (operation instanceof Operation.Process<?, ?> process) {
      return new ProcessOperator(spec, process);
    } else if (operation instanceof Operation.Sorted sorted) {
      return new SortedOperator(spec, keyed(spec, sorted.operation()));
    } else if (operation instanceof Operation.Combine<?> combine) {
      return new CombineOperator(spec, combine);
    } else if (operation instanceof Operation.FinalReduce<?> finalReduce) {
      return new FinalReduceOperator(spec, finalReduce);
    } else if (operation instanceof WindowOperation<?, ?, ?> window) {
      return WindowOperators.create(spec, window);
    } else if (operation instanceof Operation.AssignTimestamps<?> assignTimestamps) {
      return new AssignTimestampsOperator(spec, assignTimestamps);
    } else if (operation instanceof Operation.ToSink<?> toSink) {
      return new SinkOperator(spec, toSink);
    } else if (operation instanceof Operation.Async<?, ?> async) {
      return new AsyncOperator(spec, async);
    } else if (operation instanceof SavepointOperation saving) {
      return saving(spec, saving);
    } else if (operation instanceof Operation.BroadcastFirst first) {
      return PairOperators.broadcastFirst(spec, first.operation());
    }
    return keyed(spec, operation);
  }

  private static Operator saving(ChainSpec.OperatorSpec spec, SavepointOperation operation) {
    if (operation instanceof SavepointOperation.BootstrapKeyed keyed) {
      return BootstrapOperator.of(spec, keyed);
    } else if (operation instanceof SavepointOperation.Bootstrap unkeyed) {
      return BootstrapOperator.of(spec, unkeyed);
    }
    return new AssembleOperator((SavepointOperation.Assemble) operation);
  }

  private static KeyedOperator keyed(ChainSpec.OperatorSpec spec, Operation.Physical operation) {
    if (operation instanceof Operation.KeyedProcess<?, ?, ?> keyedProcess) {
      return new KeyedProcessOperator(spec, keyedProcess);
    } else if (operation instanceof Operation.KeyedReduce<?> keyedReduce) {
      return new KeyedReduceOperator(spec, keyedReduce);
    } else if (operation instanceof WindowOperation<?, ?, ?> window) {
      return WindowOperators.inRows(spec, window);
    } else if (operation instanceof TwoInputOperation pair) {
      return PairOperators.create(spec, pair);
    }
    throw new WeftException(
        ErrorCode.ENGINE, "There is no operator for " + operation + " of " + spec.name());
  }

  /** Whether the operator may block, so that its task needs a thread of its own. */
  public static boolean blocking(ChainSpec.OperatorSpec spec) {
    if (spec.operation() instanceof Operation.FromSource<?> fromSource) {
      return fromSource.source().blocking();
    }
    return spec.operation() instanceof SavepointOperation
        || spec.operation() instanceof Operation.ToSink<?> toSink && toSink.sink().blocking();
  }
}
