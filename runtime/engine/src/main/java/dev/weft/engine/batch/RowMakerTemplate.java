package dev.weft.engine.batch;

import java.lang.invoke.MethodHandle;

/** Copied, not used itself: see {@link FieldAccess}. */
final class RowMakerTemplate extends RowMaker {
  private static final MethodHandle MAKER =
      HiddenCopies.handle(java.lang.invoke.MethodHandles.lookup(), 0);

  @Override
  void make(Object[] columns, int size, Object[] target) {
    try {
      for (int i = 0; i < size; i++) {
        target[i] = (Object) MAKER.invokeExact(columns, i);
      }
    } catch (Throwable e) {
      throw failed(e);
    }
  }
}
