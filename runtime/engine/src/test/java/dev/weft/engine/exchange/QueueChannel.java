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

  QueueChannel with(Frame... some) {
    frames.addAll(List.of(some));
    return this;
  }

  @Override
  public boolean offer(Frame frame) {
    return hasRoom() && frames.add(frame);
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
    return frames.poll();
  }
}
