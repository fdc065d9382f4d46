package dev.weft.engine.operator;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.functions.KeySelector;
import dev.weft.api.graph.Partitioning;
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
 * An operator with keyed state and timers; one of several inputs may do without. Its watermark is
 * part of a checkpoint, so that a record that was late stays late after a restore: at a barrier all
 * subtasks have seen the same watermarks of the same channels, so what one of them kept holds for
 * every other.
 */
public abstract class KeyedOperator extends FunctionOperator {
  /** How the names of the engine's own states begin. */
  protected static final String OWN_STATE = "weft:";

  private static final int ITEM_VERSION = 1;
  private static final int ITEM_BYTES = Integer.BYTES + Long.BYTES;

  private final KeySide[] sides;

  /** How the input at hand is keyed. */
  KeySide side;

  /** The keys of the rows of the batch at hand. */
  Object[] keys = new Object[0];

  /** Their hashes. */
  int[] hashes;

  StateStore store;
  TimerTable timers;
  long watermark = Long.MIN_VALUE;

  /** What takes the keys out of the records of an input. */
  static final class KeySide {
    final KeySelector<Object, Object> selector;
    final KeyHasher hasher;
    final RowLoop<KeyedOperator> loop;

    @SuppressWarnings("unchecked")
    KeySide(Partitioning.Hash<?, ?> key) {
      selector = (KeySelector<Object, Object>) key.selector();
      hasher = KeyHasher.of(key.keyType());
      loop =
          HiddenCopies.loop(
              MethodHandles.lookup(), KeyLoop.class, selector.getClass(), hasher.getClass());
    }
  }

  /** An operator; see {@link FunctionOperator}. */
  protected KeyedOperator(ChainSpec.OperatorSpec spec, Object... functions) {
    super(spec, functions);
    Verify.verify(
        spec.key() != null || spec.inputs().size() > 1,
        "operator %s needs a keyed input",
        spec.name());
    this.sides = new KeySide[spec.inputs().size()];
    for (int input = 0; input < sides.length; input++) {
      Partitioning.Hash<?, ?> key = spec.inputs().get(input).key();
      sides[input] = key == null ? null : new KeySide(key);
    }
  }

  /** Takes the keys out of a batch before its rows are handled. */
  @Override
  protected final void processRows(int input, ObjectBatch batch, Output out) throws Exception {
    side = sides[input];
    if (side == null) {
      processKeyed(input, batch, out);
      return;
    }
    int size = batch.size();
    if (keys.length < size) {
      keys = new Object[Math.max(size, ObjectBatch.ROWS_MAX)];
    }
    hashes = batch.hasHashes() ? batch.hashes() : new int[size];
    side.loop.run(this, batch, out);
    store.expect(keys, hashes, size);
    processKeyed(input, batch, out);
    store.sweep(size);
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
      KeySelector<Object, Object> selector = owner.side.selector;
      KeyHasher hasher = owner.side.hasher;
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
