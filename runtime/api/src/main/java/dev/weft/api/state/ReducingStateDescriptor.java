package dev.weft.api.state;

import dev.weft.api.functions.ReduceFunction;
import dev.weft.api.types.TypeInformation;
import java.util.Objects;

/** Names a {@link ReducingState} and says how its values are folded. */
public final class ReducingStateDescriptor<T> extends StateDescriptor<ReducingState<T>, T> {
  private final TypeInformation<T> type;
  private final ReduceFunction<T> reduceFunction;

  /** A state whose values' type is derived from the class. */
  public ReducingStateDescriptor(
      String name, ReduceFunction<T> reduceFunction, Class<T> typeClass) {
    this(name, reduceFunction, TypeInformation.of(typeClass));
  }

  /** A state with values of the given type. */
  public ReducingStateDescriptor(
      String name, ReduceFunction<T> reduceFunction, TypeInformation<T> type) {
    super(name);
    this.type = type;
    this.reduceFunction = Objects.requireNonNull(reduceFunction, "the reduce function is null");
  }

  /** How values are folded. */
  public ReduceFunction<T> getReduceFunction() {
    return reduceFunction;
  }

  @Override
  public TypeInformation<T> getType() {
    return type;
  }
}
