package dev.weft.api.types;

import java.lang.reflect.Type;

/**
 * Carries a generic type that a class literal cannot say: {@code new TypeHint<List<String>>() {}}.
 *
 * @param <T> the type
 */
public abstract class TypeHint<T> {
  private final TypeInformation<T> type;

  /**
   * Derives the type from the type argument of the subclass.
   *
   * @throws dev.weft.api.error.WeftException with code USER when no schema follows from it
   */
  @SuppressWarnings({"unchecked", "this-escape"})
  protected TypeHint() {
    Type argument = TypeBindings.argument(getClass(), TypeHint.class, 0);
    this.type =
        (TypeInformation<T>) TypeDerivation.ofType(argument == null ? Object.class : argument);
  }

  /** The type. */
  public TypeInformation<T> getTypeInfo() {
    return type;
  }
}
