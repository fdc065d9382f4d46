package dev.weft.engine.state;

import dev.weft.api.config.StateBackendOptions.Backend;
import dev.weft.api.types.TypeInformation;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.protocol.KeyGroups;

/**
 * Chooses where the keyed state of an operator lies, and opens it there. With {@link Backend#AUTO}
 * that is the heap until the operator outgrew it once, or until it restores more than will fit.
 *
 * @param backend what the job asks for
 * @param databases where databases come from
 * @param memory of the job on this worker
 * @param limits of one operator
 */
public record StateBackend(
    Backend backend, RowDatabases databases, MemoryPool memory, Limits limits) {
  /** Objects on the heap take about so many times the bytes of a snapshot. */
  private static final int HEAP_PER_SNAPSHOT_BYTE = 4;

  /**
   * What one operator of a subtask may have on the heap.
   *
   * @param share how much memory its rows may take beside a database, bytes
   * @param objectRowsMax beyond so many rows they are kept as bytes where possible
   */
  public record Limits(long share, long objectRowsMax) {}

  /**
   * An operator of a subtask.
   *
   * @param operator name and place, for messages
   * @param keyType the type of the keys
   * @param groups of the subtask
   * @param directory where a database would lie, as a URI
   * @param outgrown whether the operator did not fit on the heap before
   * @param whenOutgrown hears when it does not fit there now, before it fails for that
   * @param restoredBytes of the snapshots that are restored
   */
  public record Site(
      String operator,
      TypeInformation<?> keyType,
      KeyGroups.Range groups,
      String directory,
      boolean outgrown,
      Runnable whenOutgrown,
      long restoredBytes) {}

  /** The same for state that is small in any case. */
  public StateBackend onHeap() {
    return new StateBackend(Backend.HASHMAP, databases, memory, limits);
  }

  /** Opens an empty store. */
  public StateStore open(Site site) {
    if (inDatabase(site)) {
      return StateStores.database(
          site.operator(),
          site.keyType(),
          site.groups(),
          databases.open(site.directory()),
          cacheBytes(),
          memory);
    }
    return StateStores.heap(
        site.operator(),
        site.keyType(),
        site.groups(),
        memory,
        new StateStores.Heap(limits.objectRowsMax(), site.whenOutgrown()));
  }

  /** Whether the state of an operator lies in a database. */
  public boolean inDatabase(Site site) {
    return switch (backend) {
      case HASHMAP -> false;
      case ROCKSDB -> true;
      case AUTO ->
          site.outgrown()
              || site.restoredBytes()
                  > (memory.limit() - memory.reserved()) / HEAP_PER_SNAPSHOT_BYTE;
    };
  }

  private long cacheBytes() {
    return Math.min(limits.share(), Math.max(0, memory.available() / 2));
  }
}
