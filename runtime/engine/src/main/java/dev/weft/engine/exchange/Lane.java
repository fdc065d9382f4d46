package dev.weft.engine.exchange;

import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.batch.RowScratch;
import java.util.ArrayDeque;

/** One channel of an output gate with the rows and frames that wait for it. */
final class Lane {
  private final OutputChannel channel;
  private final BatchBuilder builder = new BatchBuilder();
  private final ArrayDeque<Frame> waiting = new ArrayDeque<>();
  private int rowsMax;
  private int rowsLimit = ObjectBatch.ROWS_MAX;
  private long rowBytes;
  private int sent;

  Lane(OutputChannel channel) {
    this.channel = channel;
    this.rowsMax = channel.rowsMax();
  }

  /**
   * Says how large rows are from now on.
   *
   * @param rows that a batch should have at most
   * @param bytes of a row, about
   */
  void limit(int rows, long bytes) {
    rowsLimit = rows;
    rowsMax = Math.min(channel.rowsMax(), rows);
    rowBytes = bytes;
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

  /**
   * Adds the rows of a batch.
   *
   * @param hashes of their keys, or null
   */
  void add(ObjectBatch batch, int[] hashes) {
    int size = batch.size();
    int row = 0;
    while (row < size) {
      int count = Math.min(size - row, Math.max(1, rowsMax - builder.size()));
      builder.add(batch, hashes, row, count);
      row += count;
      if (builder.size() >= rowsMax) {
        flush();
      }
    }
  }

  void flush() {
    if (builder.size() > 0) {
      ObjectBatch spare = channel.spare();
      boolean renewed = ++sent % RowScratch.USES_MAX == 0;
      long bytes = rowBytes * builder.size();
      send(new Frame.Data(builder.build(renewed ? null : spare), bytes));
      rowsMax = Math.min(channel.rowsMax(), rowsLimit);
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
