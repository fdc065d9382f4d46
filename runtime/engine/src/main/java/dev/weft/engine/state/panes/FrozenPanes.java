package dev.weft.engine.state.panes;

import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.ColumnCodec;
import dev.weft.engine.protocol.KeyGroups;

/**
 * The arrays of a {@link PaneTable} as they were. A key group is written in blocks: the number of
 * keys, their hashes, the keys; how many panes they are in, and per pane its start, the bits that
 * say which keys are in it, and their accumulators.
 */
final class FrozenPanes implements KeyedAnnex.Frozen {
  private final int maxParallelism;
  private final ColumnCodec keyWriter;
  private final ColumnCodec writer;
  private final KeyIndex.Keys keys;
  private final int[] hashes;
  private final int end;
  private final Pane[] panes;
  private final Runnable whenReleased;
  private final Object[] values = new Object[PaneTable.BLOCK_ROWS];
  private final int[] ints = new int[PaneTable.BLOCK_ROWS];
  private int[] ids;
  private int[] groupEnds;

  FrozenPanes(
      PaneTable.Layout layout,
      KeyIndex.Keys keys,
      int[] hashes,
      int end,
      Pane[] panes,
      Runnable whenReleased) {
    this.maxParallelism = layout.maxParallelism();
    this.keyWriter = ColumnCodec.of(layout.keyType());
    this.writer = ColumnCodec.of(layout.accumulatorType());
    this.keys = keys;
    this.hashes = hashes;
    this.end = end;
    this.panes = panes;
    this.whenReleased = whenReleased;
  }

  /** Sorts the numbers of all keys by key group, by counting. */
  private void sort() {
    int[] ends = new int[maxParallelism + 1];
    for (int id = 0; id < end; id++) {
      if (keys.has(id)) {
        ends[KeyGroups.ofHash(hashes[id], maxParallelism) + 1]++;
      }
    }
    for (int group = 0; group < maxParallelism; group++) {
      ends[group + 1] += ends[group];
    }
    ids = new int[ends[maxParallelism]];
    for (int id = 0; id < end; id++) {
      if (keys.has(id)) {
        ids[ends[KeyGroups.ofHash(hashes[id], maxParallelism)]++] = id;
      }
    }
    groupEnds = ends;
  }

  @Override
  public void write(int keyGroup, ByteSink target, Runnable afterBlock) {
    if (ids == null) {
      sort();
    }
    int groupEnd = groupEnds[keyGroup];
    for (int first = keyGroup == 0 ? 0 : groupEnds[keyGroup - 1]; first < groupEnd; ) {
      int size = Math.min(PaneTable.BLOCK_ROWS, groupEnd - first);
      writeBlock(first, size, target);
      afterBlock.run();
      first += size;
    }
  }

  private void writeBlock(int first, int size, ByteSink target) {
    target.writeVarInt(size);
    for (int row = 0; row < size; row++) {
      ints[row] = hashes[ids[first + row]];
      values[row] = keys.key(ids[first + row]);
    }
    target.writeInts(ints, size);
    keyWriter.write(values, size, target);
    target.writeVarInt(panes.length);
    for (Pane pane : panes) {
      target.writeLong(pane.start);
      int present = 0;
      for (int row = 0; row < size; row++) {
        int id = ids[first + row];
        boolean there = pane.has(id);
        ints[row] = there ? 1 : 0;
        if (there) {
          values[present++] = pane.value(id);
        }
      }
      target.writeBits(ints, size);
      writer.write(values, present, target);
    }
  }

  @Override
  public void release() {
    whenReleased.run();
  }
}
