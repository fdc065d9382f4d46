package dev.weft.api.state;

import dev.weft.api.types.TypeInformation;
import java.util.List;

/** Names a {@link ListState}. */
public final class ListStateDescriptor<T> extends StateDescriptor<ListState<T>, List<T>> {
  private final TypeInformation.ListType<T> type;

  /** A state whose elements' type is derived from the class. */
  public ListStateDescriptor(String name, Class<T> elementClass) {
    this(name, TypeInformation.of(elementClass));
  }

  /** A state with elements of the given type. */
  public ListStateDescriptor(String name, TypeInformation<T> elementType) {
    super(name);
    this.type = new TypeInformation.ListType<>(elementType);
  }

  @Override
  public TypeInformation.ListType<T> getType() {
    return type;
  }
}
