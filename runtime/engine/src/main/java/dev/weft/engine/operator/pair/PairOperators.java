package dev.weft.engine.operator.pair;

import dev.weft.api.graph.TwoInputOperation;
import dev.weft.engine.operator.KeyedOperator;
import dev.weft.engine.operator.Operator;
import dev.weft.engine.protocol.ChainSpec;

/** Makes the operators of two inputs. */
public final class PairOperators {
  private PairOperators() {}

  /** The operator for a spec. */
  public static KeyedOperator create(ChainSpec.OperatorSpec spec, TwoInputOperation operation) {
    if (operation instanceof TwoInputOperation.CoMap<?, ?, ?> map) {
      return new CoMapOperator(spec, map);
    } else if (operation instanceof TwoInputOperation.CoFlatMap<?, ?, ?> flatMap) {
      return new CoFlatMapOperator(spec, flatMap);
    } else if (operation instanceof TwoInputOperation.CoProcess<?, ?, ?> process) {
      return new CoProcessOperator(spec, process);
    } else if (operation instanceof TwoInputOperation.KeyedCoProcess<?, ?, ?, ?> process) {
      return new KeyedCoProcessOperator(spec, process);
    } else if (operation instanceof TwoInputOperation.BroadcastProcess<?, ?, ?> process) {
      return new BroadcastProcessOperator(spec, process);
    } else if (operation instanceof TwoInputOperation.IntervalJoin<?, ?, ?> join) {
      return new IntervalJoinOperator(spec, join);
    }
    return new KeyedBroadcastProcessOperator(
        spec, (TwoInputOperation.KeyedBroadcastProcess<?, ?, ?, ?>) operation);
  }

  /** The operator for a spec that sees its bounded broadcast input first. */
  public static Operator broadcastFirst(
      ChainSpec.OperatorSpec spec, TwoInputOperation.BroadcastProcess<?, ?, ?> operation) {
    return new BroadcastFirstOperator(spec, new BroadcastProcessOperator(spec, operation));
  }
}
