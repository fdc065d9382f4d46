package dev.weft.engine.batch;

import java.lang.invoke.MethodHandle;

/** Copied, not used itself: see {@link FieldAccess}. */
final class FieldAccessTemplate extends FieldAccess {
  private static final MethodHandle READER;
  private static final MethodHandle WRITER;

  static {
    READER = HiddenCopies.handle(java.lang.invoke.MethodHandles.lookup(), 0);
    WRITER = HiddenCopies.handle(java.lang.invoke.MethodHandles.lookup(), 1);
  }

  @Override
  void ints(Object[] rows, int size, int[] target) {
    try {
      for (int i = 0; i < size; i++) {
        target[i] = (int) READER.invokeExact(rows[i]);
      }
    } catch (Throwable e) {
      throw failed("getter", e);
    }
  }

  @Override
  void longs(Object[] rows, int size, long[] target) {
    try {
      for (int i = 0; i < size; i++) {
        target[i] = (long) READER.invokeExact(rows[i]);
      }
    } catch (Throwable e) {
      throw failed("getter", e);
    }
  }

  @Override
  void objects(Object[] rows, int size, Object[] target) {
    try {
      for (int i = 0; i < size; i++) {
        target[i] = (Object) READER.invokeExact(rows[i]);
      }
    } catch (Throwable e) {
      throw failed("getter", e);
    }
  }

  @Override
  void setInts(Object[] rows, int size, int[] source) {
    try {
      for (int i = 0; i < size; i++) {
        WRITER.invokeExact(rows[i], source[i]);
      }
    } catch (Throwable e) {
      throw failed("setter", e);
    }
  }

  @Override
  void setLongs(Object[] rows, int size, long[] source) {
    try {
      for (int i = 0; i < size; i++) {
        WRITER.invokeExact(rows[i], source[i]);
      }
    } catch (Throwable e) {
      throw failed("setter", e);
    }
  }

  @Override
  void setObjects(Object[] rows, int size, Object[] source) {
    try {
      for (int i = 0; i < size; i++) {
        WRITER.invokeExact(rows[i], source[i]);
      }
    } catch (Throwable e) {
      throw failed("setter", e);
    }
  }
}
