package dev.weft.engine.state;

import java.util.function.BiConsumer;

/** The timers of a heap store: one queue for each time domain. */
final class HeapTimers implements TimerTable {
  private final TimerQueue event;
  private final TimerQueue processing;

  HeapTimers(RowStore store, int groups) {
    this.event = new TimerQueue(store, groups);
    this.processing = new TimerQueue(store, groups);
  }

  @Override
  public void setEvent(long time, long discriminator) {
    event.set(time, discriminator);
  }

  @Override
  public void clearEvent(long time, long discriminator) {
    event.clear(time, discriminator);
  }

  @Override
  public void setProcessing(long time, long discriminator) {
    processing.set(time, discriminator);
  }

  @Override
  public void clearProcessing(long time, long discriminator) {
    processing.clear(time, discriminator);
  }

  @Override
  public void fireEvent(long upTo, Callback callback) throws Exception {
    event.fire(upTo, callback);
  }

  @Override
  public void fireProcessing(long upTo, Callback callback) throws Exception {
    processing.fire(upTo, callback);
  }

  @Override
  public long nextProcessing() {
    return processing.next();
  }

  KeyedTable.Captured captureEvent(int group) {
    return event.capture(group);
  }

  KeyedTable.Captured captureProcessing(int group) {
    return processing.capture(group);
  }

  void forEach(int group, boolean eventTime, BiConsumer<Object, Long> visitor) {
    (eventTime ? event : processing).forEach(group, visitor);
  }

  /** Forgets all timers of a key group, counted from the subtask's first. */
  void clearGroup(int group) {
    event.clearGroup(group);
    processing.clearGroup(group);
  }

  void close() {
    event.close();
    processing.close();
  }
}
