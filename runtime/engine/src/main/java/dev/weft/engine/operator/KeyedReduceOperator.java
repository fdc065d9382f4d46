package dev.weft.engine.operator;

import dev.weft.api.functions.ReduceFunction;
import dev.weft.api.graph.Operation;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.api.types.TypeInformation;
import dev.weft.engine.batch.HiddenCopies;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.state.StateStore;
import java.lang.invoke.MethodHandles;

/** Keeps a running fold per key and emits it for every record. */
final class KeyedReduceOperator extends KeyedOperator {
  final ReduceFunction<Object> function;
  private final RowLoop<KeyedReduceOperator> loop;
  ValueState<Object> folded;

  @SuppressWarnings("unchecked")
  KeyedReduceOperator(ChainSpec.OperatorSpec spec, Operation.KeyedReduce<?> reduce) {
    super(spec, reduce.function());
    this.function = (ReduceFunction<Object>) required(reduce.function(), spec);
    this.loop = HiddenCopies.loop(MethodHandles.lookup(), Loop.class, function.getClass());
  }

  @Override
  @SuppressWarnings("unchecked")
  protected void declareState() {
    folded =
        store.value(
            new ValueStateDescriptor<>(
                OWN_STATE + "reduce", (TypeInformation<Object>) spec.outputType()));
  }

  @Override
  protected void processKeyed(int input, ObjectBatch batch, Output out) throws Exception {
    loop.run(this, batch, out);
  }

  static final class Loop implements RowLoop<KeyedReduceOperator> {
    @Override
    public void run(KeyedReduceOperator owner, ObjectBatch batch, Output out) throws Exception {
      ReduceFunction<Object> function = owner.function;
      Object[] keys = owner.keys;
      StateStore store = owner.store;
      ValueState<Object> folded = owner.folded;
      Object[] values = batch.values();
      int[] hashes = owner.hashes;
      int size = batch.size();
      Object[] results = owner.results.take(size);
      for (int row = 0; row < size; row++) {
        Object value = values[row];
        store.selectKey(keys[row], hashes[row]);
        Object before = folded.value();
        Object after = value;
        if (before != null) {
          try {
            after = function.reduce(before, value);
          } catch (Throwable t) {
            throw owner.site.atRecord(t, value, batch.timestamp(row));
          }
        }
        folded.update(after);
        results[row] = after;
      }
      out.emit(new ObjectBatch(results, batch.timestamps(), null, size));
      owner.results.clear(size);
    }
  }
}
