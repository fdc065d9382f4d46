package dev.weft.api;

import dev.weft.api.types.TypeInformation;
import java.io.Serializable;

/**
 * Names a side output and its type. Tags are equal when their names are.
 *
 * @param <T> the records
 */
public final class OutputTag<T> implements Serializable {
  private final String id;
  private final TypeInformation<T> type;

  /** A tag of the given name whose records are of a class with a derivable type. */
  public OutputTag(String id, Class<T> typeClass) {
    this(id, TypeInformation.of(typeClass));
  }

  /** A tag of the given name and type. */
  public OutputTag(String id, TypeInformation<T> type) {
    if (id == null || id.isEmpty()) {
      throw new IllegalArgumentException("a side output needs a name that is not empty");
    }
    this.id = id;
    this.type = type;
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
  public boolean equals(Object other) {
    return other instanceof OutputTag<?> that && id.equals(that.id);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return "OutputTag(" + id + ")";
  }
}
