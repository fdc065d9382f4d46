package dev.weft.engine.batch;

import dev.weft.api.types.TypeInformation;
import java.nio.ByteBuffer;

/**
 * Turns single values of one type into bytes and back, for state. Null is a value. Not thread-safe.
 */
public interface ValueCodec {
  /** Appends a value. */
  void write(Object value, ByteSink target);

  /** Reads one value. */
  Object read(ByteBuffer source);

  /** A copy that shares nothing mutable with the value; the value itself where it is immutable. */
  Object copy(Object value);

  /** Whether values of the type can never change. */
  boolean immutable();

  /** The codec of a type. */
  static ValueCodec of(TypeInformation<?> type) {
    return new ColumnValueCodec(type);
  }
}
