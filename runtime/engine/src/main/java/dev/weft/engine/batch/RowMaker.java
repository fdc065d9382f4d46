package dev.weft.engine.batch;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.lang.invoke.MethodHandle;

/**
 * Calls a class's constructor for each row with the values of the fields' columns. Copied per class
 * for the reason told at {@link FieldAccess}. Thread-safe.
 */
abstract class RowMaker {
  private Class<?> type = Object.class;

  /**
   * Makes rows.
   *
   * @param columns per field an {@code int[]}, {@code long[]} or {@code Object[]}
   */
  abstract void make(Object[] columns, int size, Object[] target);

  /**
   * A copy of the template around a maker of one row, {@code (Object[] columns, int row)Object}.
   */
  static RowMaker of(Class<?> type, MethodHandle maker) {
    RowMaker copy = HiddenCopies.of(RowMakerTemplate.class, maker, maker);
    copy.type = type;
    return copy;
  }

  final WeftException failed(Throwable cause) {
    if (cause instanceof Error error && !(cause instanceof AssertionError)) {
      throw error;
    }
    return new WeftException(
        ErrorCode.USER,
        "The constructor of "
            + type.getName()
            + " refuses values that another "
            + type.getSimpleName()
            + " held: "
            + cause,
        cause);
  }
}
