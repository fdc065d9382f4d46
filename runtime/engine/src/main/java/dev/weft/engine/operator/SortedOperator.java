package dev.weft.engine.operator;

import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.spill.RowSorter;
import dev.weft.engine.spill.SortedRows;
import dev.weft.engine.world.Verify;
import java.util.Arrays;

/**
 * Shows bounded input to a keyed operator one key after the other, the records of a key by
 * timestamp, then in the order in which they came. Everything is gathered and sorted first, on disk
 * where memory does not do. At the end of a key its timers fire and its state is dropped, so that
 * the state of one key is all there is at a time.
 */
final class SortedOperator implements Operator {
  private final ChainSpec.OperatorSpec spec;
  private final KeyedOperator operator;
  private final RowKeys rowKeys;
  private OperatorSite site;
  private RowSorter sorter;
  private SortedRows rows;
  private boolean rowAtHand;
  private boolean drained;

  SortedOperator(ChainSpec.OperatorSpec spec, KeyedOperator operator) {
    this.spec = spec;
    this.operator = operator;
    this.rowKeys = new RowKeys(spec);
    operator.expectSorted();
  }

  @Override
  public void open(OperatorContext context) throws Exception {
    site = new OperatorSite(spec.name(), spec.createdAt(), context.task().subtask());
    sorter =
        new RowSorter(
            spec.key().keyType(),
            spec.inputType(),
            context.memory().child("sort", MemoryPool.UNLIMITED),
            context.files(),
            context.scratch());
    operator.open(context);
  }

  @Override
  public void process(int input, ObjectBatch batch, Output out) {
    rowKeys.take(batch, site);
    Object[] keys = rowKeys.keys;
    int[] hashes = rowKeys.hashes;
    for (int row = 0; row < batch.size(); row++) {
      sorter.add(keys[row], hashes[row], batch.value(row), batch.timestamp(row));
    }
    rowKeys.clear(batch.size());
  }

  /** Incoming watermarks say nothing: there is none before the end. */
  @Override
  public boolean ownsWatermarks() {
    return true;
  }

  @Override
  public boolean drain(Output out) throws Exception {
    if (drained) {
      return true;
    }
    if (rows == null) {
      rows = sorter.sorted();
      rowAtHand = rows.next();
    }
    int handled = 0;
    while (rowAtHand && handled < ObjectBatch.ROWS_MAX) {
      handled += handleSome(out);
    }
    if (rowAtHand) {
      return false;
    }
    drained = true;
    out.watermark(Long.MAX_VALUE);
    return true;
  }

  /** Handles rows of the present key: all of them, or a batch. */
  private int handleSome(Output out) throws Exception {
    Object[] values = new Object[1];
    long[] timestamps = new long[1];
    int hash = rows.hash();
    int size = 0;
    boolean timed = false;
    do {
      if (size == values.length) {
        values = Arrays.copyOf(values, size * 4);
        timestamps = Arrays.copyOf(timestamps, size * 4);
      }
      values[size] = rows.value();
      timestamps[size] = rows.timestamp();
      timed |= timestamps[size] != ObjectBatch.NO_TIMESTAMP;
      size++;
      rowAtHand = rows.next();
    } while (rowAtHand && !rows.firstOfKey() && size < ObjectBatch.ROWS_MAX);
    int[] hashes = new int[size];
    Arrays.fill(hashes, hash);
    operator.process(0, new ObjectBatch(values, timed ? timestamps : null, hashes, size), out);
    if (!rowAtHand || rows.firstOfKey()) {
      operator.endKey(out);
    }
    return size;
  }

  @Override
  public void finish(Output out) throws Exception {
    operator.finish(out);
  }

  /** The only checkpoint is taken at the end, when no key is left. */
  @Override
  public Snapshot snapshot(long checkpointId) throws Exception {
    Verify.verify(drained, "operator %s is in the midst of its bounded input", spec.name());
    return operator.snapshot(checkpointId);
  }

  @Override
  public void checkpointCompleted(long checkpointId) throws Exception {
    operator.checkpointCompleted(checkpointId);
  }

  @Override
  public void close() throws Exception {
    try {
      operator.close();
    } finally {
      if (rows != null) {
        rows.close();
      }
      if (sorter != null) {
        sorter.close();
      }
    }
  }
}
