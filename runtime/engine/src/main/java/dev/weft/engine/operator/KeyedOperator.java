package dev.weft.engine.operator;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.graph.Partitioning;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.state.StateStore;
import dev.weft.engine.state.TimerTable;
import dev.weft.engine.world.Verify;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * An operator with keyed state and timers; one of several inputs may do without. Its watermark is
 * part of a checkpoint, so that a record that was late stays late after a restore: at a barrier all
 * subtasks have seen the same watermarks of the same channels, so what one of them kept holds for
 * every other.
 */
public abstract class KeyedOperator extends FunctionOperator {
  /** How the names of the engine's own states begin. */
  public static final String OWN_STATE = "weft:";

  private static final int ITEM_VERSION = 1;
  private static final int ITEM_BYTES = Integer.BYTES + Long.BYTES;

  private final RowKeys[] rowKeys;

  /** The keys of the rows of the batch at hand. */
  public Object[] keys;

  /** The keys as numbers, when the operator takes them so. */
  public long[] numbers;

  /** Their hashes. */
  public int[] hashes;

  private boolean sorted;
  public StateStore store;
  public TimerTable timers;
  public long watermark = Long.MIN_VALUE;

  protected KeyedOperator(ChainSpec.OperatorSpec spec, Object... functions) {
    super(spec, functions);
    Verify.verify(
        spec.key() != null || spec.inputs().size() > 1,
        "operator %s needs a keyed input",
        spec.name());
    this.rowKeys = new RowKeys[spec.inputs().size()];
    for (int input = 0; input < rowKeys.length; input++) {
      Partitioning.Hash<?, ?> key = spec.inputs().get(input).key();
      rowKeys[input] = key == null ? null : new RowKeys(key);
    }
  }

  /** Takes the keys out of a batch before its rows are handled. */
  @Override
  protected final void processRows(int input, ObjectBatch batch, Output out) throws Exception {
    RowKeys taking = rowKeys[input];
    if (taking == null) {
      processKeyed(input, batch, out);
      return;
    }
    if (takesNumbers()) {
      taking.takeNumbers(batch, site);
      numbers = taking.numbers;
      hashes = taking.hashes;
      processKeyed(input, batch, out);
      store.sweep(batch.size());
      return;
    }
    taking.take(batch, site);
    keys = taking.keys;
    hashes = taking.hashes;
    if (selectsKeys()) {
      store.expect(keys, hashes, batch.size());
    }
    processKeyed(input, batch, out);
    taking.clear(batch.size());
    store.sweep(batch.size());
  }

  /**
   * Whether the operator wants keys as {@link #numbers}, and selects none of them for each record;
   * they are of type {@code Long} or {@code Integer} then.
   */
  protected boolean takesNumbers() {
    return false;
  }

  /** Whether the operator selects the key of each record. */
  protected boolean selectsKeys() {
    return true;
  }

  /** Handles the rows of an input; their keys and hashes are at hand when it is keyed. */
  protected abstract void processKeyed(int input, ObjectBatch batch, Output out) throws Exception;

  @Override
  protected final StateStore prepare() throws Exception {
    if (spec.key() == null) {
      declareState();
      return null;
    }
    store = context.keyedState();
    timers = sorted ? new OneKeyTimers(store.timers()) : store.timers();
    long restored = watermarkIn(context.restoredItems(), site.describe());
    // from a savepoint at the end of time, a job begins time anew when it has more input
    watermark = restored == Long.MAX_VALUE ? Long.MIN_VALUE : restored;
    declareState();
    return store;
  }

  /** Declares the operator's own state. */
  protected void declareState() throws Exception {}

  /** The keyed state; null without a keyed input. */
  public final StateStore store() {
    return store;
  }

  /** The timers; null without a keyed input. */
  public final TimerTable timers() {
    return timers;
  }

  /** The keys of the rows of the batch at hand. */
  public final Object[] keys() {
    return keys;
  }

  /** The hashes of {@link #keys()}. */
  public final int[] hashes() {
    return hashes;
  }

  /** The event time that was reached. */
  public final long watermark() {
    return watermark;
  }

  @Override
  public final void onWatermark(long newWatermark, Output out) throws Exception {
    if (newWatermark <= watermark) {
      return;
    }
    watermark = newWatermark;
    collector.begin(out);
    try {
      eventTimeReached(newWatermark, out);
      collector.check();
    } finally {
      collector.end();
    }
  }

  /** The input is sorted and the next rows of the present key begin at this time. */
  protected void timeOfKey(long timestamp, Output out) throws Exception {}

  /**
   * The input is sorted and a key has ended: its timers fire as at the end of time, those of event
   * time first, and its state is dropped. Timers that are set meanwhile never fire.
   */
  final void endKey(Output out) throws Exception {
    OneKeyTimers ending = (OneKeyTimers) timers;
    ending.close(true);
    onWatermark(Long.MAX_VALUE, out);
    onProcessingTime(Long.MAX_VALUE, out);
    ending.close(false);
    store.dropKey();
    watermark = Long.MIN_VALUE;
  }

  /** The input comes sorted; called before anything is opened. */
  final void expectSorted() {
    sorted = true;
  }

  /** Fires what is due. */
  protected void eventTimeReached(long newWatermark, Output out) throws Exception {}

  @Override
  protected Snapshot ownSnapshot(long checkpointId) {
    if (store == null) {
      return Snapshot.EMPTY;
    }
    byte[] item = ByteBuffer.allocate(ITEM_BYTES).putInt(ITEM_VERSION).putLong(watermark).array();
    return new Snapshot(store.freeze(checkpointId), List.of(item), List.of(), 0);
  }

  /**
   * The watermark of a snapshot: the least of all subtasks, or {@code Long.MIN_VALUE} without any.
   *
   * @param items of the operator in the snapshot
   * @param operator for messages
   */
  public static long watermarkIn(List<byte[]> items, String operator) {
    long least = items.isEmpty() ? Long.MIN_VALUE : Long.MAX_VALUE;
    for (byte[] item : items) {
      least = Math.min(least, readWatermark(item, operator));
    }
    return least;
  }

  private static long readWatermark(byte[] item, String operator) {
    ByteBuffer bytes = ByteBuffer.wrap(item);
    if (item.length != ITEM_BYTES || bytes.getInt() != ITEM_VERSION) {
      throw new WeftException(
          ErrorCode.ENGINE,
          "The watermark of operator "
              + operator
              + " in the checkpoint is not of version "
              + ITEM_VERSION
              + "; restore it with the release that wrote it");
    }
    return bytes.getLong();
  }
}
