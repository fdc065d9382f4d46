package dev.weft.api.windowing.assigners;

import dev.weft.api.windowing.windows.Window;
import java.util.Collection;

/**
 * Makes windows that may grow together, such as sessions.
 *
 * @param <T> the records
 * @param <W> the windows
 */
public abstract class MergingWindowAssigner<T, W extends Window> extends WindowAssigner<T, W> {
  private static final long serialVersionUID = 1;

  /** Finds out which of the windows of a key become one and tells the callback. */
  public abstract void mergeWindows(Collection<W> windows, MergeCallback<W> callback);

  /** Takes the findings. */
  public interface MergeCallback<W> {
    /**
     * Some windows become one.
     *
     * @param toBeMerged two or more, or one that changes
     * @param mergeResult what they become
     */
    void merge(Collection<W> toBeMerged, W mergeResult);
  }
}
