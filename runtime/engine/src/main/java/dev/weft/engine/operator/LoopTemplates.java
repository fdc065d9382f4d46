package dev.weft.engine.operator;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Gives every user function its own copy of a loop. The JVM profiles call sites by bytecode: one
 * loop shared by all functions would call them through an interface table and inline none of them.
 * A copy is a hidden class with the template's bytes, shared by all subtasks that run functions of
 * the same classes, and unloaded with them. Thread-safe.
 */
final class LoopTemplates {
  private static final Map<Class<?>, Map<Class<?>, Map<Class<?>, RowLoop<?>>>> COPIES =
      new WeakHashMap<>();

  private LoopTemplates() {}

  /**
   * The copy of a loop for a function.
   *
   * @param template a loop that keeps to the rules of {@link RowLoop}
   * @param function the class of the user's function
   */
  static <O> RowLoop<O> copyFor(Class<? extends RowLoop<O>> template, Class<?> function) {
    return copyFor(template, function, function);
  }

  /** The copy of a loop for a pair of functions, such as a function and its key selector. */
  @SuppressWarnings("unchecked")
  static synchronized <O> RowLoop<O> copyFor(
      Class<? extends RowLoop<O>> template, Class<?> function, Class<?> second) {
    // Copies refer to no user class, so weak keys let a job's classes go.
    return (RowLoop<O>)
        COPIES
            .computeIfAbsent(function, key -> new WeakHashMap<>())
            .computeIfAbsent(second, key -> new WeakHashMap<>())
            .computeIfAbsent(template, LoopTemplates::define);
  }

  private static RowLoop<?> define(Class<?> template) {
    String file = template.getName().substring(template.getPackageName().length() + 1) + ".class";
    try (InputStream source = template.getResourceAsStream(file)) {
      if (source == null) {
        throw new WeftException(
            ErrorCode.ENGINE, "The class file " + file + " is not beside its package's others");
      }
      MethodHandles.Lookup copy =
          MethodHandles.lookup().defineHiddenClass(source.readAllBytes(), true);
      return (RowLoop<?>) copy.lookupClass().getDeclaredConstructor().newInstance();
    } catch (IOException | ReflectiveOperationException e) {
      throw new WeftException(
          ErrorCode.ENGINE, "The loop " + template.getName() + " cannot be copied: " + e, e);
    }
  }
}
