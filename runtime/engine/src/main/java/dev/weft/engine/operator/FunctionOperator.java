package dev.weft.engine.operator;

import dev.weft.api.functions.OpenContext;
import dev.weft.api.functions.RichFunction;
import dev.weft.api.state.CheckpointListener;
import dev.weft.api.state.CheckpointedFunction;
import dev.weft.api.state.FunctionInitializationContext;
import dev.weft.api.state.FunctionSnapshotContext;
import dev.weft.api.state.KeyedStateStore;
import dev.weft.api.state.OperatorStateStore;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.batch.RowScratch;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.state.StateStore;
import dev.weft.engine.state.unkeyed.FrozenElements;
import dev.weft.engine.state.unkeyed.UnkeyedStates;
import dev.weft.engine.world.Verify;
import java.util.List;
import java.util.OptionalLong;

/** An operator around user functions: their life, their collector, their failures. */
public abstract class FunctionOperator implements Operator {
  private static final OpenContext OPEN_CONTEXT = new OpenContext() {};

  public final ChainSpec.OperatorSpec spec;
  private final Object[] functions;
  private int openedCount;
  private UnkeyedStates unkeyed;
  private OperatorRuntimeContext runtime;
  public OperatorContext context;
  public OperatorSite site;
  public EmitCollector collector;

  /** Where loops put the results of a call. */
  public final RowScratch results = new RowScratch();

  /**
   * An operator.
   *
   * @param functions opened in this order and closed in the other; those that are not rich are left
   *     alone
   */
  protected FunctionOperator(ChainSpec.OperatorSpec spec, Object... functions) {
    this.spec = spec;
    this.functions = functions;
  }

  @Override
  public final void declare(OperatorContext operatorContext) throws Exception {
    prepare(operatorContext);
  }

  private StateStore prepare(OperatorContext operatorContext) throws Exception {
    context = operatorContext;
    site = new OperatorSite(spec.name(), spec.createdAt(), operatorContext.task().subtask());
    collector = new EmitCollector(site);
    return prepare();
  }

  @Override
  public void open(OperatorContext operatorContext) throws Exception {
    StateStore store = prepare(operatorContext);
    runtime = new OperatorRuntimeContext(operatorContext, site, store);
    for (Object function : functions) {
      openedCount++;
      if (function instanceof RichFunction rich) {
        rich.setRuntimeContext(runtime);
      }
      initialize(function);
      if (function instanceof RichFunction rich) {
        try {
          rich.open(OPEN_CONTEXT);
        } catch (Throwable t) {
          throw site.inCall("open", t);
        }
      }
    }
  }

  private void initialize(Object function) {
    if (!(function instanceof CheckpointedFunction checkpointed)) {
      return;
    }
    unkeyedState();
    try {
      checkpointed.initializeState(
          new Initialization(context.restoredCheckpointId(), unkeyed, runtime));
    } catch (Throwable t) {
      throw site.inCall("initializeState", t);
    }
  }

  /** The unkeyed state, part of the next snapshots from now on. */
  protected final UnkeyedStates unkeyedState() {
    if (unkeyed == null) {
      unkeyed = context.unkeyedState();
    }
    return unkeyed;
  }

  /** Where the operator stands, for messages. */
  public final OperatorSite site() {
    return site;
  }

  /** What the functions emit through. */
  public final EmitCollector collector() {
    return collector;
  }

  /** What a function sees when it declares its states. */
  private record Initialization(
      long checkpointId, OperatorStateStore unkeyed, KeyedStateStore keyed)
      implements FunctionInitializationContext {
    @Override
    public OptionalLong getRestoredCheckpointId() {
      return checkpointId == 0 ? OptionalLong.empty() : OptionalLong.of(checkpointId);
    }

    @Override
    public OperatorStateStore getOperatorStateStore() {
      return unkeyed;
    }

    @Override
    public KeyedStateStore getKeyedStateStore() {
      return keyed;
    }
  }

  /** What a function sees of a checkpoint. */
  private record Checkpoint(long getCheckpointId, long getCheckpointTimestamp)
      implements FunctionSnapshotContext {}

  @Override
  public void finish(Output out) throws Exception {
    collector.check();
  }

  @Override
  public final Snapshot snapshot(long checkpointId) throws Exception {
    collector.check();
    for (Object function : functions) {
      if (function instanceof CheckpointedFunction checkpointed) {
        try {
          checkpointed.snapshotState(
              new Checkpoint(checkpointId, context.clock().currentTimeMillis()));
        } catch (Throwable t) {
          throw site.inCall("snapshotState for checkpoint " + checkpointId, t);
        }
      }
    }
    List<FrozenElements> frozen = unkeyed == null ? List.of() : unkeyed.freeze();
    return ownSnapshot(checkpointId).with(frozen);
  }

  /** What the operator keeps besides the unkeyed state of its functions. */
  protected Snapshot ownSnapshot(long checkpointId) throws Exception {
    return Snapshot.EMPTY;
  }

  @Override
  public void checkpointCompleted(long checkpointId) throws Exception {
    for (Object function : functions) {
      if (function instanceof CheckpointListener listener) {
        try {
          listener.notifyCheckpointComplete(checkpointId);
        } catch (Throwable t) {
          throw site.inCall("notifyCheckpointComplete of checkpoint " + checkpointId, t);
        }
      }
    }
  }

  /** Prepares before the functions are opened and returns the keyed state, or null. */
  protected StateStore prepare() throws Exception {
    return null;
  }

  @Override
  public final void process(int input, ObjectBatch batch, Output out) throws Exception {
    collector.begin(out);
    try {
      processRows(input, batch, out);
      collector.check();
    } finally {
      collector.end();
    }
  }

  /** Runs the loop over a batch of an input. */
  protected abstract void processRows(int input, ObjectBatch batch, Output out) throws Exception;

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
    if (runtime != null) {
      runtime.release();
      first = first == null ? collector.misuse() : first;
    }
    if (first != null) {
      throw first;
    }
  }

  /** The user's part of the operation. */
  public static <T> T required(T function, ChainSpec.OperatorSpec spec) {
    Verify.verify(function != null, "operator %s has no function", spec.name());
    return function;
  }
}
