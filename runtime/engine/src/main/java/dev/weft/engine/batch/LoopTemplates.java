package dev.weft.engine.batch;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Gives every user function its own copy of a loop. The JVM profiles call sites by bytecode: one
 * loop shared by all functions would call them through an interface table and inline none of them.
 * A copy is a hidden class with the template's bytes, shared by all subtasks that run functions of
 * the same classes, and unloaded with them. Thread-safe.
 *
 * <p>A template is a class without state, without lambdas and inner classes, that uses nothing
 * private of other classes and implements an interface by which its copies are used.
 */
public final class LoopTemplates {
  private static final Map<Class<?>, Map<Class<?>, Map<Class<?>, Object>>> COPIES =
      new WeakHashMap<>();

  private LoopTemplates() {}

  /**
   * The copy of a loop for a function.
   *
   * @param home a lookup of the template's package
   * @param template what is copied
   * @param function the class of the user's function
   */
  public static <L> L copyFor(
      MethodHandles.Lookup home, Class<? extends L> template, Class<?> function) {
    return copyFor(home, template, function, function);
  }

  /** The copy of a loop for a pair of functions, such as a function and its key selector. */
  @SuppressWarnings("unchecked")
  public static synchronized <L> L copyFor(
      MethodHandles.Lookup home, Class<? extends L> template, Class<?> function, Class<?> second) {
    // Copies refer to no user class, so weak keys let a job's classes go.
    return (L)
        COPIES
            .computeIfAbsent(function, key -> new WeakHashMap<>())
            .computeIfAbsent(second, key -> new WeakHashMap<>())
            .computeIfAbsent(template, key -> define(home, template));
  }

  private static Object define(MethodHandles.Lookup home, Class<?> template) {
    String file = template.getName().substring(template.getPackageName().length() + 1) + ".class";
    try (InputStream source = template.getResourceAsStream(file)) {
      if (source == null) {
        throw new WeftException(
            ErrorCode.ENGINE, "The class file " + file + " is not beside its package's others");
      }
      MethodHandles.Lookup copy = home.defineHiddenClass(source.readAllBytes(), true);
      return copy.findConstructor(copy.lookupClass(), MethodType.methodType(void.class)).invoke();
    } catch (WeftException e) {
      throw e;
    } catch (Throwable e) {
      throw new WeftException(
          ErrorCode.ENGINE, "The loop " + template.getName() + " cannot be copied: " + e, e);
    }
  }
}
