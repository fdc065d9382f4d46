package dev.weft.api;

import dev.weft.api.functions.ReduceFunction;
import dev.weft.api.graph.PrimitiveFold;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/** Copied like {@link FoldTemplate}, for folds of a field that is a primitive number. */
final class PrimitiveFoldTemplate implements ReduceFunction<Object>, PrimitiveFold<Object> {
  private static final long serialVersionUID = 1;

  private static final MethodHandle FOLD =
      FoldTemplate.data(MethodHandles.lookup(), 0, MethodHandle.class);
  private static final FieldFold<?> ORIGIN =
      FoldTemplate.data(MethodHandles.lookup(), 1, FieldFold.class);
  private static final MethodHandle BEGIN =
      FoldTemplate.data(MethodHandles.lookup(), 2, MethodHandle.class);
  private static final MethodHandle NUMBERS =
      FoldTemplate.data(MethodHandles.lookup(), 3, MethodHandle.class);
  private static final MethodHandle END =
      FoldTemplate.data(MethodHandles.lookup(), 4, MethodHandle.class);

  @Override
  public Object reduce(Object left, Object right) throws Exception {
    try {
      return FOLD.invokeExact(left, right);
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public long begin(Object first) {
    try {
      return (long) BEGIN.invokeExact(first);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public long fold(long folded, Object record) {
    try {
      return (long) NUMBERS.invokeExact(folded, record);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Object end(Object first, long folded) {
    try {
      return END.invokeExact(first, folded);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Copies have no name to be found by: what they were made of travels. */
  private Object writeReplace() {
    return ORIGIN;
  }
}
