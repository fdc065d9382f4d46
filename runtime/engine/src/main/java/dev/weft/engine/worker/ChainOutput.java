package dev.weft.engine.worker;

import dev.weft.api.OutputTag;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.exchange.BatchBuilder;
import dev.weft.engine.exchange.Frame;
import dev.weft.engine.exchange.OutputGate;
import dev.weft.engine.operator.Output;

/** Takes what one operator of a chain emits: for the next operator and for the edges behind it. */
final class ChainOutput implements Output {
  private final Chain chain;
  private final int operator;
  private final boolean last;
  private final OutputGate[] gates;
  private final OutputTag<?>[] tags;
  private final OutputGate[] sideGates;
  private final BatchBuilder gathered = new BatchBuilder();
  private long passed;

  /**
   * An output.
   *
   * @param operator the index of the emitting operator
   * @param edges that carry its output
   */
  ChainOutput(Chain chain, int operator, boolean last, Chain.Edges edges) {
    this.chain = chain;
    this.operator = operator;
    this.last = last;
    this.gates = edges.gates();
    this.tags = edges.tags();
    this.sideGates = edges.sideGates();
  }

  @Override
  public void emit(Object value, long timestamp) {
    if (!last && gathered.add(value, timestamp) == ObjectBatch.ROWS_MAX) {
      passOn();
    }
    for (OutputGate gate : gates) {
      send(gate, value, timestamp);
    }
  }

  @Override
  public void emit(ObjectBatch batch) {
    if (!last) {
      passOn();
      pass(batch);
    }
    for (OutputGate gate : gates) {
      try {
        gate.emit(batch);
      } catch (Exception e) {
        throw chain.failed(operator, e);
      }
    }
  }

  @Override
  public void emit(OutputTag<?> tag, Object value, long timestamp) {
    for (int i = 0; i < tags.length; i++) {
      if (tags[i].equals(tag)) {
        send(sideGates[i], value, timestamp);
      }
    }
  }

  @Override
  public void watermark(long timestamp) {
    chain.watermarkFrom(operator, timestamp);
  }

  @Override
  public int rowsMax() {
    return chain.rowsMax();
  }

  /** How many records its edges should get at once. */
  int edgeRowsMax() {
    int least = ObjectBatch.ROWS_MAX;
    for (OutputGate gate : gates) {
      least = Math.min(least, gate.rowsMax());
    }
    for (OutputGate gate : sideGates) {
      least = Math.min(least, gate.rowsMax());
    }
    return least;
  }

  @Override
  public void idle(boolean idle) {
    chain.idleFrom(operator, idle);
  }

  /** Hands what was gathered to the next operator. */
  void passOn() {
    if (gathered.size() > 0) {
      pass(gathered.lend());
      gathered.reuse();
    }
  }

  private void pass(ObjectBatch batch) {
    passed += batch.size();
    chain.process(operator + 1, 0, batch);
  }

  /** Sends a frame that is not data to all edges of this operator. */
  void broadcast(Frame frame) {
    try {
      for (OutputGate gate : gates) {
        gate.broadcast(frame);
      }
      for (OutputGate gate : sideGates) {
        gate.broadcast(frame);
      }
    } catch (Exception e) {
      throw chain.failed(operator, e);
    }
  }

  /** Tells the consumers of this operator's edges of a barrier, ahead of what waits. */
  void announce(long checkpointId, boolean urgent) {
    for (OutputGate gate : gates) {
      gate.announce(checkpointId, urgent);
    }
    for (OutputGate gate : sideGates) {
      gate.announce(checkpointId, urgent);
    }
  }

  /** Sends what the edges of this operator gathered. */
  void flush() {
    try {
      for (OutputGate gate : gates) {
        gate.flush();
      }
      for (OutputGate gate : sideGates) {
        gate.flush();
      }
    } catch (Exception e) {
      throw chain.failed(operator, e);
    }
  }

  /** Whether every edge takes data. */
  boolean hasRoom() {
    boolean room = true;
    for (OutputGate gate : gates) {
      room &= gate.hasRoom();
    }
    for (OutputGate gate : sideGates) {
      room &= gate.hasRoom();
    }
    return room;
  }

  /** Whether nothing waits for an edge. */
  boolean isEmpty() {
    boolean empty = true;
    for (OutputGate gate : gates) {
      empty &= gate.isEmpty();
    }
    for (OutputGate gate : sideGates) {
      empty &= gate.isEmpty();
    }
    return empty;
  }

  /** How many channels the widest edge has. */
  int channels() {
    int most = 0;
    for (OutputGate gate : gates) {
      most = Math.max(most, gate.channels());
    }
    return most;
  }

  /** Records that went to edges. */
  long sent() {
    long sum = 0;
    for (OutputGate gate : gates) {
      sum += gate.records();
    }
    for (OutputGate gate : sideGates) {
      sum += gate.records();
    }
    return sum;
  }

  /** Records of the main output. */
  long emitted() {
    return last ? (gates.length == 0 ? 0 : gates[0].records()) : passed;
  }

  private void send(OutputGate gate, Object value, long timestamp) {
    try {
      gate.emit(value, timestamp);
    } catch (Exception e) {
      throw chain.failed(operator, e);
    }
  }
}
