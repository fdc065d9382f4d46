package dev.weft.engine.exchange;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.functions.KeySelector;
import dev.weft.api.graph.Partitioning;
import dev.weft.api.types.TypeInformation;
import dev.weft.engine.batch.HiddenCopies;
import dev.weft.engine.batch.KeyHasher;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.protocol.RecordText;
import dev.weft.engine.world.Verify;
import java.lang.invoke.MethodHandles;

/** Chooses channels for the rows of a batch. Used by one thread. */
abstract sealed class Partitioner {
  /** Hands every row of a batch to one or more lanes. */
  abstract void route(ObjectBatch batch, Lane[] lanes) throws Exception;

  /**
   * The partitioner of an edge.
   *
   * @param maxParallelism of the consuming vertex
   * @param consumer the step that takes the records, for messages
   */
  static Partitioner of(
      Partitioning partitioning, int channels, int maxParallelism, String consumer) {
    if (partitioning instanceof Partitioning.Hash<?, ?> hash) {
      return new ByKey(hash, channels, maxParallelism, consumer);
    }
    if (channels == 1) {
      return new Single();
    }
    if (partitioning instanceof Partitioning.Rebalance
        || partitioning instanceof Partitioning.Rescale) {
      return new InTurn();
    }
    if (partitioning instanceof Partitioning.Shuffle) {
      return new ByLot();
    }
    if (partitioning instanceof Partitioning.Custom<?, ?> custom) {
      return new ByFunction(custom, consumer);
    }
    if (partitioning instanceof Partitioning.Broadcast) {
      return new ToAll();
    }
    Verify.verify(
        partitioning instanceof Partitioning.Global, "%s with %s channels", partitioning, channels);
    return new Single();
  }

  /** All rows to the first channel: forward edges have but one, global ones use but one. */
  private static final class Single extends Partitioner {
    @Override
    void route(ObjectBatch batch, Lane[] lanes) {
      lanes[0].add(batch, null);
    }
  }

  /** Row after row to channel after channel. */
  private static final class InTurn extends Partitioner {
    private int next;

    @Override
    void route(ObjectBatch batch, Lane[] lanes) {
      int lane = next;
      for (int row = 0; row < batch.size(); row++) {
        lanes[lane].add(batch.value(row), batch.timestamp(row));
        lane = lane + 1 == lanes.length ? 0 : lane + 1;
      }
      next = lane;
    }
  }

  /**
   * Row after row to a channel drawn by lot, from xorshift numbers (G. Marsaglia, "Xorshift RNGs",
   * 2003). The seed is fixed: a run can be repeated.
   */
  private static final class ByLot extends Partitioner {
    private long state = 0x9E37_79B9_7F4A_7C15L;

    @Override
    void route(ObjectBatch batch, Lane[] lanes) {
      for (int row = 0; row < batch.size(); row++) {
        state ^= state << 13;
        state ^= state >>> 7;
        state ^= state << 17;
        int lane = (int) (((state >>> 32) * lanes.length) >>> 32);
        lanes[lane].add(batch.value(row), batch.timestamp(row));
      }
    }
  }

  /** Chooses channels by the user's function. */
  interface ChoiceLoop {
    /** The channel of each row. */
    int[] choose(ByFunction owner, Object[] values, int size, int channels);
  }

  /** Copied for each partitioner. */
  static final class CustomLoop implements ChoiceLoop {
    @Override
    public int[] choose(ByFunction owner, Object[] values, int size, int channels) {
      int[] chosen = new int[size];
      int row = 0;
      try {
        for (; row < size; row++) {
          Object key = owner.selector.getKey(values[row]);
          chosen[row] = owner.function.partition(key, channels);
          if (chosen[row] < 0 || chosen[row] >= channels) {
            throw outOfRange(key, chosen[row], channels);
          }
        }
      } catch (Exception e) {
        throw keyFailed(e, values[row], owner.consumer);
      }
      return chosen;
    }
  }

  /** The failure of a partitioner that names a channel that there is not. */
  static WeftException outOfRange(Object key, int chosen, int channels) {
    return new WeftException(
        ErrorCode.USER,
        "The partitioner of partitionCustom returned "
            + chosen
            + " for key "
            + RecordText.of(key)
            + "; it returns 0 to "
            + (channels - 1));
  }

  /** Row after row to the channel that the user's function says. */
  static final class ByFunction extends Partitioner {
    final dev.weft.api.functions.Partitioner<Object> function;
    final KeySelector<Object, Object> selector;
    final String consumer;
    private final ChoiceLoop loop;

    @SuppressWarnings("unchecked")
    ByFunction(Partitioning.Custom<?, ?> custom, String consumer) {
      this.function = (dev.weft.api.functions.Partitioner<Object>) custom.partitioner();
      this.selector = (KeySelector<Object, Object>) custom.selector();
      this.consumer = consumer;
      this.loop =
          HiddenCopies.loop(
              MethodHandles.lookup(), CustomLoop.class, function.getClass(), selector.getClass());
    }

    @Override
    void route(ObjectBatch batch, Lane[] lanes) {
      Object[] values = batch.values();
      int size = batch.size();
      int[] chosen = loop.choose(this, values, size, lanes.length);
      for (int row = 0; row < size; row++) {
        lanes[chosen[row]].add(values[row], batch.timestamp(row));
      }
    }
  }

  /** The batch to every channel. */
  private static final class ToAll extends Partitioner {
    @Override
    void route(ObjectBatch batch, Lane[] lanes) {
      for (Lane lane : lanes) {
        lane.add(batch, null);
      }
    }
  }

  /** Computes the key hashes of rows. */
  interface HashLoop {
    /** Puts the hashes of so many rows into an array. */
    void hash(ByKey owner, Object[] values, int[] hashes, int size);
  }

  /** Copied for each selector. */
  static final class KeyHashLoop implements HashLoop {
    @Override
    public void hash(ByKey owner, Object[] values, int[] hashes, int size) {
      KeySelector<Object, Object> selector = owner.selector;
      KeyHasher hasher = owner.hasher;
      int row = 0;
      try {
        for (; row < size; row++) {
          hashes[row] = hasher.hash(selector.getKey(values[row]));
        }
      } catch (Exception e) {
        throw keyFailed(e, values[row], owner.consumer);
      }
    }
  }

  /**
   * For keys that are whole numbers. A hasher behind an interface would make an object of each key:
   * the compiler keeps what it passes to a receiver that it only expects.
   */
  static final class LongHashLoop implements HashLoop {
    @Override
    public void hash(ByKey owner, Object[] values, int[] hashes, int size) {
      KeySelector<Object, Object> selector = owner.selector;
      int row = 0;
      try {
        for (; row < size; row++) {
          hashes[row] = KeyHasher.ofLong((Long) selector.getKey(values[row]));
        }
      } catch (ClassCastException | NullPointerException e) {
        throw keyFailed(owner.keyMisfit(values[row], e), values[row], owner.consumer);
      } catch (Exception e) {
        throw keyFailed(e, values[row], owner.consumer);
      }
    }
  }

  /** The failure of a key selector, or of the hash of what it returned. */
  static WeftException keyFailed(Exception cause, Object record, String consumer) {
    boolean known = cause instanceof WeftException;
    return new WeftException(
        known ? ((WeftException) cause).code() : ErrorCode.USER,
        (known ? cause.getMessage() : "The key selector or partitioner threw " + cause)
            + "; record "
            + RecordText.of(record)
            + " for "
            + consumer,
        cause);
  }

  /** By the key group of the key; the hashes travel with the rows. */
  static final class ByKey extends Partitioner {
    final KeySelector<Object, Object> selector;
    final KeyHasher hasher;
    final String consumer;
    private final int maxParallelism;
    private final HashLoop loop;

    /** The lane of each key group. */
    private final char[] lanesOfGroups;

    private int[] hashes = new int[ObjectBatch.ROWS_MAX];

    @SuppressWarnings("unchecked")
    ByKey(Partitioning.Hash<?, ?> hash, int channels, int maxParallelism, String consumer) {
      this.selector = (KeySelector<Object, Object>) hash.selector();
      this.hasher = KeyHasher.of(hash.keyType());
      this.consumer = consumer;
      this.lanesOfGroups = new char[maxParallelism];
      for (int group = 0; group < maxParallelism; group++) {
        lanesOfGroups[group] = (char) KeyGroups.subtaskOf(group, channels, maxParallelism);
      }
      this.maxParallelism = maxParallelism;
      this.loop =
          HiddenCopies.loop(
              MethodHandles.lookup(),
              isLong(hash.keyType()) ? LongHashLoop.class : KeyHashLoop.class,
              selector.getClass(),
              hasher.getClass());
    }

    private static boolean isLong(TypeInformation<?> type) {
      return type instanceof TypeInformation.BasicType<?> basic
          && basic.kind() == TypeInformation.Kind.LONG;
    }

    /** What the hasher says of a record's key, or else what was thrown. */
    Exception keyMisfit(Object record, RuntimeException thrown) {
      try {
        hasher.hash(selector.getKey(record));
        return thrown;
      } catch (Exception e) {
        return e;
      }
    }

    @Override
    void route(ObjectBatch batch, Lane[] lanes) throws Exception {
      Object[] values = batch.values();
      int size = batch.size();
      if (hashes.length < size) {
        hashes = new int[size];
      }
      loop.hash(this, values, hashes, size);
      if (lanes.length == 1) {
        lanes[0].add(batch, hashes);
      } else if (batch.hasTimestamps()) {
        deal(values, batch.timestamps(), size, lanes);
      } else {
        deal(values, size, lanes);
      }
    }

    private void deal(Object[] values, long[] timestamps, int size, Lane[] lanes) {
      for (int row = 0; row < size; row++) {
        int group = KeyGroups.ofHash(hashes[row], maxParallelism);
        lanes[lanesOfGroups[group]].add(values[row], timestamps[row], hashes[row]);
      }
    }

    private void deal(Object[] values, int size, Lane[] lanes) {
      for (int row = 0; row < size; row++) {
        int group = KeyGroups.ofHash(hashes[row], maxParallelism);
        lanes[lanesOfGroups[group]].add(values[row], ObjectBatch.NO_TIMESTAMP, hashes[row]);
      }
    }
  }
}
