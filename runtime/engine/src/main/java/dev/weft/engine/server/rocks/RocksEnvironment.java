package dev.weft.engine.server.rocks;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.server.host.LocalFileStore;
import dev.weft.engine.state.RowDatabase;
import dev.weft.engine.state.RowDatabases;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all databases of a worker share: one amount of memory for cached blocks, indexes, filters
 * and write buffers, and the threads that compact. Thread-safe.
 */
public final class RocksEnvironment implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RocksEnvironment.class);

  /** Share of the memory that write buffers take at most, in percent. */
  private static final int WRITE_BUFFERS_PERCENT = 50;

  private static final long WRITE_BUFFER_BYTES_MAX = 16L << 20;
  private static final long WRITE_BUFFER_BYTES_MIN = 1L << 20;
  private static final long LEVEL_FILE_BYTES = 64L << 20;
  private static final int FILTER_BITS_PER_KEY = 10;
  private static final long BLOCK_BYTES = 4 << 10;

  /** The first in which checksums also tell where in which file a block belongs. */
  private static final int TABLE_VERSION = 6;

  private static final int BACKGROUND_JOBS = 2;

  /** So much waits to be done aside, at most. */
  private static final int ASIDE_MAX = 16;

  private static final long CLOSING_SECONDS_MAX = 60;

  /** Share of a write buffer for the filter that spares most searches for keys it does not have. */
  private static final double WRITE_BUFFER_FILTER_SHARE = 0.1;

  private final NativeHandles handles = new NativeHandles();
  private final Cache cache;
  private final WriteBufferManager writeBuffers;
  private final BloomFilter filter;
  private final long writeBufferBytes;

  /** One thread is enough; when it lags behind, whoever wants something done does it himself. */
  private final ThreadPoolExecutor aside =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(ASIDE_MAX),
          RocksEnvironment::asideThread,
          (work, pool) -> work.run());

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
   * @param directory is made, and deleted soon after the database is closed; it must not exist
   * @param whenDamaged as of {@link RowDatabases.Place}
   * @throws WeftException with code RESOURCE when that is not possible
   */
  public RowDatabase open(Path directory, Runnable whenDamaged) {
    make(directory);
    return new RocksDatabase(this, directory, whenDamaged);
  }

  /**
   * Opens a database with content: files that lie near are linked, all others copied. Linked files
   * are not read for it as a whole. Each block has a checksum, with which RocksDB looks at it
   * whenever it reads it, and the lengths of all files are known.
   *
   * @param directory as for an empty one
   * @param whenDamaged as for an empty one
   * @throws IOException when the content cannot be read or does not fit on the disk
   */
  public RowDatabase open(Path directory, RowDatabases.Content content, Runnable whenDamaged)
      throws IOException {
    boolean opened = false;
    try {
      boolean linked = fill(directory, content, true);
      RocksDatabase database;
      try {
        database = new RocksDatabase(this, directory, whenDamaged);
      } catch (WeftException e) {
        if (!linked) {
          throw e;
        }
        LOG.warn("State is read from its checkpoint, as the local copy is of no use", e);
        RocksFiles.delete(directory);
        fill(directory, content, false);
        database = new RocksDatabase(this, directory, whenDamaged);
      }
      opened = true;
      return database;
    } finally {
      if (!opened) {
        RocksFiles.delete(directory);
      }
    }
  }

  /** Makes a directory with files; whether any of them is linked. */
  private static boolean fill(Path directory, RowDatabases.Content content, boolean link)
      throws IOException {
    make(directory);
    boolean any = false;
    for (String name : content.names()) {
      Path file = directory.resolve(name);
      String near = link ? content.near(name) : null;
      if (near != null && linked(LocalFileStore.local(near), file)) {
        any = true;
        continue;
      }
      try (OutputStream target = Files.newOutputStream(file)) {
        content.read(name, target);
      }
    }
    return any;
  }

  private static boolean linked(Path near, Path file) throws IOException {
    try {
      RocksFiles.link(near, file);
      return true;
    } catch (IOException e) {
      LOG.warn("The local copy {} is not used: {}", near, e.toString());
      Files.deleteIfExists(file);
      return false;
    }
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

  private static Thread asideThread(Runnable work) {
    Thread thread = new Thread(work, "rocksdb-aside");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Does on a thread of its own, one after another, what waits for RocksDB or the disk. So closes a
   * database: RocksDB first ends its merges and flushes, for which an attempt that follows should
   * not wait.
   */
  void aside(Runnable work) {
    aside.execute(work);
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
            .setFormatVersion(TABLE_VERSION)
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

  /** Lets go of the memory when the last database is closed; nobody may use one any more. */
  @Override
  public void close() {
    aside.shutdown();
    try {
      if (!aside.awaitTermination(CLOSING_SECONDS_MAX, TimeUnit.SECONDS)) {
        LOG.warn("{} databases are not closed yet; they are left behind", aside.getQueue().size());
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    handles.close(filter);
    handles.close(writeBuffers);
    handles.close(cache);
  }
}
