package dev.weft.api.state;

import dev.weft.api.functions.AggregateFunction;
import dev.weft.api.types.TypeInformation;
import java.util.Objects;

/**
 * Names an {@link AggregatingState} and says how values are aggregated.
 *
 * @param <I> what is added
 * @param <A> the accumulator, which is what is kept
 * @param <O> the result
 */
public final class AggregatingStateDescriptor<I, A, O>
    extends StateDescriptor<AggregatingState<I, O>, A> {
  private final TypeInformation<A> type;
  private final AggregateFunction<I, A, O> aggregateFunction;

  /** A state whose accumulator's type is derived from the class. */
  public AggregatingStateDescriptor(
      String name, AggregateFunction<I, A, O> aggregateFunction, Class<A> accumulatorClass) {
    this(name, aggregateFunction, TypeInformation.of(accumulatorClass));
  }

  /** A state with an accumulator of the given type. */
  public AggregatingStateDescriptor(
      String name, AggregateFunction<I, A, O> aggregateFunction, TypeInformation<A> type) {
    super(name);
    this.type = type;
    this.aggregateFunction =
        Objects.requireNonNull(aggregateFunction, "the aggregate function is null");
  }

  /** How values are aggregated. */
  public AggregateFunction<I, A, O> getAggregateFunction() {
    return aggregateFunction;
  }

  /** The type of the accumulator. */
  @Override
  public TypeInformation<A> getType() {
    return type;
  }
}
