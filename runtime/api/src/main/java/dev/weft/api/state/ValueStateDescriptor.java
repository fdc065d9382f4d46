package dev.weft.api.state;

import dev.weft.api.types.TypeInformation;

/** Names a {@link ValueState}. */
public final class ValueStateDescriptor<T> extends StateDescriptor {
  private final TypeInformation<T> type;

  /** A state whose value's type is derived from the class. */
  public ValueStateDescriptor(String name, Class<T> typeClass) {
    this(name, TypeInformation.of(typeClass));
  }

  /** A state with a value of the given type. */
  public ValueStateDescriptor(String name, TypeInformation<T> type) {
    super(name);
    this.type = type;
  }

  @Override
  public TypeInformation<T> getType() {
    return type;
  }
}
