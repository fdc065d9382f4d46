package dev.weft.api;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.types.TypeExtraction;
import dev.weft.api.types.TypeInformation;
import java.io.Serializable;

/**
 * Names a side output and its type. Tags are equal when their names are.
 *
 * @param <T> the records
 */
public class OutputTag<T> implements Serializable {
  private static final long serialVersionUID = 1;

  private final String id;
  private final TypeInformation<T> type;

  /**
   * A tag of the given name, whose type is the type argument of the subclass: {@code new
   * OutputTag<String>("late") {}}.
   *
   * @throws WeftException with code USER when no schema follows from it
   */
  @SuppressWarnings({"unchecked", "this-escape"})
  protected OutputTag(String id) {
    TypeExtraction.Extracted extracted =
        TypeExtraction.parameter(this, OutputTag.class, 0, -1, null);
    if (extracted.type() == null) {
      throw new WeftException(
          ErrorCode.USER,
          "The type of the side output '" + id + "' is not known: " + extracted.problem());
    }
    this.id = checked(id);
    this.type = (TypeInformation<T>) extracted.type();
  }

  /** A tag of the given name whose records are of a class with a derivable type. */
  public OutputTag(String id, Class<T> typeClass) {
    this(id, TypeInformation.of(typeClass));
  }

  /** A tag of the given name and type. */
  public OutputTag(String id, TypeInformation<T> type) {
    this.id = checked(id);
    this.type = type;
  }

  private static String checked(String id) {
    if (id == null || id.isEmpty()) {
      throw new IllegalArgumentException("a side output needs a name that is not empty");
    }
    return id;
  }

  /** A subclass exists for its type argument only; it does not travel, nor what it encloses. */
  protected final Object writeReplace() {
    return getClass() == OutputTag.class ? this : new OutputTag<>(id, type);
  }

  /** The name. */
  public String getId() {
    return id;
  }

  /** The type of the records. */
  public TypeInformation<T> getTypeInfo() {
    return type;
  }

  @Override
  public final boolean equals(Object other) {
    return other instanceof OutputTag<?> that && id.equals(that.id);
  }

  @Override
  public final int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return "OutputTag(" + id + ")";
  }
}
