package dev.weft.engine.exchange;

import dev.weft.engine.batch.ObjectBatch;
import java.util.ArrayDeque;

/** One channel of an output gate with the rows and frames that wait for it. */
final class Lane {
  private final OutputChannel channel;
  private final BatchBuilder builder = new BatchBuilder();
  private final ArrayDeque<Frame> waiting = new ArrayDeque<>();
  private int rowsMax;

  Lane(OutputChannel channel) {
    this.channel = channel;
    this.rowsMax = channel.rowsMax();
  }

  void add(Object value, long timestamp) {
    if (builder.add(value, timestamp) >= rowsMax) {
      flush();
    }
  }

  void add(Object value, long timestamp, int hash) {
    if (builder.add(value, timestamp, hash) >= rowsMax) {
      flush();
    }
  }

  /** Sends a batch behind what was added before; a large one in pieces. */
  void send(ObjectBatch batch) {
    if (batch.size() <= rowsMax) {
      flush();
      send(new Frame.Data(batch));
      return;
    }
    for (int row = 0; row < batch.size(); row++) {
      if (batch.hasHashes()) {
        add(batch.value(row), batch.timestamp(row), batch.hash(row));
      } else {
        add(batch.value(row), batch.timestamp(row));
      }
    }
  }

  void flush() {
    if (builder.size() > 0) {
      send(new Frame.Data(builder.build()));
      rowsMax = channel.rowsMax();
    }
  }

  void send(Frame frame) {
    if (!waiting.isEmpty() || !channel.offer(frame)) {
      waiting.add(frame);
    }
  }

  /** Sends what waits, as far as there is room. */
  void drain() {
    for (Frame frame = waiting.peek(); frame != null; frame = waiting.peek()) {
      if (!channel.offer(frame)) {
        return;
      }
      waiting.remove();
    }
  }

  void announce(long checkpointId, boolean urgent) {
    channel.announce(checkpointId, urgent);
  }

  boolean hasRoom() {
    return waiting.isEmpty() && channel.hasRoom();
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }
}
