package dev.weft.api.state;

import dev.weft.api.types.TypeInformation;

/** Names a {@link ValueState}. */
public final class ValueStateDescriptor<T> extends StateDescriptor<ValueState<T>, T> {
  private final TypeInformation<T> type;
  private final T defaultValue;

  /** A state whose value's type is derived from the class. */
  public ValueStateDescriptor(String name, Class<T> typeClass) {
    this(name, TypeInformation.of(typeClass));
  }

  /** A state with a value of the given type. */
  public ValueStateDescriptor(String name, TypeInformation<T> type) {
    this(name, type, null);
  }

  /**
   * A state whose value's type is derived from the class, and that reads so where there is none.
   */
  public ValueStateDescriptor(String name, Class<T> typeClass, T defaultValue) {
    this(name, TypeInformation.of(typeClass), defaultValue);
  }

  /** A state with a value of the given type that reads so where there is none. */
  public ValueStateDescriptor(String name, TypeInformation<T> type, T defaultValue) {
    super(name);
    this.type = type;
    this.defaultValue = defaultValue;
  }

  /** What a read gives where there is no value; a copy of it each time. */
  public T getDefaultValue() {
    return defaultValue;
  }

  @Override
  public TypeInformation<T> getType() {
    return type;
  }
}
