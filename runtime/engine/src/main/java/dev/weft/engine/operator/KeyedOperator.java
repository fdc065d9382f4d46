package dev.weft.engine.operator;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.functions.KeySelector;
import dev.weft.engine.batch.HiddenCopies;
import dev.weft.engine.batch.KeyHasher;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.state.StateStore;
import dev.weft.engine.state.TimerTable;
import dev.weft.engine.world.Verify;
import java.lang.invoke.MethodHandles;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * An operator with keyed state and timers. Its watermark is part of a checkpoint, so that a record
 * that was late stays late after a restore: at a barrier all subtasks have seen the same watermarks
 * of the same channels, so what one of them kept holds for every other.
 */
abstract class KeyedOperator extends FunctionOperator {
  /** How the names of the engine's own states begin. */
  static final String OWN_STATE = "weft:";

  private static final int ITEM_VERSION = 1;
  private static final int ITEM_BYTES = Integer.BYTES + Long.BYTES;

  final KeySelector<Object, Object> selector;
  final KeyHasher hasher;
  private final RowLoop<KeyedOperator> keyLoop;

  /** The keys of the rows of the batch at hand. */
  Object[] keys = new Object[0];

  /** Their hashes. */
  int[] hashes;

  StateStore store;
  TimerTable timers;
  long watermark = Long.MIN_VALUE;

  @SuppressWarnings("unchecked")
  KeyedOperator(ChainSpec.OperatorSpec spec, Object... functions) {
    super(spec, functions);
    Verify.verify(spec.key() != null, "operator %s needs a keyed input", spec.name());
    this.selector = (KeySelector<Object, Object>) spec.key().selector();
    this.hasher = KeyHasher.of(spec.key().keyType());
    this.keyLoop =
        HiddenCopies.loop(
            MethodHandles.lookup(), KeyLoop.class, selector.getClass(), hasher.getClass());
  }

  /** Takes the keys out of a batch before its rows are handled. */
  @Override
  final void processRows(ObjectBatch batch, Output out) throws Exception {
    int size = batch.size();
    if (keys.length < size) {
      keys = new Object[Math.max(size, ObjectBatch.ROWS_MAX)];
    }
    hashes = batch.hasHashes() ? batch.hashes() : new int[size];
    keyLoop.run(this, batch, out);
    store.expect(keys, hashes, size);
    processKeyed(batch, out);
  }

  /** Handles the rows, whose keys and hashes are at hand. */
  abstract void processKeyed(ObjectBatch batch, Output out) throws Exception;

  @Override
  StateStore prepare() throws Exception {
    store = context.keyedState();
    timers = store.timers();
    List<byte[]> items = context.restoredItems();
    long restored = items.isEmpty() ? Long.MIN_VALUE : Long.MAX_VALUE;
    for (byte[] item : items) {
      restored = Math.min(restored, readWatermark(item));
    }
    watermark = restored;
    declareState();
    return store;
  }

  /** Declares the operator's own state. */
  void declareState() {}

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

  /** Fires what is due. */
  void eventTimeReached(long newWatermark, Output out) throws Exception {}

  @Override
  Snapshot ownSnapshot(long checkpointId) {
    byte[] item = ByteBuffer.allocate(ITEM_BYTES).putInt(ITEM_VERSION).putLong(watermark).array();
    return new Snapshot(store.freeze(checkpointId), List.of(item), List.of(), 0);
  }

  @Override
  public void checkpointCompleted(long checkpointId) throws Exception {
    store.completed(checkpointId);
    super.checkpointCompleted(checkpointId);
  }

  private long readWatermark(byte[] item) {
    ByteBuffer bytes = ByteBuffer.wrap(item);
    if (item.length != ITEM_BYTES || bytes.getInt() != ITEM_VERSION) {
      throw new WeftException(
          ErrorCode.ENGINE,
          "The watermark of operator "
              + site.describe()
              + " in the checkpoint is not of version "
              + ITEM_VERSION
              + "; restore it with the release that wrote it");
    }
    return bytes.getLong();
  }

  static final class KeyLoop implements RowLoop<KeyedOperator> {
    @Override
    public void run(KeyedOperator owner, ObjectBatch batch, Output out) {
      KeySelector<Object, Object> selector = owner.selector;
      KeyHasher hasher = owner.hasher;
      Object[] values = batch.values();
      Object[] keys = owner.keys;
      int[] hashes = owner.hashes;
      boolean hashed = batch.hasHashes();
      int size = batch.size();
      for (int row = 0; row < size; row++) {
        Object key;
        try {
          key = selector.getKey(values[row]);
        } catch (Throwable t) {
          throw owner.site.atRecord(t, values[row], batch.timestamp(row));
        }
        if (key == null) {
          throw owner.nullKey(values[row], batch.timestamp(row));
        }
        keys[row] = key;
        if (!hashed) {
          hashes[row] = hasher.hash(key);
        }
      }
    }
  }

  /** The failure for a record whose key is null. */
  WeftException nullKey(Object record, long timestamp) {
    return site.misuseAt(
        record, timestamp, "got a null key; filter such records out or give them a key");
  }
}
