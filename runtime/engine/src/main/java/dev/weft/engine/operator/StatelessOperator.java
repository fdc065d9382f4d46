package dev.weft.engine.operator;

import dev.weft.api.functions.FilterFunction;
import dev.weft.api.functions.FlatMapFunction;
import dev.weft.api.functions.MapFunction;
import dev.weft.api.graph.Operation;
import dev.weft.engine.batch.HiddenCopies;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.protocol.ChainSpec;
import java.lang.invoke.MethodHandles;

/** Runs map, filter and flat-map functions. */
final class StatelessOperator<F> extends FunctionOperator {
  final F function;
  private final RowLoop<StatelessOperator<F>> loop;
  private long[] timestamps = new long[0];

  private StatelessOperator(
      ChainSpec.OperatorSpec spec,
      F function,
      Class<? extends RowLoop<StatelessOperator<F>>> template) {
    super(spec, function);
    this.function = required(function, spec);
    this.loop = HiddenCopies.loop(MethodHandles.lookup(), template, function.getClass());
  }

  @SuppressWarnings("unchecked")
  static Operator map(ChainSpec.OperatorSpec spec, Operation.Map<?, ?> map) {
    return new StatelessOperator<>(
        spec, (MapFunction<Object, Object>) map.function(), MapLoop.class);
  }

  @SuppressWarnings("unchecked")
  static Operator filter(ChainSpec.OperatorSpec spec, Operation.Filter<?> filter) {
    return new StatelessOperator<>(
        spec, (FilterFunction<Object>) filter.function(), FilterLoop.class);
  }

  @SuppressWarnings("unchecked")
  static Operator flatMap(ChainSpec.OperatorSpec spec, Operation.FlatMap<?, ?> flatMap) {
    return new StatelessOperator<>(
        spec, (FlatMapFunction<Object, Object>) flatMap.function(), FlatMapLoop.class);
  }

  long[] keptTimestamps(int size) {
    if (timestamps.length < size) {
      timestamps = new long[size];
    }
    return timestamps;
  }

  @Override
  protected void processRows(int input, ObjectBatch batch, Output out) throws Exception {
    loop.run(this, batch, out);
  }

  static final class MapLoop implements RowLoop<StatelessOperator<MapFunction<Object, Object>>> {
    @Override
    public void run(
        StatelessOperator<MapFunction<Object, Object>> owner, ObjectBatch batch, Output out)
        throws Exception {
      MapFunction<Object, Object> function = owner.function;
      Object[] values = batch.values();
      int size = batch.size();
      Object[] results = owner.results.take(size);
      int row = 0;
      try {
        for (; row < size; row++) {
          results[row] = function.map(values[row]);
        }
      } catch (Throwable t) {
        throw owner.site.atRecord(t, values[row], batch.timestamp(row));
      }
      out.emit(new ObjectBatch(results, batch.timestamps(), null, size));
      owner.results.clear(size);
    }
  }

  static final class FilterLoop implements RowLoop<StatelessOperator<FilterFunction<Object>>> {
    @Override
    public void run(StatelessOperator<FilterFunction<Object>> owner, ObjectBatch batch, Output out)
        throws Exception {
      FilterFunction<Object> function = owner.function;
      Object[] values = batch.values();
      long[] timestamps = batch.timestamps();
      int size = batch.size();
      Object[] kept = owner.results.take(size);
      long[] keptTimestamps = timestamps == null ? null : owner.keptTimestamps(size);
      int count = 0;
      int row = 0;
      try {
        for (; row < size; row++) {
          if (function.filter(values[row])) {
            kept[count] = values[row];
            if (timestamps != null) {
              keptTimestamps[count] = timestamps[row];
            }
            count++;
          }
        }
      } catch (Throwable t) {
        throw owner.site.atRecord(t, values[row], batch.timestamp(row));
      }
      if (count > 0) {
        out.emit(new ObjectBatch(kept, keptTimestamps, null, count));
        owner.results.clear(count);
      }
    }
  }

  static final class FlatMapLoop
      implements RowLoop<StatelessOperator<FlatMapFunction<Object, Object>>> {
    @Override
    public void run(
        StatelessOperator<FlatMapFunction<Object, Object>> owner, ObjectBatch batch, Output out)
        throws Exception {
      FlatMapFunction<Object, Object> function = owner.function;
      EmitCollector collector = owner.collector;
      Object[] values = batch.values();
      long[] timestamps = batch.timestamps();
      int size = batch.size();
      for (int row = 0; row < size; row++) {
        collector.timestamp(timestamps == null ? ObjectBatch.NO_TIMESTAMP : timestamps[row]);
        try {
          function.flatMap(values[row], collector);
        } catch (Throwable t) {
          throw collector.failure(t, values[row]);
        }
      }
    }
  }
}
