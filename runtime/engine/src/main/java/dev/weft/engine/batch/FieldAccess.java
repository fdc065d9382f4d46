package dev.weft.engine.batch;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.lang.invoke.MethodHandle;

/**
 * Moves one field between a column of objects and an array. Which methods serve depends on the
 * field: ints for primitives of up to 32 bits (booleans as 0 and 1, floats as raw bits), longs for
 * the wider ones (doubles as raw bits), objects for everything else. Thread-safe.
 *
 * <p>Each field has an instance of a class of its own, a hidden copy of {@link
 * FieldAccessTemplate}, in which the method handles are constants: so the compiler sees through
 * them and the loop has one call target. A class file generated in the user's own loader would do
 * as well, but a lookup from another loader's module may not define classes there.
 */
abstract class FieldAccess {
  /** What the field is called in messages. */
  String name = "";

  abstract void ints(Object[] rows, int size, int[] target);

  abstract void longs(Object[] rows, int size, long[] target);

  abstract void objects(Object[] rows, int size, Object[] target);

  abstract void setInts(Object[] rows, int size, int[] source);

  abstract void setLongs(Object[] rows, int size, long[] source);

  abstract void setObjects(Object[] rows, int size, Object[] source);

  /** A copy of the template around a reader and a writer of the field, both taking Object. */
  static FieldAccess of(String name, MethodHandle reader, MethodHandle writer) {
    FieldAccess access = HiddenCopies.of(FieldAccessTemplate.class, reader, writer);
    access.name = name;
    return access;
  }

  /** What the user's code threw, as a failure of the user's. */
  final WeftException failed(String what, Throwable cause) {
    if (cause instanceof Error error && !(cause instanceof AssertionError)) {
      throw error;
    }
    return new WeftException(
        ErrorCode.USER, "The " + what + " of " + name + " failed with " + cause, cause);
  }
}
