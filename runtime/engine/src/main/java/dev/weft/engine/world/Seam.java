package dev.weft.engine.world;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Where the JIT compiler is to stop inlining. It inlines what is called often, so without a seam
 * all loops over records end up in each of the methods above them, up to the one that runs a
 * thread, and are compiled as many times. A call once per batch gains nothing by that. Calls
 * through a method handle that is no constant to the compiler are not inlined and cost some
 * nanoseconds.
 *
 * <p>The JVM spins code of its own for each handle that is called often, with all that is inlined
 * below it. So there is one handle for all callers, in a static field, and each caller has it once
 * more in a field that is not static, through which it calls.
 */
public final class Seam {
  private Seam() {}

  /**
   * A handle for calls of a method of any receiver.
   *
   * @param caller a lookup that may call the method
   */
  public static MethodHandle at(
      MethodHandles.Lookup caller,
      Class<?> receiver,
      String method,
      Class<?> result,
      Class<?>... parameters) {
    try {
      return caller.findVirtual(receiver, method, MethodType.methodType(result, parameters));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
