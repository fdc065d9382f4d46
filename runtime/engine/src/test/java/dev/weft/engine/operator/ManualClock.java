package dev.weft.engine.operator;

import dev.weft.engine.world.Clock;
import java.util.concurrent.TimeUnit;

/** A clock that stands until it is moved. */
final class ManualClock implements Clock {
  private long millis;

  ManualClock(long millis) {
    this.millis = millis;
  }

  void moveTo(long newMillis) {
    millis = newMillis;
  }

  @Override
  public long currentTimeMillis() {
    return millis;
  }

  @Override
  public long nanoTime() {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
