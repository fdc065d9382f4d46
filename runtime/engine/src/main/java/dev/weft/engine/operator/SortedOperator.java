package dev.weft.engine.operator;

import dev.weft.api.graph.Partitioning;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.spill.RowSorter;
import dev.weft.engine.spill.SortedRows;
import java.util.Arrays;

/**
 * Shows bounded input to a keyed operator one key after the other, the records of a key by
 * timestamp, then those of the first input first, then in the order in which they came. Everything
 * is gathered and sorted first, on disk where memory does not do; an input without keys, which is
 * broadcast, is shown before all others. At the end of a key its timers fire and its state is
 * dropped, so that the state of one key is all there is at a time.
 */
final class SortedOperator extends GatheringOperator<KeyedOperator> {
  /** By input, as all that follow; null where it has no keys. */
  private final RowKeys[] rowKeys;

  private final RowSorter[] sorters;
  private final SortedRows[] rows;
  private final boolean[] rowAtHand;

  /** Whether the row at hand is of the present key. */
  private final boolean[] inKey;

  private OperatorContext context;
  private OperatorSite site;
  private boolean sorted;

  SortedOperator(ChainSpec.OperatorSpec spec, KeyedOperator operator) {
    super(spec, operator);
    int inputs = spec.inputs().size();
    this.rowKeys = new RowKeys[inputs];
    this.sorters = new RowSorter[inputs];
    this.rows = new SortedRows[inputs];
    this.rowAtHand = new boolean[inputs];
    this.inKey = new boolean[inputs];
    for (int input = 0; input < inputs; input++) {
      Partitioning.Hash<?, ?> key = spec.inputs().get(input).key();
      rowKeys[input] = key == null ? null : new RowKeys(key);
    }
    operator.expectSorted();
  }

  @Override
  public void open(OperatorContext context) throws Exception {
    site = new OperatorSite(spec.name(), spec.createdAt(), context.task().subtask());
    this.context = context;
    operator.open(context);
  }

  @Override
  public void process(int input, ObjectBatch batch, Output out) throws Exception {
    if (rowKeys[input] == null) {
      operator.process(input, batch, out);
      return;
    }
    RowSorter sorter = sorter(input);
    rowKeys[input].take(batch, site);
    Object[] keys = rowKeys[input].keys;
    int[] hashes = rowKeys[input].hashes;
    for (int row = 0; row < batch.size(); row++) {
      sorter.add(keys[row], hashes[row], batch.value(row), batch.timestamp(row));
    }
    rowKeys[input].clear(batch.size());
  }

  /** The sorter of an input, which holds no memory before the first row. */
  private RowSorter sorter(int input) {
    if (sorters[input] == null) {
      ChainSpec.OperatorInput of = spec.inputs().get(input);
      sorters[input] =
          new RowSorter(
              of.key().keyType(),
              of.type(),
              context.memory().child("sort " + input, context.memory().limit() / sorters.length),
              context.files(),
              context.scratch() + "-" + input);
    }
    return sorters[input];
  }

  @Override
  protected boolean show(Output out) throws Exception {
    if (!sorted) {
      sorted = true;
      for (int input = 0; input < rows.length; input++) {
        if (sorters[input] != null) {
          rows[input] = sorters[input].sorted();
          rowAtHand[input] = rows[input].next();
        }
      }
    }
    int handled = 0;
    int input = nextInput();
    while (input >= 0 && handled < ObjectBatch.ROWS_MAX) {
      handled += handleSome(input, out);
      input = nextInput();
    }
    return input < 0;
  }

  /** The input whose row comes next, at the beginning of a key or within it; -1 at the end. */
  private int nextInput() {
    int next = -1;
    for (int input = 0; input < rows.length; input++) {
      if (inKey[input] && (next < 0 || rows[input].timestamp() < rows[next].timestamp())) {
        next = input;
      }
    }
    if (next < 0) {
      next = beginKey();
    }
    return next;
  }

  private int beginKey() {
    int least = -1;
    for (int input = 0; input < rows.length; input++) {
      if (rowAtHand[input] && (least < 0 || rows[input].isBefore(rows[least]))) {
        least = input;
      }
    }
    for (int input = 0; input < rows.length; input++) {
      inKey[input] = rowAtHand[input] && rows[input].hasKeyOf(rows[least]);
    }
    return least;
  }

  /** Handles rows of the present key that come from one input: all of them, or a batch. */
  private int handleSome(int input, Output out) throws Exception {
    SortedRows from = rows[input];
    long until = beginningOfOthers(input);
    Object[] values = new Object[1];
    long[] timestamps = new long[1];
    int hash = from.hash();
    int size = 0;
    boolean timed = false;
    do {
      if (size == values.length) {
        values = Arrays.copyOf(values, size * 4);
        timestamps = Arrays.copyOf(timestamps, size * 4);
      }
      values[size] = from.value();
      timestamps[size] = from.timestamp();
      timed |= timestamps[size] != ObjectBatch.NO_TIMESTAMP;
      size++;
      rowAtHand[input] = from.next();
      inKey[input] = rowAtHand[input] && !from.firstOfKey();
    } while (inKey[input] && from.timestamp() <= until && size < ObjectBatch.ROWS_MAX);
    int[] hashes = new int[size];
    Arrays.fill(hashes, hash);
    operator.timeOfKey(timestamps[0], out);
    operator.process(input, new ObjectBatch(values, timed ? timestamps : null, hashes, size), out);
    for (boolean more : inKey) {
      if (more) {
        return size;
      }
    }
    operator.endKey(out);
    return size;
  }

  /** The last timestamp of rows that come before those of other inputs. */
  private long beginningOfOthers(int input) {
    long least = Long.MAX_VALUE;
    for (int other = 0; other < rows.length; other++) {
      if (other != input && inKey[other]) {
        long beginning = rows[other].timestamp();
        least =
            Math.min(
                least, other < input ? Math.max(beginning, 1 + Long.MIN_VALUE) - 1 : beginning);
      }
    }
    return least;
  }

  @Override
  protected void release() {
    for (int input = 0; input < sorters.length; input++) {
      if (rows[input] != null) {
        rows[input].close();
      }
      if (sorters[input] != null) {
        sorters[input].close();
      }
    }
  }
}
