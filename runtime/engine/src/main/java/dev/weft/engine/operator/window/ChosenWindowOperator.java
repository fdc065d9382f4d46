package dev.weft.engine.operator.window;

import dev.weft.api.graph.WindowOperation;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.operator.KeyedOperator;
import dev.weft.engine.operator.Operator;
import dev.weft.engine.operator.OperatorContext;
import dev.weft.engine.operator.Output;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.state.StateStore;

/**
 * Windows that may be put together from panes: are, unless a checkpoint holds windows in rows. The
 * panes lie where the store does.
 */
final class ChosenWindowOperator implements Operator {
  private final ChainSpec.OperatorSpec spec;
  private final WindowOperation<?, ?, ?> operation;
  private Operator chosen;

  ChosenWindowOperator(ChainSpec.OperatorSpec spec, WindowOperation<?, ?, ?> operation) {
    this.spec = spec;
    this.operation = operation;
  }

  @Override
  public void open(OperatorContext context) throws Exception {
    choose(context);
    chosen.open(context);
  }

  @Override
  public void declare(OperatorContext context) throws Exception {
    choose(context);
    chosen.declare(context);
  }

  private void choose(OperatorContext context) {
    StateStore store = context.keyedState();
    boolean inRows = store.hasState(KeyedOperator.OWN_STATE + WindowContents.FOLDED);
    if (inRows) {
      chosen = new AnyWindowOperator(spec, operation);
    } else if (store.takesAnnex()) {
      chosen = new PaneWindowOperator(spec, operation);
    } else {
      chosen = new StoredPaneWindowOperator(spec, operation);
    }
  }

  @Override
  public void process(int input, ObjectBatch batch, Output out) throws Exception {
    chosen.process(input, batch, out);
  }

  @Override
  public void onWatermark(long watermark, Output out) throws Exception {
    chosen.onWatermark(watermark, out);
  }

  @Override
  public void onProcessingTime(long now, Output out) throws Exception {
    chosen.onProcessingTime(now, out);
  }

  @Override
  public long nextProcessingTime() {
    return chosen.nextProcessingTime();
  }

  @Override
  public void finish(Output out) throws Exception {
    chosen.finish(out);
  }

  @Override
  public Snapshot snapshot(long checkpointId) throws Exception {
    return chosen.snapshot(checkpointId);
  }

  @Override
  public void checkpointCompleted(long checkpointId) throws Exception {
    chosen.checkpointCompleted(checkpointId);
  }

  @Override
  public void close() throws Exception {
    if (chosen != null) {
      chosen.close();
    }
  }
}
