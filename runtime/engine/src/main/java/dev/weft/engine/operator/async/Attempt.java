package dev.weft.engine.operator.async;

import dev.weft.api.functions.async.ResultFuture;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** One request for a record. Answered once, by any thread; read by the task's. */
final class Attempt implements ResultFuture<Object> {
  final Call call;
  private final Consumer<Attempt> answered;
  private final AtomicBoolean first = new AtomicBoolean(true);
  Collection<Object> results = List.of();
  Throwable error;

  Attempt(Call call, Consumer<Attempt> answered) {
    this.call = call;
    this.answered = answered;
  }

  @Override
  public void complete(Collection<Object> result) {
    if (result == null) {
      completeExceptionally(new NullPointerException("the collection of results is null"));
    } else if (first.compareAndSet(true, false)) {
      results = result;
      answered.accept(this);
    }
  }

  @Override
  public void completeExceptionally(Throwable failure) {
    if (first.compareAndSet(true, false)) {
      error = failure == null ? new NullPointerException("the failure is null") : failure;
      answered.accept(this);
    }
  }
}
