package dev.weft.api.state;

import java.util.List;

/**
 * A list per key.
 *
 * @param <T> the elements
 */
public interface ListState<T> extends MergingState<T, Iterable<T>> {
  /** The elements in order; empty, never null. Not to be changed through the iterable. */
  @Override
  Iterable<T> get() throws Exception;

  /** Appends an element that is not null. */
  @Override
  void add(T value) throws Exception;

  /** Appends all elements. */
  void addAll(List<T> values) throws Exception;

  /** Replaces all elements. */
  void update(List<T> values) throws Exception;
}
