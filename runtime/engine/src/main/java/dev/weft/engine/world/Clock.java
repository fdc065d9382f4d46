package dev.weft.engine.world;

import java.time.Instant;
import java.time.InstantSource;

/** Time. Thread-safe. */
public interface Clock extends InstantSource {
  /** Wall-clock milliseconds since the epoch; may jump. For people and event time only. */
  long currentTimeMillis();

  /** Nanoseconds that never go back, for durations and time-outs. */
  long nanoTime();

  @Override
  default Instant instant() {
    return Instant.ofEpochMilli(currentTimeMillis());
  }
}
