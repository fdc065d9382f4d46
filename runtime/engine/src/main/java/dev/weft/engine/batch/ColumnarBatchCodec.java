package dev.weft.engine.batch;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.types.TypeInformation;
import dev.weft.engine.world.Verify;
import java.nio.ByteBuffer;

/**
 * The format of batches: version, flags, rows (two bytes), length of the rest (four bytes), then
 * the timestamps and the hashes where the flags say so, and the column of the records.
 */
final class ColumnarBatchCodec implements BatchCodec {
  static final int VERSION = 1;
  private static final int HEADER_BYTES = 8;
  private static final int TIMESTAMPS = 1;
  private static final int HASHES = 2;

  private final TypeInformation<?> type;
  private final ColumnCodec column;
  private final ByteSource input = new ByteSource(new byte[0], 0, 0);

  ColumnarBatchCodec(TypeInformation<?> type) {
    this.type = type;
    this.column = ColumnCodec.of(type);
  }

  @Override
  public void encode(ObjectBatch batch, ByteSink target) {
    int size = batch.size();
    Verify.verify(size <= ObjectBatch.ROWS_MAX, "a batch has %s rows", size);
    int start = target.position();
    target.writeByte(VERSION);
    target.writeByte((batch.hasTimestamps() ? TIMESTAMPS : 0) | (batch.hasHashes() ? HASHES : 0));
    target.writeByte(size >>> 8);
    target.writeByte(size);
    target.writeInt(0);
    if (batch.hasTimestamps()) {
      target.writeLongs(batch.timestamps(), size);
    }
    if (batch.hasHashes()) {
      target.writeInts(batch.hashes(), size);
    }
    try {
      column.write(batch.values(), size, target);
    } catch (ClassCastException | ArrayStoreException e) {
      throw new WeftException(
          ErrorCode.USER,
          "A record does not fit its declared type "
              + TypeText.of(type)
              + "; emit what is declared, or declare it with .returns(...): "
              + e.getMessage(),
          e);
    }
    target.putInt(start + 4, target.position() - start - HEADER_BYTES);
  }

  @Override
  public ObjectBatch decode(ByteBuffer source) {
    if (source.remaining() < HEADER_BYTES) {
      throw new WeftException(
          ErrorCode.ENGINE,
          "A batch of " + source.remaining() + " bytes is shorter than its header");
    }
    int start = source.position();
    int version = source.get(start);
    int flags = source.get(start + 1);
    int size = (source.get(start + 2) & 0xff) << 8 | source.get(start + 3) & 0xff;
    int length = intAt(source, start + 4);
    if (version != VERSION || (flags & ~(TIMESTAMPS | HASHES)) != 0) {
      throw new WeftException(
          ErrorCode.ENGINE,
          "A batch of version " + version + ", flags " + flags + " cannot be read by this release");
    }
    if (size > ObjectBatch.ROWS_MAX || length < 0 || length > source.remaining() - HEADER_BYTES) {
      throw new WeftException(
          ErrorCode.ENGINE,
          "A batch says that it has "
              + size
              + " rows in "
              + length
              + " bytes where "
              + (source.remaining() - HEADER_BYTES)
              + " bytes are left");
    }
    input.reset(source.slice(start + HEADER_BYTES, length));
    ObjectBatch batch = decode(flags, size);
    source.position(start + HEADER_BYTES + length);
    return batch;
  }

  private static int intAt(ByteBuffer source, int index) {
    int value = source.getInt(index);
    return source.order() == java.nio.ByteOrder.BIG_ENDIAN ? value : Integer.reverseBytes(value);
  }

  private ObjectBatch decode(int flags, int size) {
    long[] timestamps = null;
    int[] hashes = null;
    Object[] values = new Object[size];
    try {
      if ((flags & TIMESTAMPS) != 0) {
        timestamps = new long[size];
        input.readLongs(timestamps, size);
      }
      if ((flags & HASHES) != 0) {
        hashes = new int[size];
        input.readInts(hashes, size);
      }
      column.read(input, values, size);
    } catch (WeftException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new WeftException(
          ErrorCode.ENGINE,
          "The bytes of a batch of " + TypeText.of(type) + " are damaged: " + e.getMessage(),
          e);
    }
    if (input.remaining() > 0) {
      throw input.damaged(input.remaining() + " bytes are left behind a batch");
    }
    return new ObjectBatch(values, timestamps, hashes, size);
  }
}
