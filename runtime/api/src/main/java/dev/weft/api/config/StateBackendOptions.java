package dev.weft.api.config;

import static dev.weft.api.config.ConfigOptions.key;

/** Options of where keyed state lies while a job runs. */
public final class StateBackendOptions {
  /** The places. */
  public enum Backend {
    /** On the heap, and in RocksDB for operators whose state does not fit there. */
    AUTO,
    /** On the heap; a job whose state does not fit fails. */
    HASHMAP,
    /** In RocksDB on local disk, with the rows that are in use in memory. */
    ROCKSDB
  }

  /** The place. */
  public static final ConfigOption<Backend> STATE_BACKEND =
      key("state.backend.type")
          .enumType(Backend.class)
          .defaultValue(Backend.AUTO)
          .withDescription(
              "Where keyed state lies: hashmap, rocksdb, or auto, which begins on the heap and"
                  + " restarts the tasks of an operator that outgrows it with RocksDB.");

  /** When rows on the heap become bytes. */
  public static final ConfigOption<Long> HEAP_OBJECT_ROWS_MAX =
      key("state.backend.heap.object-rows-max")
          .longType()
          .defaultValue(200_000L)
          .withDescription(
              "Keyed state on the heap is kept as objects up to so many keys for each operator of"
                  + " a subtask, beyond that as bytes, which cost the garbage collector nothing"
                  + " and make checkpoints incremental. Only for states of single values; lists"
                  + " and maps stay objects.");

  /** Memory of RocksDB. */
  public static final ConfigOption<MemorySize> ROCKSDB_MEMORY =
      key("state.backend.rocksdb.memory.size")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(128))
          .withDescription(
              "What the databases of a TaskManager take together, outside of the heap, for blocks"
                  + " and write buffers. On YARN the heap is smaller by as much, unless"
                  + " state.backend.type is hashmap.");

  private StateBackendOptions() {}
}
