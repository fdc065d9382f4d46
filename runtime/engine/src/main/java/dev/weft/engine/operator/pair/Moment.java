package dev.weft.engine.operator.pair;

import dev.weft.api.functions.TimeDomain;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.operator.KeyTimers;

/** The time of the call at hand, and the timers as its function sees them. */
final class Moment extends KeyTimers {
  /** Of the record or the timer. */
  long timestamp;

  /** Which clock the timer follows; null in a call for a record. */
  TimeDomain domain;

  Moment(PairOperator<?> owner) {
    super(owner);
  }

  Long timestampOrNull() {
    return timestamp == ObjectBatch.NO_TIMESTAMP ? null : timestamp;
  }
}
