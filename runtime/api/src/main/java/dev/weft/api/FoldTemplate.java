package dev.weft.api;

import dev.weft.api.functions.ReduceFunction;
import java.io.IOException;
import java.io.InputStream;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.List;

/**
 * Copied, not used itself: the copy's method handle is a constant of its class, which the compiler
 * inlines like handwritten code. There is one copy for each fold of a class, which goes with it.
 */
final class FoldTemplate implements ReduceFunction<Object> {
  private static final long serialVersionUID = 1;

  private static final MethodHandle FOLD = data(MethodHandles.lookup(), 0, MethodHandle.class);
  private static final FieldFold<?> ORIGIN = data(MethodHandles.lookup(), 1, FieldFold.class);

  /** The function of a copy around a handle of two objects that returns one. */
  static Object copyOf(FieldFold<?> origin, MethodHandle fold) {
    return copyOf(FoldTemplate.class, List.of(fold, origin));
  }

  /** The function of a copy of a template with its constants. */
  static Object copyOf(Class<?> template, List<Object> constants) {
    String file = template.getSimpleName() + ".class";
    try (InputStream source = FoldTemplate.class.getResourceAsStream(file)) {
      return MethodHandles.lookup()
          .defineHiddenClassWithClassData(source.readAllBytes(), constants, true)
          .lookupClass()
          .getDeclaredConstructor()
          .newInstance();
    } catch (IOException | ReflectiveOperationException e) {
      throw new IllegalStateException("a fold cannot be made", e);
    }
  }

  /** A constant of a copy. */
  static <T> T data(MethodHandles.Lookup copy, int index, Class<T> type) {
    try {
      return MethodHandles.classDataAt(copy, ConstantDescs.DEFAULT_NAME, type, index);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

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

  /** Copies have no name to be found by: what they were made of travels. */
  private Object writeReplace() {
    return ORIGIN;
  }
}
