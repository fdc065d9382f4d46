package dev.weft.api;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * Sums, minima and maxima of two values of one class. A null counts as absent: the other value is
 * the result. Sums of whole numbers wrap around as in Java.
 */
final class FoldOperations {
  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  private FoldOperations() {}

  /** The operation as a handle of type {@code (operand, operand)operand}, or null without one. */
  static MethodHandle find(FieldFold.Kind kind, Class<?> operand) {
    MethodType exact = MethodType.methodType(operand, operand, operand);
    Class<?> primitive = MethodType.methodType(operand).unwrap().returnType();
    try {
      if (operand.isPrimitive() || kind == FieldFold.Kind.SUM) {
        MethodHandle plain = plain(kind, primitive);
        return operand.isPrimitive() || primitive == operand ? plain : nullSafe(plain, operand);
      }
      if (!Comparable.class.isAssignableFrom(operand)) {
        return null;
      }
      MethodType comparing =
          MethodType.methodType(Comparable.class, Comparable.class, Comparable.class);
      String name = kind == FieldFold.Kind.MIN ? "lesser" : "greater";
      return LOOKUP.findStatic(FoldOperations.class, name, comparing).asType(exact);
    } catch (NoSuchMethodException | IllegalAccessException e) {
      return null;
    }
  }

  private static MethodHandle plain(FieldFold.Kind kind, Class<?> operand)
      throws NoSuchMethodException, IllegalAccessException {
    String name =
        switch (kind) {
          case SUM -> "add";
          case MIN -> "min";
          case MAX -> "max";
        };
    return LOOKUP.findStatic(
        FoldOperations.class, name, MethodType.methodType(operand, operand, operand));
  }

  /** {@code (a, b) -> a == null ? b : b == null ? a : plain(a, b)}, boxed. */
  private static MethodHandle nullSafe(MethodHandle plain, Class<?> boxed)
      throws NoSuchMethodException, IllegalAccessException {
    MethodType exact = MethodType.methodType(boxed, boxed, boxed);
    MethodHandle isNull =
        LOOKUP
            .findStatic(
                java.util.Objects.class,
                "isNull",
                MethodType.methodType(boolean.class, Object.class))
            .asType(MethodType.methodType(boolean.class, boxed));
    MethodHandle left = MethodHandles.dropArguments(MethodHandles.identity(boxed), 1, boxed);
    MethodHandle right = MethodHandles.dropArguments(MethodHandles.identity(boxed), 0, boxed);
    MethodHandle rightIsNull = MethodHandles.dropArguments(isNull, 0, boxed);
    return MethodHandles.guardWithTest(
        isNull, right, MethodHandles.guardWithTest(rightIsNull, left, plain.asType(exact)));
  }

  static byte add(byte a, byte b) {
    return (byte) (a + b);
  }

  static short add(short a, short b) {
    return (short) (a + b);
  }

  static int add(int a, int b) {
    return a + b;
  }

  static long add(long a, long b) {
    return a + b;
  }

  static float add(float a, float b) {
    return a + b;
  }

  static double add(double a, double b) {
    return a + b;
  }

  static BigDecimal add(BigDecimal a, BigDecimal b) {
    return a == null ? b : b == null ? a : a.add(b);
  }

  static BigInteger add(BigInteger a, BigInteger b) {
    return a == null ? b : b == null ? a : a.add(b);
  }

  static byte min(byte a, byte b) {
    return a <= b ? a : b;
  }

  static short min(short a, short b) {
    return a <= b ? a : b;
  }

  static char min(char a, char b) {
    return a <= b ? a : b;
  }

  static int min(int a, int b) {
    return Math.min(a, b);
  }

  static long min(long a, long b) {
    return Math.min(a, b);
  }

  static float min(float a, float b) {
    return Math.min(a, b);
  }

  static double min(double a, double b) {
    return Math.min(a, b);
  }

  static byte max(byte a, byte b) {
    return a >= b ? a : b;
  }

  static short max(short a, short b) {
    return a >= b ? a : b;
  }

  static char max(char a, char b) {
    return a >= b ? a : b;
  }

  static int max(int a, int b) {
    return Math.max(a, b);
  }

  static long max(long a, long b) {
    return Math.max(a, b);
  }

  static float max(float a, float b) {
    return Math.max(a, b);
  }

  static double max(double a, double b) {
    return Math.max(a, b);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  static Comparable<?> lesser(Comparable a, Comparable b) {
    return a == null ? b : b == null || a.compareTo(b) <= 0 ? a : b;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  static Comparable<?> greater(Comparable a, Comparable b) {
    return a == null ? b : b == null || a.compareTo(b) >= 0 ? a : b;
  }

  /** Puts a primitive number into the bits of a long; {@link #fromLong} takes it out. */
  static MethodHandle toLong(Class<?> number) throws ReflectiveOperationException {
    if (number == double.class || number == float.class) {
      return LOOKUP.findStatic(
          FoldOperations.class, "bits", MethodType.methodType(long.class, number));
    }
    return MethodHandles.identity(long.class).asType(MethodType.methodType(long.class, number));
  }

  /** Takes a primitive number out of the bits of a long. */
  static MethodHandle fromLong(Class<?> number) throws ReflectiveOperationException {
    String name = number.getName() + "Of";
    return LOOKUP.findStatic(FoldOperations.class, name, MethodType.methodType(number, long.class));
  }

  static long bits(double value) {
    return Double.doubleToRawLongBits(value);
  }

  static long bits(float value) {
    return Float.floatToRawIntBits(value);
  }

  static double doubleOf(long bits) {
    return Double.longBitsToDouble(bits);
  }

  static float floatOf(long bits) {
    return Float.intBitsToFloat((int) bits);
  }

  static byte byteOf(long bits) {
    return (byte) bits;
  }

  static short shortOf(long bits) {
    return (short) bits;
  }

  static int intOf(long bits) {
    return (int) bits;
  }

  static long longOf(long bits) {
    return bits;
  }
}
