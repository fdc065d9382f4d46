package dev.weft.api.state;

/**
 * An accumulator per key. {@code get} is its result, or null where nothing was added.
 *
 * @param <I> what is added
 * @param <O> the result
 */
public interface AggregatingState<I, O> extends MergingState<I, O> {}
