package dev.weft.engine.server.rocks;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.state.RowDatabase;
import dev.weft.engine.world.Verify;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A RocksDB without a log of its own: what it holds is durable through checkpoints only. Closed for
 * good after its last view is, on another thread.
 *
 * <p>One that is opened with content merges no tables before it has something new to merge: until
 * its first files are wanted, or a write buffer is full. Whoever opens it goes on from a failure as
 * a rule, and merges that the failure cut off would take the processors from him.
 */
final class RocksDatabase implements RowDatabase {
  private static final Logger LOG = LoggerFactory.getLogger(RocksDatabase.class);
  private static final int BATCH_BYTES_MAX = 512 << 10;

  /** The file that every database has. */
  private static final String CURRENT = "CURRENT";

  private final RocksEnvironment environment;
  private final NativeHandles handles;
  private final Path directory;
  private final Runnable whenDamaged;
  private final DBOptions options;
  private final ColumnFamilyOptions familyOptions;
  private final List<ColumnFamilyHandle> families = new ArrayList<>();
  private final ReadOptions reads;
  private final WriteOptions writes;
  private final BatchBytes batch = new BatchBytes();
  private final RocksDB database;
  private final Map<String, Integer> numbers = new TreeMap<>();
  private int fileSets;
  private int users = 1;
  private boolean closed;
  private volatile boolean mergesWait;
  private long bytesBeforeMerges;

  /**
   * Opens what lies in a directory, or an empty database. On a failure the directory is left as it
   * is.
   */
  RocksDatabase(RocksEnvironment environment, Path directory, Runnable whenDamaged) {
    this.environment = environment;
    this.handles = environment.handles();
    this.directory = directory;
    this.whenDamaged = whenDamaged;
    this.options = environment.databaseOptions();
    this.familyOptions = environment.familyOptions();
    this.reads = handles.opened(new ReadOptions()).setVerifyChecksums(true);
    this.writes = handles.opened(new WriteOptions()).setDisableWAL(true);
    this.mergesWait = java.nio.file.Files.exists(directory.resolve(CURRENT));
    this.bytesBeforeMerges = familyOptions.writeBufferSize();
    familyOptions.setDisableAutoCompactions(mergesWait);
    try {
      List<ColumnFamilyDescriptor> known = knownFamilies(environment);
      this.database = handles.opened(RocksDB.open(options, directory.toString(), known, families));
      families.forEach(handles::opened);
      for (int i = 0; i < known.size(); i++) {
        numbers.put(new String(known.get(i).getName(), StandardCharsets.UTF_8), i);
      }
    } catch (RocksDBException e) {
      List.of(writes, reads, familyOptions, options).forEach(handles::close);
      throw failed("opened", e);
    }
  }

  private WeftException failed(String what, RocksDBException e) {
    Status status = e.getStatus();
    boolean space = status != null && status.getSubCode() == Status.SubCode.NoSpace;
    boolean damaged =
        status != null
            && !space
            && (status.getCode() == Status.Code.Corruption
                || status.getCode() == Status.Code.IOError);
    if (damaged) {
      whenDamaged.run();
    }
    return new WeftException(
        space || damaged ? ErrorCode.RESOURCE : ErrorCode.ENGINE,
        "The state in "
            + directory
            + " could not be "
            + what
            + ": "
            + e.getMessage()
            + (space ? " (no space left)" : "")
            + "; check that disk, or set io.tmp.dirs to another",
        e);
  }

  /** The families in the directory; the one of rows comes first. */
  private List<ColumnFamilyDescriptor> knownFamilies(RocksEnvironment environment)
      throws RocksDBException {
    List<ColumnFamilyDescriptor> known = new ArrayList<>();
    known.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, familyOptions));
    if (mergesWait) {
      Options listing = environment.listingOptions();
      try {
        for (byte[] name : RocksDB.listColumnFamilies(listing, directory.toString())) {
          if (!Arrays.equals(name, RocksDB.DEFAULT_COLUMN_FAMILY)) {
            known.add(new ColumnFamilyDescriptor(name, familyOptions));
          }
        }
      } finally {
        handles.close(listing);
      }
    }
    return known;
  }

  @Override
  public int family(String name) {
    Integer known = numbers.get(name);
    if (known != null) {
      return known;
    }
    try {
      families.add(
          handles.opened(
              database.createColumnFamily(
                  new ColumnFamilyDescriptor(
                      name.getBytes(StandardCharsets.UTF_8), familyOptions))));
      numbers.put(name, families.size() - 1);
      return families.size() - 1;
    } catch (RocksDBException e) {
      throw failed("extended", e);
    }
  }

  @Override
  public Set<String> families() {
    return Collections.unmodifiableSet(numbers.keySet());
  }

  @Override
  public long estimatedRows() {
    try {
      return database.getLongProperty("rocksdb.estimate-num-keys");
    } catch (RocksDBException e) {
      throw failed("read", e);
    }
  }

  @Override
  public byte[] find(int family, byte[] key) {
    try {
      return database.get(families.get(family), reads, key);
    } catch (RocksDBException e) {
      throw failed("read", e);
    }
  }

  @Override
  public void findAll(int family, byte[][] keys, int size, byte[][] values) {
    try {
      List<byte[]> wanted = Arrays.asList(keys).subList(0, size);
      List<byte[]> found =
          family == ROWS
              ? database.multiGetAsList(reads, wanted)
              : database.multiGetAsList(
                  reads, Collections.nCopies(size, families.get(family)), wanted);
      for (int i = 0; i < size; i++) {
        values[i] = found.get(i);
      }
    } catch (RocksDBException e) {
      throw failed("read", e);
    }
  }

  @Override
  public void put(
      int family,
      byte[] key,
      int keyAt,
      int keyLength,
      byte[] value,
      int valueAt,
      int valueLength) {
    batch.put(familyId(family), key, keyAt, keyLength, value, valueAt, valueLength);
    writeWhenLarge();
  }

  @Override
  public void delete(int family, byte[] key, int keyAt, int keyLength) {
    batch.delete(familyId(family), key, keyAt, keyLength);
    writeWhenLarge();
  }

  @Override
  public void deleteAll(int family, byte[] prefix) {
    batch.deleteRange(familyId(family), prefix, behind(prefix));
  }

  private int familyId(int family) {
    return family == ROWS ? 0 : families.get(family).getID();
  }

  /** The lowest key that is greater than all that begin so. */
  private static byte[] behind(byte[] prefix) {
    for (int i = prefix.length - 1; i >= 0; i--) {
      if (prefix[i] != (byte) 0xff) {
        byte[] end = Arrays.copyOf(prefix, i + 1);
        end[i]++;
        return end;
      }
    }
    throw new IllegalArgumentException("nothing lies behind a prefix of ones only");
  }

  private void writeWhenLarge() {
    if (batch.bytes() > BATCH_BYTES_MAX) {
      write();
    }
  }

  @Override
  public void write() {
    if (batch.count() == 0) {
      return;
    }
    bytesBeforeMerges -= batch.bytes();
    try (WriteBatch changes = new WriteBatch(batch.take())) {
      database.write(writes, changes);
    } catch (RocksDBException e) {
      throw failed("written", e);
    }
    if (mergesWait && bytesBeforeMerges < 0) {
      letMerge();
    }
  }

  /** Lets tables be merged from now on; on another thread, as RocksDB writes that down. */
  private void letMerge() {
    mergesWait = false;
    bytesBeforeMerges = familyOptions.writeBufferSize();
    familyOptions.setDisableAutoCompactions(false); // of those to come
    List<ColumnFamilyHandle> present = List.copyOf(families);
    acquire();
    environment.aside(
        () -> {
          try {
            database.enableAutoCompaction(present);
          } catch (RocksDBException e) {
            LOG.warn("The tables in {} are not merged before the next checkpoint", directory, e);
            mergesWait = true;
          } finally {
            release();
          }
        });
  }

  @Override
  public Cursor cursor(int family, byte[] prefix, byte[] after) {
    byte[] first = after == null ? prefix : Arrays.copyOf(after, after.length + 1);
    return new RocksCursor(family, null, first, behind(prefix));
  }

  @Override
  public View view() {
    acquire();
    return new RocksView();
  }

  @Override
  public RowDatabase.Files files() {
    Path links = directory.resolveSibling(directory.getFileName() + "-files-" + fileSets++);
    Checkpoint checkpoint = handles.opened(Checkpoint.create(database));
    try {
      checkpoint.createCheckpoint(links.toString());
    } catch (RocksDBException e) {
      throw failed("linked", e);
    } finally {
      handles.close(checkpoint);
    }
    if (mergesWait) {
      letMerge();
    }
    return new RocksFiles(links);
  }

  private synchronized void acquire() {
    Verify.verify(users > 0, "the database in %s is closed", directory);
    users++;
  }

  private synchronized void release() {
    if (--users == 0) {
      environment.aside(this::closeForGood);
    }
  }

  private void closeForGood() {
    families.forEach(handles::close);
    handles.close(database);
    List.of(writes, reads, familyOptions, options).forEach(handles::close);
    RocksFiles.delete(directory);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      release();
    }
  }

  /** A snapshot of the database. */
  private final class RocksView implements View {
    private final Snapshot snapshot = database.getSnapshot();
    private boolean over;

    @Override
    public Cursor cursor(int family, byte[] prefix) {
      return new RocksCursor(family, snapshot, prefix, behind(prefix));
    }

    @Override
    public Cursor range(int family, byte[] first, byte[] end) {
      return new RocksCursor(family, snapshot, first, end);
    }

    @Override
    public void close() {
      if (!over) {
        over = true;
        database.releaseSnapshot(snapshot);
        snapshot.close();
        release();
      }
    }
  }

  /** A native iterator. */
  private final class RocksCursor implements Cursor {
    private final ReadOptions cursorReads = handles.opened(new ReadOptions());
    private final Slice bound;
    private final RocksIterator iterator;
    private final byte[] first;
    private boolean begun;

    RocksCursor(int family, Snapshot snapshot, byte[] first, byte[] end) {
      this.first = first;
      this.bound = end == null ? null : handles.opened(new Slice(end));
      cursorReads.setVerifyChecksums(true);
      if (snapshot != null) {
        cursorReads.setSnapshot(snapshot);
      }
      if (bound != null) {
        cursorReads.setIterateUpperBound(bound);
      }
      this.iterator = handles.opened(database.newIterator(families.get(family), cursorReads));
    }

    @Override
    public boolean next() {
      if (begun) {
        iterator.next();
      } else {
        iterator.seek(first);
        begun = true;
      }
      if (iterator.isValid()) {
        return true;
      }
      try {
        iterator.status();
        return false;
      } catch (RocksDBException e) {
        throw failed("read", e);
      }
    }

    @Override
    public byte[] key() {
      return iterator.key();
    }

    @Override
    public byte[] value() {
      return iterator.value();
    }

    @Override
    public void close() {
      handles.close(iterator);
      handles.close(cursorReads);
      if (bound != null) {
        handles.close(bound);
      }
    }
  }
}
