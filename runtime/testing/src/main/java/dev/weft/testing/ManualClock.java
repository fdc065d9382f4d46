package dev.weft.testing;

import dev.weft.engine.world.Clock;
import java.util.concurrent.TimeUnit;

/** A clock that stands until it is moved. */
final class ManualClock implements Clock {
  private volatile long millis;

  void moveTo(long newMillis) {
    if (newMillis < millis) {
      throw new IllegalArgumentException(
          "time goes on: it is " + millis + " ms already, not " + newMillis);
    }
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
