package dev.weft.engine.batch;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Copies of small template classes. The JVM profiles call sites by bytecode: one loop shared by all
 * user functions would call them through an interface table and inline none of them, so every
 * function gets a copy of the loop. A copy is a hidden class with the template's bytes that holds
 * no user's class loader back. Thread-safe.
 *
 * <p>A template is a class without lambdas and inner classes that uses nothing private of other
 * classes and implements an interface by which its copies are used.
 */
public final class HiddenCopies {
  private static final MethodHandles.Lookup HERE = MethodHandles.lookup();
  private static final Map<Class<?>, Map<Class<?>, Map<Class<?>, Object>>> LOOPS =
      new WeakHashMap<>();

  private HiddenCopies() {}

  /** An instance of a new copy of a template of this package with handles as its constants. */
  static <T> T of(Class<? extends T> template, MethodHandle... handles) {
    try {
      return instance(
          HERE.defineHiddenClassWithClassData(classFile(template), List.of(handles), true));
    } catch (IllegalAccessException e) {
      throw refused(template, e);
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

  /**
   * The copy of a loop for a function, shared by all subtasks that run functions of that class.
   *
   * @param home a lookup of the template's package
   * @param template what is copied; it has no state
   * @param function the class of the user's function
   */
  public static <L> L loop(
      MethodHandles.Lookup home, Class<? extends L> template, Class<?> function) {
    return loop(home, template, function, function);
  }

  /** The copy of a loop for a pair of functions, such as a key selector and a hasher. */
  @SuppressWarnings("unchecked")
  public static synchronized <L> L loop(
      MethodHandles.Lookup home, Class<? extends L> template, Class<?> function, Class<?> second) {
    // Loops refer to no user class, so weak keys let a job's classes go.
    return (L)
        LOOPS
            .computeIfAbsent(function, key -> new WeakHashMap<>())
            .computeIfAbsent(second, key -> new WeakHashMap<>())
            .computeIfAbsent(template, key -> define(home, template));
  }

  private static Object define(MethodHandles.Lookup home, Class<?> template) {
    try {
      return instance(home.defineHiddenClass(classFile(template), true));
    } catch (IllegalAccessException e) {
      throw refused(template, e);
    }
  }

  @SuppressWarnings("unchecked")
  private static <T> T instance(MethodHandles.Lookup copy) {
    MethodType noArguments = MethodType.methodType(void.class);
    try {
      return (T) (Object) copy.findConstructor(copy.lookupClass(), noArguments).invoke();
    } catch (Throwable e) {
      throw refused(copy.lookupClass(), e);
    }
  }

  private static byte[] classFile(Class<?> template) {
    String file = template.getName().substring(template.getPackageName().length() + 1) + ".class";
    try (InputStream source = template.getResourceAsStream(file)) {
      if (source == null) {
        throw refused(template, new IOException("there is no " + file + " beside it"));
      }
      return source.readAllBytes();
    } catch (IOException e) {
      throw refused(template, e);
    }
  }

  private static WeftException refused(Class<?> template, Throwable cause) {
    return new WeftException(
        ErrorCode.ENGINE, "The template " + template.getName() + " cannot be copied", cause);
  }
}
