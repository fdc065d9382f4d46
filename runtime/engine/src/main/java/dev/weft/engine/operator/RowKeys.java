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
  private final boolean ints;
  private Loop loop;
  private Loop numberLoop;
  private final RowScratch scratch = new RowScratch();
  private int[] hashed = new int[0];

  /** The keys of the rows of the batch at hand. */
  Object[] keys;

  /** The keys as numbers, where they were taken so. */
  long[] numbers = new long[0];

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
    this.ints = key.keyType().typeClass() == Integer.class;
  }

  private Loop copy(Class<? extends Loop> template) {
    return HiddenCopies.loop(
        MethodHandles.lookup(), template, selector.getClass(), hasher.getClass());
  }

  /** Takes the keys of a batch; failures name the site. */
  void take(ObjectBatch batch, OperatorSite site) {
    int size = batch.size();
    keys = scratch.take(size);
    hashes = batch.hasHashes() ? batch.hashes() : room(size);
    if (loop == null) {
      loop = copy(KeyLoop.class);
    }
    loop.run(this, batch, site);
  }

  /** Takes the keys of a batch as numbers; they are of type {@code Long} or {@code Integer}. */
  void takeNumbers(ObjectBatch batch, OperatorSite site) {
    int size = batch.size();
    if (numbers.length < size) {
      numbers = new long[Math.max(size, ObjectBatch.ROWS_MAX)];
    }
    hashes = batch.hasHashes() ? batch.hashes() : room(size);
    if (numberLoop == null) {
      numberLoop = copy(ints ? IntLoop.class : LongLoop.class);
    }
    numberLoop.run(this, batch, site);
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
          throw nullKey(batch, row, site);
        }
        keys[row] = key;
        if (!hashed) {
          hashes[row] = hasher.hash(key);
        }
      }
    }
  }

  /** For keys of type {@code Long}: made and read in one loop, their objects are never made. */
  static final class LongLoop implements Loop {
    @Override
    public void run(RowKeys owner, ObjectBatch batch, OperatorSite site) {
      KeySelector<Object, Object> selector = owner.selector;
      Object[] values = batch.values();
      long[] numbers = owner.numbers;
      int size = batch.size();
      int row = 0;
      try {
        for (; row < size; row++) {
          numbers[row] = (Long) selector.getKey(values[row]);
        }
      } catch (Throwable t) {
        throw owner.misfit(t, batch, row, site);
      }
      if (!batch.hasHashes()) {
        owner.hashNumbers(size);
      }
    }
  }

  /** For keys of type {@code Integer}. */
  static final class IntLoop implements Loop {
    @Override
    public void run(RowKeys owner, ObjectBatch batch, OperatorSite site) {
      KeySelector<Object, Object> selector = owner.selector;
      Object[] values = batch.values();
      long[] numbers = owner.numbers;
      int size = batch.size();
      int row = 0;
      try {
        for (; row < size; row++) {
          numbers[row] = (Integer) selector.getKey(values[row]);
        }
      } catch (Throwable t) {
        throw owner.misfit(t, batch, row, site);
      }
      if (!batch.hasHashes()) {
        owner.hashNumbers(size);
      }
    }
  }

  void hashNumbers(int size) {
    for (int row = 0; row < size; row++) {
      Object key = ints ? (Object) (int) numbers[row] : (Object) numbers[row];
      hashes[row] = hasher.hash(key);
    }
  }

  /** What is wrong with the key of a row: the failure of its selector, or that there is none. */
  RuntimeException misfit(Throwable thrown, ObjectBatch batch, int row, OperatorSite site) {
    Object key;
    try {
      key = selector.getKey(batch.value(row));
    } catch (Throwable again) {
      return site.atRecord(again, batch.value(row), batch.timestamp(row));
    }
    return key == null
        ? nullKey(batch, row, site)
        : site.atRecord(thrown, batch.value(row), batch.timestamp(row));
  }

  static RuntimeException nullKey(ObjectBatch batch, int row, OperatorSite site) {
    return site.misuseAt(
        batch.value(row),
        batch.timestamp(row),
        "got a null key; filter such records out or give them a key");
  }
}
