package dev.weft.engine.exchange;

import dev.weft.api.graph.Partitioning;
import dev.weft.engine.batch.ObjectBatch;
import java.util.List;

/**
 * Where a task sends the records of one outgoing edge: gathers them into batches and spreads these
 * over the channels. It never refuses; what the channels do not take waits in the gate, and a task
 * does not go on until {@link #hasRoom()}, so that about one batch's yield waits at most. Used by
 * one thread.
 */
public final class OutputGate {
  private final Lane[] lanes;
  private final Partitioner partitioner;
  private final boolean patient;
  private final BatchBuilder gathered = new BatchBuilder();
  private final RecordCheck check;
  private final BatchSize batchSize = BatchSize.held();
  private int rowsMax;
  private long records;

  /**
   * A gate.
   *
   * @param channels by consuming subtask, of those that this one is connected to
   * @param maxParallelism of the consuming vertex
   * @param check looks at all records
   * @param consumer the step that takes the records, for messages
   */
  public OutputGate(
      Partitioning partitioning,
      List<? extends OutputChannel> channels,
      int maxParallelism,
      RecordCheck check,
      String consumer) {
    this.check = check;
    this.rowsMax = check.varies() ? batchSize.rowsMax() : ObjectBatch.ROWS_MAX;
    this.lanes = channels.stream().map(Lane::new).toArray(Lane[]::new);
    this.partitioner = Partitioner.of(partitioning, lanes.length, maxParallelism, consumer);
    this.patient = channels.stream().allMatch(OutputChannel::patient);
  }

  /** Sends a record, at the latest with the next flush. */
  public void emit(Object value, long timestamp) throws Exception {
    if (gathered.add(value, timestamp) >= rowsMax) {
      route();
    }
  }

  /** Sends the records of a batch, which is the caller's again, behind those emitted before. */
  public void emit(ObjectBatch batch) throws Exception {
    if (gathered.size() > 0) {
      route();
    }
    route(batch);
  }

  /** Sends everything gathered, unless the channels would rather have full batches. */
  public void flush() throws Exception {
    if (!patient) {
      flushAll();
    }
  }

  private void flushAll() throws Exception {
    if (gathered.size() > 0) {
      route();
    }
    for (Lane lane : lanes) {
      lane.flush();
    }
  }

  /** Sends a frame that is not data to all channels, behind everything emitted before. */
  public void broadcast(Frame frame) throws Exception {
    flushAll();
    for (Lane lane : lanes) {
      lane.send(frame);
    }
  }

  /** Tells all consumers of a barrier that was sent, ahead of what waits. */
  public void announce(long checkpointId, boolean urgent) {
    for (Lane lane : lanes) {
      lane.announce(checkpointId, urgent);
    }
  }

  /** Whether every channel takes data; when not, the task is woken once one more does. */
  public boolean hasRoom() {
    boolean room = true;
    for (Lane lane : lanes) {
      lane.drain();
      room &= lane.hasRoom();
    }
    return room;
  }

  /** Whether nothing waits in the gate. */
  public boolean isEmpty() {
    boolean empty = gathered.size() == 0;
    for (Lane lane : lanes) {
      lane.drain();
      empty &= lane.isEmpty();
    }
    return empty;
  }

  /** How many rows should come at once, by the size of those before. */
  public int rowsMax() {
    return rowsMax;
  }

  /** How many channels there are. */
  public int channels() {
    return lanes.length;
  }

  /** Records emitted so far. */
  public long records() {
    return records;
  }

  private void route() throws Exception {
    route(gathered.lend());
    gathered.reuse();
  }

  private void route(ObjectBatch batch) throws Exception {
    long bytes = check.check(batch);
    if (check.varies() && batch.size() > 0) {
      limit(batch.size(), bytes);
    }
    records += batch.size();
    partitioner.route(batch, lanes);
  }

  /** Large records go in small batches, so that what waits for their consumers is bounded. */
  private void limit(int rows, long bytes) {
    batchSize.observe(rows, bytes);
    rowsMax = batchSize.rowsMax();
    for (Lane lane : lanes) {
      lane.limit(rowsMax, bytes / rows);
    }
  }
}
