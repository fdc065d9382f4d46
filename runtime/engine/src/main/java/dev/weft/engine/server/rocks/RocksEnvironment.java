package dev.weft.engine.server.rocks;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.state.RowDatabase;
import dev.weft.engine.state.RowDatabases;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.Env;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * What all databases of a worker share: one amount of memory for cached blocks, indexes, filters
 * and write buffers, and the threads that compact. Thread-safe.
 */
public final class RocksEnvironment implements AutoCloseable {
  /** Share of the memory that write buffers take at most, in percent. */
  private static final int WRITE_BUFFERS_PERCENT = 50;

  private static final long WRITE_BUFFER_BYTES_MAX = 16L << 20;
  private static final long WRITE_BUFFER_BYTES_MIN = 1L << 20;
  private static final long LEVEL_FILE_BYTES = 64L << 20;
  private static final int FILTER_BITS_PER_KEY = 10;
  private static final long BLOCK_BYTES = 4 << 10;
  private static final int BACKGROUND_JOBS = 2;

  /** Share of a write buffer for the filter that spares most searches for keys it does not have. */
  private static final double WRITE_BUFFER_FILTER_SHARE = 0.1;

  private final NativeHandles handles = new NativeHandles();
  private final Cache cache;
  private final WriteBufferManager writeBuffers;
  private final BloomFilter filter;
  private final long writeBufferBytes;

  /**
   * An environment.
   *
   * @param memoryBytes what blocks and write buffers of all databases take together
   * @throws WeftException with code RESOURCE when the native library cannot be loaded here
   */
  public RocksEnvironment(long memoryBytes) {
    try {
      RocksDB.loadLibrary();
    } catch (RuntimeException | LinkageError e) {
      throw new WeftException(
          ErrorCode.RESOURCE,
          "RocksDB cannot be loaded on this machine ("
              + e
              + "); use state.backend.type: hashmap, or a machine with glibc on x86-64 or aarch64"
              + " and a writable temporary directory",
          e);
    }
    long writeBytes = memoryBytes / 100 * WRITE_BUFFERS_PERCENT;
    this.writeBufferBytes =
        Math.max(WRITE_BUFFER_BYTES_MIN, Math.min(WRITE_BUFFER_BYTES_MAX, writeBytes / 4));
    this.cache = handles.opened(new LRUCache(memoryBytes));
    this.writeBuffers = handles.opened(new WriteBufferManager(writeBytes, cache));
    this.filter = handles.opened(new BloomFilter(FILTER_BITS_PER_KEY));
  }

  /**
   * Opens an empty database.
   *
   * @param directory is made, and deleted when the database is closed; it must not exist
   * @throws WeftException with code RESOURCE when that is not possible
   */
  public RowDatabase open(Path directory) {
    make(directory);
    return new RocksDatabase(this, directory);
  }

  /**
   * Opens a database with content.
   *
   * @param directory as for an empty one
   * @throws IOException when the content cannot be read or does not fit on the disk
   */
  public RowDatabase open(Path directory, RowDatabases.Content content) throws IOException {
    make(directory);
    for (String name : content.names()) {
      try (OutputStream target = Files.newOutputStream(directory.resolve(name))) {
        content.read(name, target);
      }
    }
    return new RocksDatabase(this, directory);
  }

  private static void make(Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new WeftException(
          ErrorCode.RESOURCE,
          "The directory "
              + directory
              + " for state cannot be made: "
              + e
              + "; set io.tmp.dirs to a directory on a local disk with room",
          e);
    }
  }

  NativeHandles handles() {
    return handles;
  }

  /** The native objects that are open, by kind: with no database open, those of this one. */
  public java.util.Map<String, Long> openHandles() {
    return handles.open();
  }

  DBOptions databaseOptions() {
    return handles
        .opened(new DBOptions())
        .setCreateIfMissing(true)
        .setWriteBufferManager(writeBuffers)
        .setMaxBackgroundJobs(BACKGROUND_JOBS)
        .setEnv(Env.getDefault())
        .setAvoidUnnecessaryBlockingIO(true)
        .setAvoidFlushDuringShutdown(true)
        .setMaxOpenFiles(-1)
        .setKeepLogFileNum(1)
        .setStatsDumpPeriodSec(0)
        .setInfoLogLevel(InfoLogLevel.HEADER_LEVEL);
  }

  Options listingOptions() {
    return handles.opened(new Options());
  }

  ColumnFamilyOptions familyOptions() {
    BlockBasedTableConfig table =
        new BlockBasedTableConfig()
            .setBlockCache(cache)
            .setFilterPolicy(filter)
            .setBlockSize(BLOCK_BYTES)
            .setCacheIndexAndFilterBlocks(true)
            .setPinL0FilterAndIndexBlocksInCache(true)
            .setOptimizeFiltersForMemory(true);
    return handles
        .opened(new ColumnFamilyOptions())
        .setTableFormatConfig(table)
        .setWriteBufferSize(writeBufferBytes)
        .setMemtablePrefixBloomSizeRatio(WRITE_BUFFER_FILTER_SHARE)
        .setMemtableWholeKeyFiltering(true)
        .setTargetFileSizeBase(LEVEL_FILE_BYTES)
        .setLevelCompactionDynamicLevelBytes(true)
        .setCompressionType(CompressionType.LZ4_COMPRESSION);
  }

  /** Lets go of the memory; all databases must be closed. */
  @Override
  public void close() {
    handles.close(filter);
    handles.close(writeBuffers);
    handles.close(cache);
  }
}
