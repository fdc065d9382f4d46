package dev.weft.engine.spill;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Reads the parts of a row in the form that {@link RowCursor} describes. */
final class RowBytes {
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private RowBytes() {}

  static int intAt(byte[] bytes, int at) {
    return (int) INTS.get(bytes, at);
  }

  static void setInt(byte[] bytes, int at, int value) {
    INTS.set(bytes, at, value);
  }

  static long longAt(byte[] bytes, int at) {
    return (long) LONGS.get(bytes, at);
  }

  /** The bytes of the row that begins here. */
  static int length(byte[] bytes, int row) {
    return RowCursor.HEADER_BYTES
        + intAt(bytes, row + RowCursor.KEY_LENGTH_AT)
        + intAt(bytes, row + RowCursor.VALUE_LENGTH_AT);
  }

  /** The order of two rows, but for arrival. */
  static int compare(byte[] a, int rowA, byte[] b, int rowB) {
    int order = Integer.compareUnsigned(intAt(a, rowA), intAt(b, rowB));
    if (order != 0) {
      return order;
    }
    int keyA = rowA + RowCursor.HEADER_BYTES;
    int keyB = rowB + RowCursor.HEADER_BYTES;
    int lengthA = intAt(a, rowA + RowCursor.KEY_LENGTH_AT);
    int lengthB = intAt(b, rowB + RowCursor.KEY_LENGTH_AT);
    order = Arrays.compareUnsigned(a, keyA, keyA + lengthA, b, keyB, keyB + lengthB);
    return order != 0
        ? order
        : Long.compare(
            longAt(a, rowA + RowCursor.TIMESTAMP_AT), longAt(b, rowB + RowCursor.TIMESTAMP_AT));
  }
}
