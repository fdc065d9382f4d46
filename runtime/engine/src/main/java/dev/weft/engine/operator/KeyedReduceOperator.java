package dev.weft.engine.operator;

import dev.weft.api.functions.KeySelector;
import dev.weft.api.functions.ReduceFunction;
import dev.weft.api.graph.Operation;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.api.types.TypeInformation;
import dev.weft.engine.batch.KeyHasher;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.state.StateStore;

/** Keeps a running fold per key and emits it for every record. */
final class KeyedReduceOperator extends KeyedOperator {
  final ReduceFunction<Object> function;
  private final RowLoop<KeyedReduceOperator> loop;
  ValueState<Object> folded;

  @SuppressWarnings("unchecked")
  KeyedReduceOperator(ChainSpec.OperatorSpec spec, Operation.KeyedReduce<?> reduce) {
    super(spec, reduce.function());
    this.function = (ReduceFunction<Object>) required(reduce.function(), spec);
    this.loop = LoopTemplates.copyFor(Loop.class, function.getClass(), selector.getClass());
  }

  @Override
  @SuppressWarnings("unchecked")
  void declareState() {
    folded =
        store.value(
            new ValueStateDescriptor<>(
                OWN_STATE + "reduce", (TypeInformation<Object>) spec.outputType()));
  }

  @Override
  void processRows(ObjectBatch batch, Output out) throws Exception {
    loop.run(this, batch, out);
  }

  static final class Loop implements RowLoop<KeyedReduceOperator> {
    @Override
    public void run(KeyedReduceOperator owner, ObjectBatch batch, Output out) throws Exception {
      ReduceFunction<Object> function = owner.function;
      KeySelector<Object, Object> selector = owner.selector;
      KeyHasher hasher = owner.hasher;
      StateStore store = owner.store;
      ValueState<Object> folded = owner.folded;
      Object[] values = batch.values();
      long[] timestamps = batch.timestamps();
      int[] hashes = batch.hashes();
      int size = batch.size();
      for (int row = 0; row < size; row++) {
        long timestamp = timestamps == null ? ObjectBatch.NO_TIMESTAMP : timestamps[row];
        Object value = values[row];
        Object key;
        try {
          key = selector.getKey(value);
        } catch (Throwable t) {
          throw owner.site.atRecord(t, value, timestamp);
        }
        if (key == null) {
          throw owner.nullKey(value, timestamp);
        }
        store.selectKey(key, hashes == null ? hasher.hash(key) : hashes[row]);
        Object before = folded.value();
        Object after = value;
        if (before != null) {
          try {
            after = function.reduce(before, value);
          } catch (Throwable t) {
            throw owner.site.atRecord(t, value, timestamp);
          }
        }
        folded.update(after);
        out.emit(after, timestamp);
      }
    }
  }
}
