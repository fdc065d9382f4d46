package dev.weft.api.functions.async;

import java.util.Collection;

/** Takes the answer to one record. Callable from any thread; all calls after the first are void. */
public interface ResultFuture<OUT> {
  /** The results of the record; none where it has none. */
  void complete(Collection<OUT> result);

  /** The record failed, and with it the job unless it is tried again. */
  void completeExceptionally(Throwable error);
}
