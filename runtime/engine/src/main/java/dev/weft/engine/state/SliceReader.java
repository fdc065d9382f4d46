package dev.weft.engine.state;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.batch.ByteSource;
import dev.weft.engine.batch.stored.Recoding;
import dev.weft.engine.batch.stored.StoredBytes;
import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.protocol.KeyedSlice;
import java.util.List;

/** Reads what {@link FrozenRows} wrote, any range of its key groups, into a store. */
final class SliceReader {
  private final RowStore store;
  private final KeyedSlice slice;
  private final StoredBytes bytes;
  private final Object[] keys = new Object[FrozenRows.BLOCK_ROWS];
  private final int[] hashes = new int[FrozenRows.BLOCK_ROWS];
  private final int[] bits = new int[FrozenRows.BLOCK_ROWS];
  private final long[] times = new long[FrozenRows.BLOCK_ROWS];
  private final long[] discriminators = new long[FrozenRows.BLOCK_ROWS];
  private StateColumn[] columns;
  private String annexLayout;
  private Recoding[] recodings;
  private boolean increment;

  SliceReader(RowStore store, KeyedSlice slice, StoredBytes bytes) {
    this.store = store;
    this.slice = slice;
    this.bytes = bytes;
  }

  /** The columns of the slice, once it was read. */
  List<StateColumn> columns() {
    return List.of(columns);
  }

  /** Reads the groups that lie in a range. */
  void read(int firstKeyGroup, int endKeyGroup) {
    ByteSource header = range(0, slice.offsets()[0]);
    try {
      readHeader(header);
      for (int i = 0; i < slice.keyGroupCount(); i++) {
        int group = slice.firstKeyGroup() + i;
        if (group >= firstKeyGroup && group < endKeyGroup) {
          readGroup(range(slice.offsets()[i], slice.offsets()[i + 1]), group);
        }
      }
    } catch (WeftException | IllegalStateException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new WeftException(
          ErrorCode.ENGINE,
          "The snapshot of " + store.operator() + " is damaged: " + e.getMessage(),
          e);
    }
  }

  private ByteSource range(long start, long end) {
    if (start < 0 || end < start || end > bytes.length()) {
      throw new WeftException(
          ErrorCode.ENGINE,
          "The snapshot of "
              + store.operator()
              + " says that it uses bytes "
              + start
              + " to "
              + end
              + " but has "
              + bytes.length());
    }
    return bytes.range(start, end);
  }

  private void readHeader(ByteSource header) {
    if (header.readInt() != FrozenRows.MAGIC) {
      throw header.damaged("this is no keyed state");
    }
    int version = header.readByte();
    increment = version == FrozenRows.VERSION_OF_INCREMENT;
    if (version != FrozenRows.VERSION && version != FrozenRows.VERSION_WITH_ANNEX && !increment) {
      throw new WeftException(
          ErrorCode.USER,
          "The state of "
              + store.operator()
              + " is of format "
              + version
              + ", which this release cannot read; use the release that wrote it or a later one");
    }
    int maxParallelism = header.readVarInt();
    if (maxParallelism != store.maxParallelism()) {
      throw new WeftException(
          ErrorCode.USER,
          "The max parallelism of "
              + store.operator()
              + " is "
              + store.maxParallelism()
              + " but its state was written with "
              + maxParallelism
              + "; it can never change: set it to what it was");
    }
    String keyType = header.readString();
    if (!keyType.equals(store.keyType())) {
      throw new WeftException(
          ErrorCode.USER,
          "The keys of "
              + store.operator()
              + " are of type "
              + store.keyType()
              + " but the checkpoint holds keys of type "
              + keyType
              + "; key by the same type as before");
    }
    readColumns(header);
    if (version == FrozenRows.VERSION_WITH_ANNEX) {
      annexLayout = header.readString();
      store.annex().announce(annexLayout);
    }
  }

  private void readColumns(ByteSource header) {
    int count = header.readVarInt();
    if (count > header.remaining()) {
      throw header.damaged(count + " states are announced");
    }
    columns = new StateColumn[count];
    recodings = new Recoding[count];
    StateColumn.Kind[] kinds = StateColumn.Kind.values();
    for (int i = 0; i < count; i++) {
      int kind = header.readByte();
      if (kind >= kinds.length) {
        throw header.damaged("a state is of kind " + kind);
      }
      String name = header.readString();
      String type = header.readString();
      columns[i] = store.restoredColumn(name, kinds[kind], type);
      recodings[i] = columns[i].recodingFrom(type, store.operator());
    }
  }

  private void readGroup(ByteSource source, int group) {
    if (increment) {
      store.timers().clearGroup(group - store.firstKeyGroup);
    }
    if (source.remaining() == 0) {
      return;
    }
    if (increment) {
      for (int size = blockSize(source); size > 0; size = blockSize(source)) {
        readKeys(source, size, group);
        for (int i = 0; i < size; i++) {
          store.removeRow(keys[i], hashes[i]);
        }
      }
    }
    for (int size = blockSize(source); size > 0; size = blockSize(source)) {
      readRows(source, size, group);
    }
    readTimers(source, group, true);
    readTimers(source, group, false);
    if (annexLayout != null && source.remaining() > 0) {
      store.annex().restore(group, source);
    }
    if (source.remaining() > 0) {
      throw source.damaged(source.remaining() + " bytes are left behind key group " + group);
    }
  }

  private static int blockSize(ByteSource source) {
    int size = source.readVarInt();
    if (size > FrozenRows.BLOCK_ROWS) {
      throw source.damaged("a block has " + size + " rows");
    }
    return size;
  }

  private void readKeys(ByteSource source, int size, int group) {
    source.readInts(hashes, size);
    store.keyCodec().read(source, keys, size);
    for (int i = 0; i < size; i++) {
      if (keys[i] == null || KeyGroups.ofHash(hashes[i], store.maxParallelism()) != group) {
        throw source.damaged("key " + keys[i] + " does not belong to key group " + group);
      }
    }
  }

  private void readRows(ByteSource source, int size, int group) {
    readKeys(source, size, group);
    for (int i = 0; i < size; i++) {
      if (increment) {
        store.removeRow(keys[i], hashes[i]);
      }
      store.restoreRow(keys[i], hashes[i]);
    }
    for (int c = 0; c < columns.length; c++) {
      source.readBits(bits, size);
      for (int i = 0; i < size; i++) {
        if (bits[i] != 0) {
          byte[] value = source.readByteArray(source.readVarInt());
          store.selectKey(keys[i], hashes[i]);
          byte[] present = recodings[c] == null ? value : recodings[c].apply(value);
          store.restoreCell(columns[c], present);
        }
      }
    }
  }

  private void readTimers(ByteSource source, int group, boolean event) {
    for (int size = blockSize(source); size > 0; size = blockSize(source)) {
      source.readLongs(times, size);
      source.readLongs(discriminators, size);
      readKeys(source, size, group);
      for (int i = 0; i < size; i++) {
        store.selectKey(keys[i], hashes[i]);
        if (event) {
          store.timers().setEvent(times[i], discriminators[i]);
        } else {
          store.timers().setProcessing(times[i], discriminators[i]);
        }
      }
    }
  }
}
