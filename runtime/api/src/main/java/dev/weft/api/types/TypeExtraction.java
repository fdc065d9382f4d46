package dev.weft.api.types;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.tuple.Tuple;
import java.io.Serializable;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;

/**
 * Finds the type that a user's function produces: from the generic interface that its class
 * implements, or, for a lambda or method reference, from the method behind it, which the serialised
 * form of the lambda names.
 */
public final class TypeExtraction {
  private TypeExtraction() {}

  /**
   * What was found.
   *
   * @param type the type, or null
   * @param problem why there is no type; null when there is one
   */
  public record Extracted(TypeInformation<?> type, String problem) {}

  /**
   * The type behind a type parameter of a function's interface.
   *
   * @param function an instance of a class that implements the interface, or a lambda
   * @param generic the interface or abstract class
   * @param output the number of the type parameter that is asked for
   * @param input the number of the type parameter whose type is known, or -1
   * @param inputType the known type; may be null
   */
  public static Extracted parameter(
      Object function, Class<?> generic, int output, int input, TypeInformation<?> inputType) {
    Class<?> type = function.getClass();
    if (type.isSynthetic() && type.isHidden()) {
      return new Extracted(null, "the lambda does not say what it emits");
    }
    Type argument = TypeBindings.argument(type, generic, output);
    if (argument == null) {
      return new Extracted(
          null, type.getName() + " implements " + generic.getSimpleName() + " without types");
    }
    if (argument instanceof TypeVariable<?>
        && input >= 0
        && inputType != null
        && argument.equals(TypeBindings.argument(type, generic, input))) {
      return new Extracted(inputType, null);
    }
    return derive(argument);
  }

  /**
   * Like {@link #parameter} for an interface whose single method returns the output, so that
   * lambdas can be read, too.
   */
  public static Extracted returned(
      Object function, Class<?> generic, int output, int input, TypeInformation<?> inputType) {
    SerializedLambda lambda = lambdaBehind(function);
    if (lambda == null) {
      return parameter(function, generic, output, input, inputType);
    }
    ClassLoader loader = function.getClass().getClassLoader();
    try {
      Extracted exact = fromImplementation(lambda, loader);
      if (exact.type() != null) {
        return exact;
      }
      Class<?> instantiated =
          MethodType.fromMethodDescriptorString(lambda.getInstantiatedMethodType(), loader)
              .returnType();
      if (instantiated == Object.class) {
        return exact;
      }
      Extracted fallback = derive(instantiated);
      return fallback.type() != null ? fallback : exact;
    } catch (ClassNotFoundException | LinkageError e) {
      return new Extracted(null, "the lambda's class " + lambda.getImplClass() + " is not found");
    }
  }

  /**
   * The type of a value that stands for others: its class, or for a tuple the types of its fields.
   *
   * @throws WeftException with code USER when no schema follows from it
   */
  public static TypeInformation<?> ofValue(Object value) {
    if (value == null) {
      throw new WeftException(ErrorCode.USER, "No type follows from null; give the type");
    }
    if (value instanceof Tuple tuple) {
      TypeInformation<?>[] fields = new TypeInformation<?>[tuple.getArity()];
      for (int i = 0; i < fields.length; i++) {
        fields[i] = ofValue(tuple.getField(i));
      }
      return Types.TUPLE(fields);
    }
    return TypeInformation.of(
        value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass());
  }

  private static Extracted fromImplementation(SerializedLambda lambda, ClassLoader loader)
      throws ClassNotFoundException {
    Class<?> owner = Class.forName(lambda.getImplClass().replace('/', '.'), false, loader);
    if (lambda.getImplMethodKind() == MethodHandleInfo.REF_newInvokeSpecial) {
      return derive(owner);
    }
    for (Class<?> c = owner; c != null; c = c.getSuperclass()) {
      for (Method method : c.getDeclaredMethods()) {
        if (method.getName().equals(lambda.getImplMethodName())
            && descriptor(method).equals(lambda.getImplMethodSignature())) {
          return derive(method.getGenericReturnType());
        }
      }
    }
    return new Extracted(null, "the method behind the lambda is not found");
  }

  private static String descriptor(Method method) {
    return MethodType.methodType(method.getReturnType(), method.getParameterTypes())
        .toMethodDescriptorString();
  }

  private static SerializedLambda lambdaBehind(Object function) {
    Class<?> type = function.getClass();
    if (!type.isSynthetic() || !(function instanceof Serializable)) {
      return null;
    }
    try {
      Method replace = type.getDeclaredMethod("writeReplace");
      replace.setAccessible(true);
      return replace.invoke(function) instanceof SerializedLambda lambda ? lambda : null;
    } catch (ReflectiveOperationException | RuntimeException e) {
      return null;
    }
  }

  private static Extracted derive(Type type) {
    try {
      return new Extracted(TypeDerivation.ofType(type), null);
    } catch (WeftException e) {
      return new Extracted(null, e.getMessage());
    }
  }
}
