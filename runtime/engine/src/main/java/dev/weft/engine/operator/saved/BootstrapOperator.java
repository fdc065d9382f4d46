package dev.weft.engine.operator.saved;

import dev.weft.api.graph.SavepointOperation;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.operator.FunctionOperator;
import dev.weft.engine.operator.Operator;
import dev.weft.engine.operator.OperatorContext;
import dev.weft.engine.operator.Output;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.protocol.OperatorSnapshot;

/**
 * Fills the state of an operator and writes it, at the end of the input, as that operator would.
 * Runs in batches only: nothing of it is in checkpoints, and no timer fires.
 */
public final class BootstrapOperator implements Operator {
  private static final long CHECKPOINT_ID = 1;

  private final FunctionOperator filling;
  private final SavepointOperation.Target target;
  private OperatorContext context;

  private BootstrapOperator(FunctionOperator filling, SavepointOperation.Target target) {
    this.filling = filling;
    this.target = target;
  }

  /** Fills keyed state. */
  public static BootstrapOperator of(
      ChainSpec.OperatorSpec spec, SavepointOperation.BootstrapKeyed bootstrap) {
    return new BootstrapOperator(new KeyedFilling(spec, bootstrap.function()), bootstrap.target());
  }

  /** Fills lists or broadcast states. */
  public static BootstrapOperator of(
      ChainSpec.OperatorSpec spec, SavepointOperation.Bootstrap bootstrap) {
    return new BootstrapOperator(
        new UnkeyedFilling(spec, bootstrap.function()), bootstrap.target());
  }

  @Override
  public void open(OperatorContext operatorContext) throws Exception {
    context = operatorContext;
    context.savedStates().checkFree(target.directory());
    filling.open(context);
  }

  @Override
  public void process(int input, ObjectBatch batch, Output out) throws Exception {
    filling.process(input, batch, out);
  }

  @Override
  public void finish(Output out) throws Exception {
    if (filling instanceof KeyedFilling keyed) {
      keyed.store().nextFreeze(0, true);
    }
    OperatorSnapshot written =
        context
            .savedStates()
            .write(target.directory(), target.uid(), filling.snapshot(CHECKPOINT_ID));
    OperatorPiece piece =
        new OperatorPiece(
            context.maxParallelism(), context.parallelism(), context.task().subtask(), written);
    out.emit(OperatorPiece.CODEC.toBytes(piece), ObjectBatch.NO_TIMESTAMP);
  }

  @Override
  public void close() throws Exception {
    filling.close();
  }
}
