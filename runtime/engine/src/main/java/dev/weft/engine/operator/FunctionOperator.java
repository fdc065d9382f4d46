package dev.weft.engine.operator;

import dev.weft.api.functions.OpenContext;
import dev.weft.api.functions.RichFunction;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.state.StateStore;
import dev.weft.engine.world.Verify;

/** An operator around user functions: their life, their collector, their failures. */
abstract class FunctionOperator implements Operator {
  private static final OpenContext OPEN_CONTEXT = new OpenContext() {};

  final ChainSpec.OperatorSpec spec;
  private final Object[] functions;
  private int openedCount;
  OperatorContext context;
  OperatorSite site;
  EmitCollector collector;

  /**
   * An operator.
   *
   * @param functions opened in this order and closed in the other; those that are not rich are left
   *     alone
   */
  FunctionOperator(ChainSpec.OperatorSpec spec, Object... functions) {
    this.spec = spec;
    this.functions = functions;
  }

  @Override
  public void open(OperatorContext operatorContext) throws Exception {
    context = operatorContext;
    site = new OperatorSite(spec.name(), spec.createdAt(), operatorContext.task().subtask());
    collector = new EmitCollector(site);
    StateStore store = prepare();
    OperatorRuntimeContext runtime = new OperatorRuntimeContext(operatorContext, site, store);
    for (Object function : functions) {
      openedCount++;
      if (function instanceof RichFunction rich) {
        try {
          rich.setRuntimeContext(runtime);
          rich.open(OPEN_CONTEXT);
        } catch (Throwable t) {
          throw site.inCall("open", t);
        }
      }
    }
  }

  /** Prepares before the functions are opened and returns the keyed state, or null. */
  StateStore prepare() throws Exception {
    return null;
  }

  @Override
  public final void process(int input, ObjectBatch batch, Output out) throws Exception {
    collector.begin(out);
    try {
      processRows(batch, out);
      collector.check();
    } finally {
      collector.end();
    }
  }

  /** Runs the loop. */
  abstract void processRows(ObjectBatch batch, Output out) throws Exception;

  @Override
  public void close() throws Exception {
    Exception first = null;
    while (openedCount > 0) {
      openedCount--;
      if (functions[openedCount] instanceof RichFunction rich) {
        try {
          rich.close();
        } catch (Throwable t) {
          Exception failure = site.inCall("close", t);
          if (first == null) {
            first = failure;
          } else {
            first.addSuppressed(failure);
          }
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }

  /** The user's part of the operation. */
  static <T> T required(T function, ChainSpec.OperatorSpec spec) {
    Verify.verify(function != null, "operator %s has no function", spec.name());
    return function;
  }
}
