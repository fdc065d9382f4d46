package dev.weft.engine.operator;

import dev.weft.api.functions.TimerService;
import dev.weft.engine.state.TimerTable;

/** The time and the timers of the current key, as functions of the user see them. */
public class KeyTimers implements TimerService {
  private final KeyedOperator owner;

  /** Those of an operator, which need not be open yet. */
  public KeyTimers(KeyedOperator owner) {
    this.owner = owner;
  }

  @Override
  public final long currentProcessingTime() {
    return owner.context.clock().currentTimeMillis();
  }

  @Override
  public final long currentWatermark() {
    return owner.watermark;
  }

  @Override
  public final void registerProcessingTimeTimer(long time) {
    timers().setProcessing(time, 0);
  }

  @Override
  public final void registerEventTimeTimer(long time) {
    timers().setEvent(time, 0);
  }

  @Override
  public final void deleteProcessingTimeTimer(long time) {
    timers().clearProcessing(time, 0);
  }

  @Override
  public final void deleteEventTimeTimer(long time) {
    timers().clearEvent(time, 0);
  }

  private TimerTable timers() {
    if (owner.timers == null) {
      throw owner.site.misuse(
          "uses a timer but its inputs are not keyed; put keyBy(…, …) in front of it");
    }
    return owner.timers;
  }
}
