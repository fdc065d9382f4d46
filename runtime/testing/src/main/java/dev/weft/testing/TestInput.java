package dev.weft.testing;

import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.exchange.Frame;
import dev.weft.engine.exchange.OutputGate;
import dev.weft.engine.protocol.CheckpointKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An input of a program under test. Every call returns when the program has done all that follows
 * from it.
 *
 * @param <T> the records
 */
public final class TestInput<T> {
  private final TestHarness<?, ?> harness;
  private final String name;
  private Progress progress = Progress.NONE;
  private boolean told = true;
  private List<OutputGate> gates = List.of();

  /**
   * How far an input is.
   *
   * @param watermark the last one
   * @param idle whether it is idle
   * @param ended whether it has ended
   */
  record Progress(long watermark, boolean idle, boolean ended) {
    static final Progress NONE = new Progress(Long.MIN_VALUE, false, false);
  }

  TestInput(TestHarness<?, ?> harness, String name) {
    this.harness = harness;
    this.name = name;
  }

  /** The name that the program gave it. */
  public String name() {
    return name;
  }

  /** A record without a timestamp, in a batch of its own. */
  public void push(T value) {
    push(value, TestRecord.NO_TIMESTAMP);
  }

  /** A record with its event time in milliseconds, in a batch of its own. */
  public void push(T value, long timestamp) {
    pushBatch(List.of(new TestRecord<>(value, timestamp)));
  }

  /** Records that arrive in one batch. */
  @SafeVarargs
  public final void pushBatch(TestRecord<T>... records) {
    pushBatch(Arrays.asList(records));
  }

  /** Records that arrive in one batch, as far as batches take so many. */
  public void pushBatch(List<TestRecord<T>> records) {
    if (progress.ended) {
      throw new IllegalStateException("the input '" + name + "' has ended");
    }
    if (progress.idle) {
      idle(false);
    }
    for (int from = 0; from < records.size(); from += ObjectBatch.ROWS_MAX) {
      int to = Math.min(records.size(), from + ObjectBatch.ROWS_MAX);
      ObjectBatch batch = batch(records.subList(from, to));
      send(gate -> gate.emit(batch));
      harness.settle();
    }
  }

  private static ObjectBatch batch(List<? extends TestRecord<?>> records) {
    Object[] values = records.stream().map(TestRecord::value).toArray();
    long[] timestamps = records.stream().mapToLong(TestRecord::timestamp).toArray();
    boolean timed = records.stream().anyMatch(TestRecord::hasTimestamp);
    return new ObjectBatch(values, timed ? timestamps : null, null, values.length);
  }

  /** Says that no record of this input with an event time up to this one follows. */
  public void watermark(long timestamp) {
    harness.tellProgress();
    progress = new Progress(Math.max(progress.watermark, timestamp), progress.idle, progress.ended);
    send(gate -> gate.broadcast(new Frame.Watermark(timestamp)));
    harness.settle();
  }

  /** Says whether this input holds the others' watermarks back; the next record makes it active. */
  public void idle(boolean idle) {
    harness.tellProgress();
    progress = new Progress(progress.watermark, idle, progress.ended);
    send(gate -> gate.broadcast(new Frame.Idle(idle)));
    harness.settle();
  }

  /** Ends the input: event time runs to its end, and no record follows. */
  public void end() {
    if (!progress.ended) {
      watermark(Long.MAX_VALUE);
      progress = new Progress(Long.MAX_VALUE, false, true);
      send(gate -> gate.broadcast(new Frame.EndOfInput()));
      harness.settle();
    }
  }

  boolean ended() {
    return progress.ended;
  }

  Progress progress() {
    return progress;
  }

  /** Begins to feed a new deployment. */
  void connect(List<OutputGate> producers, Progress restored) {
    gates = new ArrayList<>(producers);
    progress = restored;
    told = restored == Progress.NONE;
    if (progress.ended) {
      told = true;
      send(gate -> gate.broadcast(new Frame.Watermark(Long.MAX_VALUE)));
      send(gate -> gate.broadcast(new Frame.EndOfInput()));
    }
  }

  /**
   * After a restore, repeats how far this input was, as a source does with its first records. Not
   * earlier: an operator that keeps no watermark of its own would not be found out.
   */
  void tell() {
    if (!told) {
      told = true;
      if (progress.watermark > Long.MIN_VALUE) {
        send(gate -> gate.broadcast(new Frame.Watermark(progress.watermark)));
      }
      if (progress.idle) {
        send(gate -> gate.broadcast(new Frame.Idle(true)));
      }
    }
  }

  void barrier(long checkpointId, CheckpointKind kind, String directory) {
    Frame.Barrier barrier = new Frame.Barrier(checkpointId, kind, directory, 0);
    send(gate -> gate.broadcast(barrier));
  }

  /** Whether nothing waits for a channel. */
  boolean isEmpty() {
    return gates.stream().allMatch(OutputGate::isEmpty);
  }

  private void send(Sending sending) {
    harness.checkOpen();
    if (gates.isEmpty()) {
      throw new IllegalStateException("no step of the program reads the input '" + name + "'");
    }
    try {
      for (OutputGate gate : gates) {
        sending.to(gate);
        gate.flush();
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Something that goes to a gate. */
  private interface Sending {
    void to(OutputGate gate) throws Exception;
  }
}
