package dev.weft.engine.state.panes;

import dev.weft.engine.batch.ByteSource;
import dev.weft.engine.batch.ColumnCodec;

/** Reads the blocks that {@link FrozenPanes} describes. */
final class PaneBlocks {
  private PaneBlocks() {}

  /** Takes the content of blocks, in arrays that are used again. */
  interface Reader {
    /** A block begins. */
    void keys(Object[] keys, int[] hashes, int size);

    /**
     * What a pane has for the keys of the block.
     *
     * @param rows the places of the keys
     * @param values their accumulators
     */
    void pane(long start, int[] rows, Object[] values, int size);
  }

  /** Reads all blocks of a key group. */
  static void read(ByteSource source, ColumnCodec keyCodec, ColumnCodec codec, Reader reader) {
    Object[] keys = new Object[PaneTable.BLOCK_ROWS];
    int[] hashes = new int[PaneTable.BLOCK_ROWS];
    int[] bits = new int[PaneTable.BLOCK_ROWS];
    Object[] values = new Object[PaneTable.BLOCK_ROWS];
    while (source.remaining() > 0) {
      int size = source.readVarInt();
      if (size == 0 || size > PaneTable.BLOCK_ROWS) {
        throw source.damaged("a block of panes has " + size + " keys");
      }
      source.readInts(hashes, size);
      keyCodec.read(source, keys, size);
      reader.keys(keys, hashes, size);
      int paneCount = source.readVarInt();
      for (int i = 0; i < paneCount; i++) {
        long start = source.readLong();
        source.readBits(bits, size);
        int present = 0;
        for (int row = 0; row < size; row++) {
          if (bits[row] != 0) {
            bits[present++] = row;
          }
        }
        codec.read(source, values, present);
        reader.pane(start, bits, values, present);
      }
    }
  }
}
