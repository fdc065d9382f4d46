package dev.weft.api.functions.async;

import dev.weft.api.functions.Function;
import java.util.concurrent.TimeoutException;

/** Begins a request for each record, such as a lookup in another system. */
public interface AsyncFunction<IN, OUT> extends Function {
  /** Begins the request and returns at once; the answer goes to the future, from any thread. */
  void asyncInvoke(IN input, ResultFuture<OUT> resultFuture) throws Exception;

  /**
   * The time for the record, all retries included, is over: answers in another way or fails. An
   * answer that comes to the earlier future from now on is dropped.
   */
  default void timeout(IN input, ResultFuture<OUT> resultFuture) throws Exception {
    resultFuture.completeExceptionally(
        new TimeoutException("there was no answer within the timeout of the asynchronous step"));
  }
}
