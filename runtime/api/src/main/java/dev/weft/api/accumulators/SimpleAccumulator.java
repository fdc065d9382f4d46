package dev.weft.api.accumulators;

import java.io.Serializable;

/**
 * An accumulator whose result is of the type of what is added.
 *
 * @param <T> what is added, and the result
 */
public interface SimpleAccumulator<T extends Serializable> extends Accumulator<T, T> {}
