package dev.weft.engine.spill;

import dev.weft.api.fs.FileStore;
import dev.weft.api.types.TypeInformation;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.batch.ValueCodec;
import dev.weft.engine.memory.MemoryPool;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Sorts rows of one type by key in reserved memory; when no more can be reserved, the rows so far
 * become a run on disk, and all runs are merged in the end. Used by one thread.
 */
public final class RowSorter implements AutoCloseable {
  /** How many runs are read at a time. */
  private static final int RUNS_MAX = 64;

  private static final int RUNS_MIN = 2;

  private final MemoryPool pool;
  private final SpillFiles files;
  private final ValueCodec keyCodec;
  private final ValueCodec valueCodec;
  private final RowPages pages;
  private final ByteSink row = new ByteSink(256);
  private final ArrayDeque<String> runs = new ArrayDeque<>();
  private long spilledBytes;

  /**
   * A sorter without rows.
   *
   * @param pool where memory is reserved, by this sorter alone
   * @param prefix of the paths of temporary files
   */
  public RowSorter(
      TypeInformation<?> keyType,
      TypeInformation<?> valueType,
      MemoryPool pool,
      FileStore files,
      String prefix) {
    this.pool = pool;
    this.files = new SpillFiles(files, prefix, "Rows that do not fit into memory");
    this.keyCodec = ValueCodec.of(keyType);
    this.valueCodec = ValueCodec.of(valueType);
    this.pages = new RowPages(pool);
  }

  /**
   * Adds a row.
   *
   * @param hash the key's stable hash
   * @param timestamp event time in milliseconds, or {@link ObjectBatch#NO_TIMESTAMP}
   */
  public void add(Object key, int hash, Object value, long timestamp) {
    row.reset();
    row.writeInt(hash);
    row.writeLong(timestamp);
    row.writeInt(0);
    row.writeInt(0);
    keyCodec.write(key, row);
    int keyEnd = row.position();
    valueCodec.write(value, row);
    row.putInt(RowCursor.KEY_LENGTH_AT, keyEnd - RowCursor.HEADER_BYTES);
    row.putInt(RowCursor.VALUE_LENGTH_AT, row.position() - keyEnd);
    if (!pages.add(row.array(), row.position(), false)) {
      makeRoom();
    }
  }

  /** Adds the row after those before it went to disk. */
  private void makeRoom() {
    if (pages.size() > 0) {
      spill();
    }
    if (!pages.add(row.array(), row.position(), false)) {
      pages.release(0); // none of the pages is large enough
      pages.add(row.array(), row.position(), true);
    }
  }

  /** Bytes that went to disk, those that were merged meanwhile once more. */
  public long spilledBytes() {
    return spilledBytes;
  }

  private void spill() {
    try (RunWriter writer = new RunWriter(files)) {
      RowCursor sorted = pages.sorted();
      while (sorted.next()) {
        writer.add(sorted.bytes, sorted.start, sorted.length());
        spilledBytes += sorted.length();
      }
      runs.add(writer.finish());
    }
    pages.clear();
  }

  /** All rows in order; called once, after which nothing is added. */
  public SortedRows sorted() {
    return new SortedRows(cursor(), keyCodec, valueCodec);
  }

  private RowCursor cursor() {
    if (runs.isEmpty()) {
      return pages.sorted();
    }
    if (pages.size() > 0) {
      spill();
    }
    // What at least two runs need is not let go, for others to take.
    pages.release((long) RUNS_MIN * RunWriter.BLOCK_BYTES);
    int together = reserveBuffers();
    while (runs.size() > together) {
      // Neighbours are merged, so that rows that are equal stay in the order of arrival.
      for (int left = runs.size(); left > 0; left -= Math.min(left, together)) {
        mergeSome(Math.min(left, together));
      }
    }
    return open(runs.size());
  }

  private int reserveBuffers() {
    int more = Math.min(RUNS_MAX, runs.size()) - RUNS_MIN;
    while (more > 0 && !pool.tryReserve((long) more * RunWriter.BLOCK_BYTES)) {
      more /= 2;
    }
    return RUNS_MIN + Math.max(0, more);
  }

  private void mergeSome(int count) {
    try (RowCursor merged = open(count);
        RunWriter writer = new RunWriter(files)) {
      while (merged.next()) {
        writer.add(merged.bytes, merged.start, merged.length());
        spilledBytes += merged.length();
      }
      runs.add(writer.finish());
    }
  }

  private RowCursor open(int count) {
    List<RunCursor> opened = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      opened.add(new RunCursor(files, runs.remove()));
    }
    return new MergeCursor(opened);
  }

  /** Gives memory back and deletes the files. */
  @Override
  public void close() {
    files.close();
    pool.close();
  }
}
