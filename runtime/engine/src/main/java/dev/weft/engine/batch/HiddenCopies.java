package dev.weft.engine.batch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.List;

/**
 * Copies of a template class with method handles of their own as constants. A copy is a hidden
 * class that goes when its last instance goes, so that it holds no user's class loader back.
 */
final class HiddenCopies {
  private static final MethodHandles.Lookup HERE = MethodHandles.lookup();

  private HiddenCopies() {}

  /** An instance of a copy of a template. */
  static <T> T of(Class<? extends T> template, MethodHandle... handles) {
    try {
      Class<?> copy =
          HERE.defineHiddenClassWithClassData(classFile(template), List.of(handles), true)
              .lookupClass();
      @SuppressWarnings("unchecked")
      T instance = (T) copy.getDeclaredConstructor().newInstance();
      return instance;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("The template " + template + " cannot be copied", e);
    }
  }

  private static byte[] classFile(Class<?> template) {
    try (InputStream file = template.getResourceAsStream(template.getSimpleName() + ".class")) {
      return file.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Called by a template as it is initialised: one of its handles. */
  static MethodHandle handle(MethodHandles.Lookup template, int index) {
    try {
      return MethodHandles.classDataAt(
          template, ConstantDescs.DEFAULT_NAME, MethodHandle.class, index);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
