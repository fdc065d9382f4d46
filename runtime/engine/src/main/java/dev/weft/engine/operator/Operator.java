package dev.weft.engine.operator;

import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.state.FrozenState;
import dev.weft.engine.state.unkeyed.FrozenElements;
import java.util.ArrayList;
import java.util.List;

/**
 * One operator of a chain in one subtask. Called by one thread at a time: open, then any of the
 * others, then close.
 */
public interface Operator extends AutoCloseable {
  /** Prepares; state and items of the last checkpoint come through the context. */
  void open(OperatorContext context) throws Exception;

  /**
   * Declares the state that the operator itself keeps, so that it is compared with that of the
   * context. Called instead of all others but {@link #close}; calls nothing of the user's.
   *
   * @throws dev.weft.api.error.WeftException with code USER when the one does not follow from the
   *     other
   */
  default void declare(OperatorContext context) throws Exception {}

  /** Handles a batch of an input. */
  void process(int input, ObjectBatch batch, Output out) throws Exception;

  /**
   * Event time moved on: fires timers and windows. The chain forwards the watermark afterwards,
   * unless {@link #ownsWatermarks()}.
   */
  default void onWatermark(long watermark, Output out) throws Exception {}

  /** Whether incoming watermarks stop here because the operator makes its own. */
  default boolean ownsWatermarks() {
    return false;
  }

  /** Whether idleness of the input stops here because the operator makes its own. */
  default boolean ownsIdleness() {
    return ownsWatermarks();
  }

  /**
   * Whether the operator takes more input. While it does not it waits for something outside, which
   * wakes the task up, or for the wall clock.
   */
  default boolean hasRoom() {
    return true;
  }

  /** The wall clock passed {@link #nextProcessingTime()}. */
  default void onProcessingTime(long now, Output out) throws Exception {}

  /** When {@code onProcessingTime} is wanted next, milliseconds; {@link Long#MAX_VALUE} never. */
  default long nextProcessingTime() {
    return Long.MAX_VALUE;
  }

  /**
   * All inputs ended: emits about a batch of what was gathered. Called again, whenever there is
   * room for more, until it returns true; {@link #finish} follows.
   */
  default boolean drain(Output out) throws Exception {
    return true;
  }

  /** All inputs ended: emits the last. Called once, before the last snapshots. */
  default void finish(Output out) throws Exception {}

  /** A barrier passes: fixes what belongs to the checkpoint. */
  default Snapshot snapshot(long checkpointId) throws Exception {
    return Snapshot.EMPTY;
  }

  /** The checkpoint is complete. */
  default void checkpointCompleted(long checkpointId) throws Exception {}

  /** Releases everything; called once, also after a failure. */
  @Override
  void close() throws Exception;

  /**
   * What an operator keeps in a checkpoint.
   *
   * @param keyed keyed state, or null
   * @param items opaque pieces that may go to any subtask on restore; with keyed state beside them
   *     and another parallelism every subtask gets all
   * @param committables new staged output since the snapshot before, serialised
   * @param committableVersion version of the sink's serializer
   * @param unkeyed state of the operator as a whole
   */
  record Snapshot(
      FrozenState keyed,
      List<byte[]> items,
      List<byte[]> committables,
      int committableVersion,
      List<FrozenElements> unkeyed) {
    /** Nothing to keep. */
    public static final Snapshot EMPTY = new Snapshot(null, List.of(), List.of(), 0);

    /** A snapshot without unkeyed state. */
    public Snapshot(
        FrozenState keyed, List<byte[]> items, List<byte[]> committables, int committableVersion) {
      this(keyed, items, committables, committableVersion, List.of());
    }

    /** The same with more unkeyed state. */
    public Snapshot and(List<FrozenElements> more) {
      List<FrozenElements> all = new ArrayList<>(unkeyed);
      all.addAll(more);
      return more.isEmpty() ? this : with(all);
    }

    /** The same with unkeyed state. */
    Snapshot with(List<FrozenElements> states) {
      return new Snapshot(keyed, items, committables, committableVersion, states);
    }
  }
}
