package dev.weft.engine.operator.pair;

import dev.weft.api.functions.TimeDomain;
import dev.weft.api.functions.TimerService;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.state.TimerTable;

/** The time of the call at hand, and the timers as its function sees them. */
final class Moment implements TimerService {
  private final PairOperator<?> owner;

  /** Of the record or the timer. */
  long timestamp;

  /** Which clock the timer follows; null in a call for a record. */
  TimeDomain domain;

  Moment(PairOperator<?> owner) {
    this.owner = owner;
  }

  Long timestampOrNull() {
    return timestamp == ObjectBatch.NO_TIMESTAMP ? null : timestamp;
  }

  @Override
  public long currentProcessingTime() {
    return owner.now();
  }

  @Override
  public long currentWatermark() {
    return owner.watermark();
  }

  @Override
  public void registerProcessingTimeTimer(long time) {
    timers().setProcessing(time, 0);
  }

  @Override
  public void registerEventTimeTimer(long time) {
    timers().setEvent(time, 0);
  }

  @Override
  public void deleteProcessingTimeTimer(long time) {
    timers().clearProcessing(time, 0);
  }

  @Override
  public void deleteEventTimeTimer(long time) {
    timers().clearEvent(time, 0);
  }

  private TimerTable timers() {
    if (owner.timers() == null) {
      throw owner
          .site()
          .misuse("uses a timer but its inputs are not keyed; put keyBy(…, …) in front of it");
    }
    return owner.timers();
  }
}
