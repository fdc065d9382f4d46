package dev.weft.engine.state;

import dev.weft.api.config.StateBackendOptions.Backend;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.types.TypeInformation;
import dev.weft.engine.batch.stored.StoredBytes;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.protocol.KeyedSlice;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

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
   * @param whenDamaged as of {@link RowDatabases.Place}
   */
  public record Site(
      String operator,
      TypeInformation<?> keyType,
      KeyGroups.Range groups,
      String directory,
      boolean outgrown,
      Runnable whenOutgrown,
      Runnable whenDamaged) {
    private RowDatabases.Place place(String suffix) {
      return new RowDatabases.Place(directory + suffix, whenDamaged);
    }
  }

  /**
   * A part of a snapshot.
   *
   * @param checkpointId of which checkpoint
   * @param reader opens the bytes of the slice's handle, each time anew
   * @param files the slice's files
   */
  public record Part(
      long checkpointId,
      KeyedSlice slice,
      Supplier<StoredBytes> reader,
      RowDatabases.Content files) {
    private void restoreInto(StateStore store) {
      try (StoredBytes bytes = reader.get()) {
        store.restore(slice, bytes);
      }
    }

    private boolean hasFiles() {
      return !slice.files().isEmpty();
    }

    private boolean covers(KeyGroups.Range groups) {
      return slice.firstKeyGroup() == groups.first()
          && slice.firstKeyGroup() + slice.keyGroupCount() == groups.end();
    }
  }

  /** The same for state that is small in any case. */
  public StateBackend onHeap() {
    return new StateBackend(Backend.HASHMAP, databases, memory, limits);
  }

  /** The same for state that may lie anywhere. */
  public StateBackend anywhere() {
    return new StateBackend(Backend.AUTO, databases, memory, limits);
  }

  /**
   * Opens a store with what it had in a checkpoint.
   *
   * @param parts of the checkpoint; none for an empty store
   * @throws IOException when they cannot be read
   */
  public StateStore open(Site site, List<Part> parts) throws IOException {
    if (!inDatabase(site, parts)) {
      HeapStateStore store =
          StateStores.heap(
              site.operator(),
              site.keyType(),
              site.groups(),
              memory,
              new StateStores.Heap(limits.objectRowsMax(), site.whenOutgrown()));
      restore(store, parts);
      if (!parts.isEmpty() && parts.stream().allMatch(part -> part.covers(site.groups()))) {
        store.restored(parts.get(0).checkpointId(), parts.stream().map(Part::slice).toList());
      }
      return store;
    }
    boolean adopt =
        parts.size() == 1 && parts.get(0).hasFiles() && parts.get(0).covers(site.groups());
    RowDatabase database =
        adopt
            ? databases.open(site.place(""), parts.get(0).files())
            : databases.open(site.place(""));
    DatabaseStateStore store =
        StateStores.database(
            site.operator(), site.keyType(), site.groups(), database, cacheBytes(), memory);
    boolean restored = false;
    try {
      restore(store, site, parts, adopt);
      restored = true;
      return store;
    } finally {
      if (!restored) {
        store.close();
      }
    }
  }

  private static void restore(HeapStateStore store, List<Part> parts) {
    boolean restored = false;
    try {
      parts.forEach(part -> part.restoreInto(store));
      restored = true;
    } finally {
      if (!restored) {
        store.close();
      }
    }
  }

  private void restore(DatabaseStateStore store, Site site, List<Part> parts, boolean adopt)
      throws IOException {
    int imported = 0;
    for (Part part : parts) {
      if (adopt) {
        try (StoredBytes bytes = part.reader().get()) {
          store.adopt(part.slice(), bytes, part.checkpointId());
        }
      } else if (part.hasFiles()) {
        RowDatabases.Place place = site.place("-import-" + imported++);
        try (RowDatabase source = databases.open(place, part.files());
            StoredBytes bytes = part.reader().get()) {
          store.take(part.slice(), bytes, source);
        }
      } else {
        part.restoreInto(store);
      }
    }
  }

  /** Whether the state of an operator lies in a database. */
  public boolean inDatabase(Site site, List<Part> parts) {
    boolean files = parts.stream().anyMatch(Part::hasFiles);
    if (files && backend == Backend.HASHMAP) {
      throw new WeftException(
          ErrorCode.USER,
          "The checkpoint holds state of "
              + site.operator()
              + " as files of RocksDB, but state.backend.type is hashmap; take a savepoint and"
              + " start from that, which works with any place for state");
    }
    return switch (backend) {
      case HASHMAP -> false;
      case ROCKSDB -> true;
      case AUTO ->
          files
              || site.outgrown()
              || parts.stream().mapToLong(part -> part.slice().bytes()).sum()
                  > memory.available() / HEAP_PER_SNAPSHOT_BYTE;
    };
  }

  private long cacheBytes() {
    return Math.min(limits.share(), Math.max(0, memory.available() / 2));
  }
}
