package dev.weft.api.state;

/**
 * One value per key: the fold of all values added. {@code get} is null where none was.
 *
 * @param <T> the values and their fold
 */
public interface ReducingState<T> extends MergingState<T, T> {}
