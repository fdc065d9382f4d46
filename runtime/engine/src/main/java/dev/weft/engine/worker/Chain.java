package dev.weft.engine.worker;

import dev.weft.api.OutputTag;
import dev.weft.api.connector.InputStatus;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.exchange.Frame;
import dev.weft.engine.exchange.OutputGate;
import dev.weft.engine.operator.Operator;
import dev.weft.engine.operator.Output;
import dev.weft.engine.operator.SourceOperator;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.world.Seam;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;

/**
 * The operators of one task. A batch goes depth first: what an operator emits is gathered, and when
 * a batch is full or the call ends it goes to the next one. Used by one thread at a time.
 *
 * <p>A failure of any operator is kept, and every entry checks it: user code that catches what its
 * collector throws cannot hide a failure further down.
 */
final class Chain {
  private static final MethodHandle PROCESS =
      Seam.at(
          MethodHandles.lookup(),
          Operator.class,
          "process",
          void.class,
          int.class,
          ObjectBatch.class,
          Output.class);
  private static final MethodHandle POLL =
      Seam.at(
          MethodHandles.lookup(), SourceOperator.class, "poll", InputStatus.class, Output.class);

  private final MethodHandle processing = PROCESS;
  private final MethodHandle polling = POLL;
  private final List<ChainSpec.OperatorSpec> specs;
  private final Operator[] operators;
  private final ChainOutput[] outputs;
  private final List<TaskContext> contexts = new ArrayList<>();
  private OperatorFailure failure;
  private int opened;
  private int finishing;
  private long lastWatermark = Long.MIN_VALUE;

  /** A chain whose operators are not open yet. */
  Chain(List<ChainSpec.OperatorSpec> specs, List<? extends Operator> operators) {
    this.specs = specs;
    this.operators = operators.toArray(Operator[]::new);
    this.outputs = new ChainOutput[this.operators.length];
  }

  /**
   * Where the output of one operator goes, besides the next operator.
   *
   * @param gates of the main output
   * @param tags of the side outputs
   * @param sideGates for each tag
   */
  record Edges(OutputGate[] gates, OutputTag<?>[] tags, OutputGate[] sideGates) {}

  /** Makes the contexts of operators. */
  interface Contexts {
    /** The context of an operator of this chain. */
    TaskContext of(int operator);
  }

  /** Opens all operators. */
  void open(Contexts contexts) {
    for (int i = 0; i < operators.length; i++) {
      try {
        opened = i + 1;
        TaskContext context = contexts.of(i);
        this.contexts.add(context);
        operators[i].open(context);
        context.checkStateTaken();
      } catch (Throwable e) {
        throw failed(i, e);
      }
    }
  }

  /**
   * Says where output goes; called once, before anything flows.
   *
   * @param edges by operator
   */
  void connect(List<Edges> edges) {
    for (int i = 0; i < operators.length; i++) {
      outputs[i] = new ChainOutput(this, i, i == operators.length - 1, edges.get(i));
    }
  }

  /** The source at the beginning, or null. */
  SourceOperator source() {
    return operators[0] instanceof SourceOperator source ? source : null;
  }

  /** Lets the source emit. */
  InputStatus poll() {
    InputStatus status;
    try {
      status = (InputStatus) polling.invokeExact(source(), (Output) outputs[0]);
    } catch (Throwable e) {
      throw failed(0, e);
    }
    settle();
    return status;
  }

  /** Lets the first operator handle a batch of an input. */
  void process(int input, ObjectBatch batch) {
    process(0, input, batch);
    settle();
  }

  /** Lets one operator handle a batch. */
  void process(int operator, int input, ObjectBatch batch) {
    try {
      processing.invokeExact(operators[operator], input, batch, (Output) outputs[operator]);
    } catch (Throwable e) {
      throw failed(operator, e);
    }
  }

  /** A watermark comes in. */
  void watermark(long timestamp) {
    lastWatermark = timestamp;
    watermarkInto(0, timestamp);
    settle();
  }

  /** The last watermark that came in or that the source emitted. */
  long lastWatermark() {
    return lastWatermark;
  }

  /** The source ended: nothing earlier than the end of time will come from it. */
  void endOfTime() {
    watermarkFrom(0, Long.MAX_VALUE);
    settle();
  }

  /** The input became idle or active. */
  void idle(boolean idle) {
    if (!operators[0].ownsIdleness()) {
      idleFrom(0, idle);
    }
  }

  /** The output of an operator has a watermark. */
  void watermarkFrom(int operator, long timestamp) {
    if (operator == 0) {
      lastWatermark = timestamp;
    }
    outputs[operator].passOn();
    outputs[operator].broadcast(new Frame.Watermark(timestamp));
    if (operator + 1 < operators.length) {
      watermarkInto(operator + 1, timestamp);
    }
  }

  private void watermarkInto(int operator, long timestamp) {
    try {
      operators[operator].onWatermark(timestamp, outputs[operator]);
    } catch (Throwable e) {
      throw failed(operator, e);
    }
    if (!operators[operator].ownsWatermarks()) {
      watermarkFrom(operator, timestamp);
    }
  }

  /** The output of an operator became idle or active. */
  void idleFrom(int operator, boolean idle) {
    outputs[operator].passOn();
    outputs[operator].broadcast(new Frame.Idle(idle));
    if (operator + 1 < operators.length && !operators[operator + 1].ownsIdleness()) {
      idleFrom(operator + 1, idle);
    }
  }

  /** When an operator wants the wall clock next, milliseconds. */
  long nextProcessingTime() {
    long next = Long.MAX_VALUE;
    for (Operator operator : operators) {
      next = Math.min(next, operator.nextProcessingTime());
    }
    return next;
  }

  /** Fires what is due at a wall-clock time. */
  void processingTime(long now) {
    for (int i = 0; i < operators.length; i++) {
      if (operators[i].nextProcessingTime() <= now) {
        try {
          operators[i].onProcessingTime(now, outputs[i]);
        } catch (Throwable e) {
          throw failed(i, e);
        }
        settle();
      }
    }
  }

  /**
   * The input ended: one operator after the other emits what is left, then the edges end.
   *
   * @return false when there is more, for which this is to be called again
   */
  boolean finish() {
    while (finishing < operators.length) {
      boolean drained = finish(operators[finishing], outputs[finishing]);
      settle();
      if (!drained) {
        return false;
      }
      finishing++;
    }
    broadcast(new Frame.EndOfInput());
    return true;
  }

  private boolean finish(Operator operator, ChainOutput output) {
    try {
      boolean drained = operator.drain(output);
      if (drained) {
        operator.finish(output);
      }
      return drained;
    } catch (Throwable e) {
      throw failed(finishing, e);
    }
  }

  /** Sends a frame that is not data to all edges. */
  void broadcast(Frame frame) {
    for (ChainOutput output : outputs) {
      output.broadcast(frame);
    }
  }

  /** Tells all consumers of a barrier that was sent, ahead of what waits. */
  void announce(long checkpointId, boolean urgent) {
    for (ChainOutput output : outputs) {
      output.announce(checkpointId, urgent);
    }
  }

  /**
   * Says how the next snapshot is to be.
   *
   * @param baseCheckpointId the checkpoint that state may continue; 0 for none
   * @param selfContained whether it is to be readable by any store and without other files
   */
  void nextSnapshot(long baseCheckpointId, boolean selfContained) {
    contexts.forEach(context -> context.nextFreeze(baseCheckpointId, selfContained));
  }

  /** Fixes what belongs to a checkpoint, by operator. */
  List<Operator.Snapshot> snapshot(long checkpointId) {
    List<Operator.Snapshot> snapshots = new ArrayList<>();
    for (int i = 0; i < operators.length; i++) {
      try {
        snapshots.add(operators[i].snapshot(checkpointId));
      } catch (Throwable e) {
        snapshots.forEach(Chain::release);
        throw failed(i, e);
      }
    }
    return snapshots;
  }

  private static void release(Operator.Snapshot snapshot) {
    if (snapshot.keyed() != null) {
      snapshot.keyed().release();
    }
  }

  /** A checkpoint is complete. */
  void checkpointCompleted(long checkpointId) {
    for (int i = 0; i < operators.length; i++) {
      try {
        operators[i].checkpointCompleted(checkpointId);
      } catch (Throwable e) {
        throw failed(i, e);
      }
    }
  }

  /** Sends what the edges gathered. */
  void flush() {
    for (ChainOutput output : outputs) {
      output.flush();
    }
  }

  /** Whether every edge takes data. */
  boolean hasRoom() {
    boolean room = true;
    for (ChainOutput output : outputs) {
      room &= output.hasRoom();
    }
    return room;
  }

  /** How many rows a source at the head should bring at once, by what the edges carried last. */
  int rowsMax() {
    int least = ObjectBatch.ROWS_MAX;
    for (ChainOutput output : outputs) {
      least = Math.min(least, output.edgeRowsMax());
    }
    return least;
  }

  /** Whether no operator waits for something outside before it goes on. */
  boolean takesInput() {
    for (Operator operator : operators) {
      if (!operator.hasRoom()) {
        return false;
      }
    }
    return true;
  }

  /** Whether nothing waits for an edge. */
  boolean isEmpty() {
    boolean empty = true;
    for (ChainOutput output : outputs) {
      empty &= output.isEmpty();
    }
    return empty;
  }

  /** How many channels the widest edge has. */
  int channels() {
    int most = 0;
    for (ChainOutput output : outputs) {
      most = Math.max(most, output.channels());
    }
    return most;
  }

  /** Records that went to edges. */
  long sent() {
    long sum = 0;
    for (ChainOutput output : outputs) {
      sum += output.sent();
    }
    return sum;
  }

  /** Records that the first operator emitted. */
  long emittedByFirst() {
    return outputs[0].emitted();
  }

  /**
   * Closes what was opened, last operator first.
   *
   * @return the first failure, or null
   */
  Throwable close() {
    Throwable first = null;
    while (opened > 0) {
      opened--;
      try {
        operators[opened].close();
      } catch (Throwable e) {
        if (first == null) {
          first = e;
        }
      }
    }
    return first;
  }

  /** Keeps the first failure and wraps it with the operator that it happened in. */
  OperatorFailure failed(int operator, Throwable cause) {
    if (failure == null) {
      ChainSpec.OperatorSpec spec = specs.get(operator);
      failure =
          cause instanceof OperatorFailure known
              ? known
              : new OperatorFailure(spec.name() + " (" + spec.createdAt() + ")", cause);
    }
    return failure;
  }

  /** Hands what is gathered between operators on, so that a call leaves nothing behind. */
  private void settle() {
    for (ChainOutput output : outputs) {
      if (failure != null) {
        throw failure;
      }
      output.passOn();
    }
    if (failure != null) {
      throw failure;
    }
  }
}
