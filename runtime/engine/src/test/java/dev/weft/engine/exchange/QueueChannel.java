package dev.weft.engine.exchange;

import dev.weft.engine.batch.ObjectBatch;
import java.util.ArrayDeque;
import java.util.List;

/** A channel in memory whose capacity a test chooses. */
final class QueueChannel implements InputChannel, OutputChannel {
  final ArrayDeque<Frame> frames = new ArrayDeque<>();
  int capacity = Integer.MAX_VALUE;
  int rowsMax = 1024;
  long announced;
  int polls;
  private final ReadySet.Bit ready = new ReadySet.Bit();

  QueueChannel with(Frame... some) {
    frames.addAll(List.of(some));
    ready.set();
    return this;
  }

  @Override
  public boolean offer(Frame frame) {
    if (!hasRoom()) {
      return false;
    }
    with(frame);
    return true;
  }

  @Override
  public ReadySet.Bit ready() {
    return ready;
  }

  @Override
  public void announce(long checkpointId, boolean urgent) {
    announced = checkpointId;
  }

  @Override
  public boolean hasRoom() {
    return frames.size() < capacity;
  }

  @Override
  public int rowsMax() {
    return rowsMax;
  }

  @Override
  public ObjectBatch spare() {
    return null;
  }

  @Override
  public void done(ObjectBatch batch) {
    // a test may look at what it polled
  }

  @Override
  public Frame poll() {
    polls++;
    return frames.poll();
  }
}
