package dev.weft.engine.operator;

import dev.weft.api.OutputTag;
import dev.weft.engine.batch.ObjectBatch;

/**
 * Where an operator emits; never refuses. Valid during the call it was passed to. The chain behind
 * it gathers rows into batches and hands them to the next operator.
 */
public interface Output {
  /** Emits a record with its event time in milliseconds, or ObjectBatch.NO_TIMESTAMP. */
  void emit(Object value, long timestamp);

  /**
   * Emits the records of a batch with their timestamps; its hashes are not used. The batch is the
   * caller's again afterwards, who may use its arrays for others.
   */
  default void emit(ObjectBatch batch) {
    for (int row = 0; row < batch.size(); row++) {
      emit(batch.value(row), batch.timestamp(row));
    }
  }

  /** Emits to a side output; dropped when nobody takes it. */
  void emit(OutputTag<?> tag, Object value, long timestamp);

  /**
   * Emits a watermark; only sources and timestamp assigners do. The chain forwards watermarks of
   * all other operators itself.
   */
  void watermark(long timestamp);

  /** How many records a source should emit at once, by the size of those before. */
  default int rowsMax() {
    return ObjectBatch.ROWS_MAX;
  }

  /** Says that the output is idle or active again; only sources and timestamp assigners do. */
  void idle(boolean idle);
}
