package dev.weft.engine.batch;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Floating point as the bits that hold it, as method handles. */
final class RawBits {
  static final MethodHandle OF_FLOAT =
      find(Float.class, "floatToRawIntBits", int.class, float.class);
  static final MethodHandle TO_FLOAT = find(Float.class, "intBitsToFloat", float.class, int.class);
  static final MethodHandle OF_DOUBLE =
      find(Double.class, "doubleToRawLongBits", long.class, double.class);
  static final MethodHandle TO_DOUBLE =
      find(Double.class, "longBitsToDouble", double.class, long.class);

  private RawBits() {}

  private static MethodHandle find(Class<?> in, String name, Class<?> result, Class<?> argument) {
    try {
      return MethodHandles.publicLookup()
          .findStatic(in, name, MethodType.methodType(result, argument));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
