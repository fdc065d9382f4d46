package dev.weft.api.state;

/**
 * State that values are added to.
 *
 * @param <I> what is added
 * @param <O> what is read
 */
public interface AppendingState<I, O> extends State {
  /** What the values added so far amount to. */
  O get() throws Exception;

  /** Adds a value that is not null. */
  void add(I value) throws Exception;
}
