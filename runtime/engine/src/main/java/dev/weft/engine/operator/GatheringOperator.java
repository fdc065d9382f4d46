package dev.weft.engine.operator;

import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.world.Verify;

/**
 * Gathers bounded input and shows it to another operator when all of it is there, in an order that
 * suits that operator.
 *
 * @param <O> the other operator
 */
public abstract class GatheringOperator<O extends Operator> implements Operator {
  protected final ChainSpec.OperatorSpec spec;
  protected final O operator;
  private boolean drained;

  protected GatheringOperator(ChainSpec.OperatorSpec spec, O operator) {
    this.spec = spec;
    this.operator = operator;
  }

  /** Shows about a batch of what was gathered; returns whether all has been shown. */
  protected abstract boolean show(Output out) throws Exception;

  /** Gives memory back and deletes what is on disk; called once or twice. */
  protected abstract void release();

  /** Incoming watermarks say nothing: there is none before the end. */
  @Override
  public final boolean ownsWatermarks() {
    return true;
  }

  @Override
  public final boolean drain(Output out) throws Exception {
    if (!drained && show(out)) {
      drained = true;
      release();
      out.watermark(Long.MAX_VALUE);
    }
    return drained;
  }

  @Override
  public final void finish(Output out) throws Exception {
    operator.finish(out);
  }

  /** The only checkpoint is taken at the end, when nothing is gathered any more. */
  @Override
  public final Snapshot snapshot(long checkpointId) throws Exception {
    Verify.verify(drained, "operator %s is in the midst of its bounded input", spec.name());
    return operator.snapshot(checkpointId);
  }

  @Override
  public final void checkpointCompleted(long checkpointId) throws Exception {
    operator.checkpointCompleted(checkpointId);
  }

  @Override
  public final void close() throws Exception {
    try {
      operator.close();
    } finally {
      release();
    }
  }
}
