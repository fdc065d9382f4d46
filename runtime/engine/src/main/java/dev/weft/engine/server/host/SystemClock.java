package dev.weft.engine.server.host;

import dev.weft.engine.world.Clock;

/** The machine's clocks. */
public final class SystemClock implements Clock {
  @Override
  public long currentTimeMillis() {
    return System.currentTimeMillis();
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public long millis() {
    return System.currentTimeMillis();
  }
}
