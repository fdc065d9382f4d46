package dev.weft.engine.operator.window;

import dev.weft.api.functions.AggregateFunction;
import dev.weft.engine.batch.ColumnCodec;
import dev.weft.engine.operator.Output;
import dev.weft.engine.state.panes.Pane;

/**
 * Makes a window's results from its panes, which the operator has at hand. Stateless; the
 * implementations are templates for {@link dev.weft.engine.batch.HiddenCopies}.
 */
interface PaneFold {
  /** Emits the results of all keys. */
  void fireAll(PaneWindowOperator owner, Output out) throws Exception;

  /** Emits the result of one key, which is in one of the panes at least. */
  void fireOne(PaneWindowOperator owner, int id, Output out) throws Exception;

  /** Accumulators that are whole numbers. */
  final class Whole implements PaneFold {
    @Override
    public void fireAll(PaneWindowOperator owner, Output out) throws Exception {
      Pane[] parts = owner.parts;
      int count = owner.partCount;
      int words = 0;
      for (int i = 0; i < count; i++) {
        words = Math.max(words, parts[i].words());
      }
      for (int word = 0; word < words; word++) {
        long union = 0;
        for (int i = 0; i < count; i++) {
          union |= word < parts[i].words() ? parts[i].present[word] : 0;
        }
        for (; union != 0; union &= union - 1) {
          fireOne(owner, (word << 6) + Long.numberOfTrailingZeros(union), out);
        }
      }
    }

    @Override
    public void fireOne(PaneWindowOperator owner, int id, Output out) throws Exception {
      AggregateFunction<Object, Object, Object> aggregate = owner.aggregate;
      Pane[] parts = owner.parts;
      int count = owner.partCount;
      Object result;
      try {
        int i = 0;
        while (!parts[i].has(id)) {
          i++;
        }
        long folded = parts[i].longs[id];
        for (i++; i < count; i++) {
          if (parts[i].has(id)) {
            folded = (Long) aggregate.merge(folded, parts[i].longs[id]);
          }
        }
        result = aggregate.getResult(folded);
      } catch (Throwable t) {
        throw owner.failed(id, t);
      }
      owner.emit(id, result, out);
    }
  }

  /** Accumulators of any type; those that can change are copied before they are merged. */
  final class Any implements PaneFold {
    @Override
    public void fireAll(PaneWindowOperator owner, Output out) throws Exception {
      Pane[] parts = owner.parts;
      int count = owner.partCount;
      int words = 0;
      for (int i = 0; i < count; i++) {
        words = Math.max(words, parts[i].words());
      }
      for (int word = 0; word < words; word++) {
        long union = 0;
        for (int i = 0; i < count; i++) {
          union |= word < parts[i].words() ? parts[i].present[word] : 0;
        }
        for (; union != 0; union &= union - 1) {
          fireOne(owner, (word << 6) + Long.numberOfTrailingZeros(union), out);
        }
      }
    }

    @Override
    public void fireOne(PaneWindowOperator owner, int id, Output out) throws Exception {
      AggregateFunction<Object, Object, Object> aggregate = owner.aggregate;
      ColumnCodec codec = owner.table.codec();
      boolean fixed = codec.immutable();
      Pane[] parts = owner.parts;
      int count = owner.partCount;
      Object result;
      try {
        int i = 0;
        while (!parts[i].has(id)) {
          i++;
        }
        Object folded = parts[i].objects[id];
        boolean own = fixed;
        for (i++; i < count; i++) {
          if (parts[i].has(id)) {
            Object part = parts[i].objects[id];
            folded =
                aggregate.merge(own ? folded : codec.copy(folded), fixed ? part : codec.copy(part));
            own = true;
          }
        }
        result = aggregate.getResult(folded);
      } catch (Throwable t) {
        throw owner.failed(id, t);
      }
      owner.emit(id, result, out);
    }
  }
}
