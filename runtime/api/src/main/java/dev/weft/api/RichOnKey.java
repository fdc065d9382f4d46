package dev.weft.api;

import dev.weft.api.functions.Collector;
import dev.weft.api.functions.FlatMapFunction;
import dev.weft.api.functions.KeyedProcessFunction;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.functions.RichFunction;
import dev.weft.api.functions.RuntimeContext;
import dev.weft.api.state.CheckpointListener;
import dev.weft.api.state.CheckpointedFunction;
import dev.weft.api.state.FunctionInitializationContext;
import dev.weft.api.state.FunctionSnapshotContext;

/**
 * A rich map, filter or flatMap on a keyed stream, which may keep state of each key: it runs as a
 * process function.
 *
 * @param <K> the key
 * @param <T> records in
 * @param <O> records out
 */
final class RichOnKey<K, T, O> extends KeyedProcessFunction<K, T, O>
    implements CheckpointedFunction, CheckpointListener {
  private static final long serialVersionUID = 1;

  private final RichFunction function;
  private final FlatMapFunction<T, O> call;

  /**
   * A function on keys.
   *
   * @param function the user's
   * @param call calls the function
   */
  RichOnKey(RichFunction function, FlatMapFunction<T, O> call) {
    this.function = function;
    this.call = call;
  }

  @Override
  public void setRuntimeContext(RuntimeContext context) {
    super.setRuntimeContext(context);
    function.setRuntimeContext(context);
  }

  @Override
  public void open(OpenContext context) throws Exception {
    function.open(context);
  }

  @Override
  public void processElement(T value, Context context, Collector<O> out) throws Exception {
    call.flatMap(value, out);
  }

  @Override
  public void close() throws Exception {
    function.close();
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    if (function instanceof CheckpointedFunction checkpointed) {
      checkpointed.initializeState(context);
    }
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    if (function instanceof CheckpointedFunction checkpointed) {
      checkpointed.snapshotState(context);
    }
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) throws Exception {
    if (function instanceof CheckpointListener listener) {
      listener.notifyCheckpointComplete(checkpointId);
    }
  }
}
