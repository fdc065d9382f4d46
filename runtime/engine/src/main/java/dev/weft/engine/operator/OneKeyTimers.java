package dev.weft.engine.operator;

import dev.weft.engine.state.TimerTable;

/**
 * The timers of an operator that sees one key after the other. While those of an ended key fire, no
 * more are set: a timer that always sets the next would never end.
 */
final class OneKeyTimers implements TimerTable {
  private final TimerTable timers;
  private boolean closed;

  OneKeyTimers(TimerTable timers) {
    this.timers = timers;
  }

  /** Takes no more timers, or takes them again. */
  void close(boolean close) {
    closed = close;
  }

  @Override
  public void setEvent(long time, long discriminator) {
    if (!closed) {
      timers.setEvent(time, discriminator);
    }
  }

  @Override
  public void clearEvent(long time, long discriminator) {
    timers.clearEvent(time, discriminator);
  }

  @Override
  public void setProcessing(long time, long discriminator) {
    if (!closed) {
      timers.setProcessing(time, discriminator);
    }
  }

  @Override
  public void clearProcessing(long time, long discriminator) {
    timers.clearProcessing(time, discriminator);
  }

  @Override
  public void fireEvent(long upTo, Callback callback) throws Exception {
    timers.fireEvent(upTo, callback);
  }

  @Override
  public void fireProcessing(long upTo, Callback callback) throws Exception {
    timers.fireProcessing(upTo, callback);
  }

  @Override
  public long nextProcessing() {
    return timers.nextProcessing();
  }
}
