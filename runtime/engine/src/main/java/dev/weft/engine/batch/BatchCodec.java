package dev.weft.engine.batch;

import dev.weft.api.types.TypeInformation;
import java.nio.ByteBuffer;

/**
 * Turns batches of one type into bytes and back, column by column. Not thread-safe: one per channel
 * end.
 */
public interface BatchCodec {
  /** Appends a batch, with timestamps and key hashes where it has them. */
  void encode(ObjectBatch batch, ByteSink target);

  /**
   * Reads one batch, exactly as it was written.
   *
   * @throws dev.weft.api.error.WeftException with code ENGINE when the bytes are damaged
   */
  ObjectBatch decode(ByteBuffer source);

  /** The codec of a type. */
  static BatchCodec of(TypeInformation<?> type) {
    return new ColumnarBatchCodec(type);
  }
}
