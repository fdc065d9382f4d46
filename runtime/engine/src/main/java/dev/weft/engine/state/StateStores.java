package dev.weft.engine.state;

import dev.weft.api.types.TypeInformation;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.state.paged.Generation;

/** Makes state stores. */
public final class StateStores {
  /** Beyond so many rows they are kept as bytes, by default. */
  static final long OBJECT_ROWS_MAX = 200_000;

  private StateStores() {}

  /**
   * A store on the heap.
   *
   * @param operator name and place, for messages
   * @param keyType the type of the keys
   * @param firstKeyGroup the first group of the subtask
   * @param endKeyGroup the first group after it
   * @param maxParallelism how many groups there are
   */
  public static StateStore heap(
      String operator,
      TypeInformation<?> keyType,
      int firstKeyGroup,
      int endKeyGroup,
      int maxParallelism) {
    return heap(operator, keyType, firstKeyGroup, endKeyGroup, maxParallelism, null);
  }

  /**
   * A store on the heap that accounts for its tables, roughly, and fails with code RESOURCE when
   * there is no room for more.
   *
   * @param pool where the store reserves under its own name, until it is closed; null for nowhere
   */
  public static StateStore heap(
      String operator,
      TypeInformation<?> keyType,
      int firstKeyGroup,
      int endKeyGroup,
      int maxParallelism,
      MemoryPool pool) {
    return heap(
        operator,
        keyType,
        new KeyGroups.Range(firstKeyGroup, endKeyGroup, maxParallelism),
        pool,
        new Heap(OBJECT_ROWS_MAX, () -> {}));
  }

  /**
   * How a store uses the heap.
   *
   * @param objectRowsMax beyond so many rows they become bytes where possible
   * @param whenFull hears when there is no room, before the failure
   */
  record Heap(long objectRowsMax, Runnable whenFull) {}

  /**
   * Such a store.
   *
   * @param heap how it uses the heap
   */
  static HeapStateStore heap(
      String operator,
      TypeInformation<?> keyType,
      KeyGroups.Range groups,
      MemoryPool pool,
      Heap heap) {
    return new HeapStateStore(
        operator,
        keyType,
        groups,
        generation(operator, pool, heap.whenFull()),
        heap.objectRowsMax());
  }

  /**
   * A store in a database, which it closes. It reserves the memory for rows that are in use at
   * once.
   *
   * @param database empty
   * @param cacheBytesMax how much memory the rows that are in use may take
   * @param pool where the store reserves; null for nowhere
   */
  static DatabaseStateStore database(
      String operator,
      TypeInformation<?> keyType,
      KeyGroups.Range groups,
      RowDatabase database,
      long cacheBytesMax,
      MemoryPool pool) {
    return new DatabaseStateStore(
        operator,
        keyType,
        groups,
        generation(operator, pool, () -> {}),
        new DatabaseStateStore.Storage(database, cacheBytesMax));
  }

  private static Generation generation(String operator, MemoryPool pool, Runnable whenFull) {
    return new Generation(
        pool == null ? null : pool.child("state of " + operator, MemoryPool.UNLIMITED), whenFull);
  }
}
