package dev.weft.engine.operator;

import dev.weft.api.functions.KeySelector;
import dev.weft.api.graph.Partitioning;
import dev.weft.engine.batch.HiddenCopies;
import dev.weft.engine.batch.KeyHasher;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.batch.RowScratch;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.world.Verify;
import java.lang.invoke.MethodHandles;

/** Takes the keys out of a batch, and their hashes, before its rows are handled. */
final class RowKeys {
  final KeySelector<Object, Object> selector;
  final KeyHasher hasher;
  private final Loop loop;
  private final RowScratch scratch = new RowScratch();
  private int[] hashed = new int[0];

  /** The keys of the rows of the batch at hand. */
  Object[] keys;

  /** Their hashes. */
  int[] hashes;

  RowKeys(ChainSpec.OperatorSpec spec) {
    this(spec.key());
  }

  /** The keys of an input. */
  @SuppressWarnings("unchecked")
  RowKeys(Partitioning.Hash<?, ?> key) {
    Verify.verify(key != null, "an operator that takes keys needs a keyed input");
    this.selector = (KeySelector<Object, Object>) key.selector();
    this.hasher = KeyHasher.of(key.keyType());
    this.loop =
        HiddenCopies.loop(
            MethodHandles.lookup(), KeyLoop.class, selector.getClass(), hasher.getClass());
  }

  /** Takes the keys of a batch; failures name the site. */
  void take(ObjectBatch batch, OperatorSite site) {
    int size = batch.size();
    keys = scratch.take(size);
    hashes = batch.hasHashes() ? batch.hashes() : room(size);
    loop.run(this, batch, site);
  }

  private int[] room(int size) {
    if (hashed.length < size) {
      hashed = new int[size];
    }
    return hashed;
  }

  /** Forgets the keys of a batch of so many rows. */
  void clear(int size) {
    scratch.clear(size);
  }

  /** Computes keys and hashes. */
  interface Loop {
    /** Handles all rows. */
    void run(RowKeys owner, ObjectBatch batch, OperatorSite site);
  }

  static final class KeyLoop implements Loop {
    @Override
    public void run(RowKeys owner, ObjectBatch batch, OperatorSite site) {
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
          throw site.atRecord(t, values[row], batch.timestamp(row));
        }
        if (key == null) {
          throw site.misuseAt(
              values[row],
              batch.timestamp(row),
              "got a null key; filter such records out or give them a key");
        }
        keys[row] = key;
        if (!hashed) {
          hashes[row] = hasher.hash(key);
        }
      }
    }
  }
}
