package dev.weft.api.state;

/**
 * State that values are added to, in any order and by parts.
 *
 * @param <I> what is added
 * @param <O> what is read
 */
public interface MergingState<I, O> extends AppendingState<I, O> {}
