package dev.weft.engine.server.rest;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.cluster.JobControl;
import dev.weft.engine.world.Loop;
import dev.weft.engine.world.Outcome;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/** The way from threads that may wait to the control thread and back. Thread-safe. */
public final class ControlGateway {
  private static final long ANSWER_SECONDS_MAX = 20;

  private final Loop loop;
  private volatile JobControl control;

  /** A gateway to a control thread; nothing is asked before {@link #open}. */
  public ControlGateway(Loop loop) {
    this.loop = loop;
  }

  /** This process leads. */
  public void open(JobControl jobs) {
    control = jobs;
  }

  /** This process leads no more. */
  public void close() {
    control = null;
  }

  /** Whether this process leads. */
  public boolean isOpen() {
    return control != null;
  }

  /**
   * Asks on the control thread and waits for the answer.
   *
   * @throws WeftException with code RESOURCE when this process does not lead or the answer takes
   *     too long
   */
  public <T> T ask(Function<JobControl, T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    loop.execute(
        () -> {
          try {
            answer.complete(question.apply(leading()));
          } catch (RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    return await(answer);
  }

  /**
   * Begins something on the control thread and waits for its outcome.
   *
   * @throws WeftException as {@link #ask}, or what the outcome is
   */
  public <T> T await(BiConsumer<JobControl, Consumer<Outcome<T>>> request) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    loop.execute(
        () -> {
          try {
            request.accept(leading(), outcome -> complete(answer, outcome));
          } catch (RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    return await(answer);
  }

  private static <T> void complete(CompletableFuture<T> answer, Outcome<T> outcome) {
    if (outcome instanceof Outcome.Success<T> success) {
      answer.complete(success.value());
    } else if (outcome instanceof Outcome.Failure<T> failure) {
      answer.completeExceptionally(failure.cause());
    }
  }

  private JobControl leading() {
    JobControl current = control;
    if (current == null) {
      throw new WeftException(
          ErrorCode.RESOURCE, "This process does not lead the application; ask again later");
    }
    return current;
  }

  private static <T> T await(CompletableFuture<T> answer) {
    try {
      return answer.get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new WeftException(
          ErrorCode.ENGINE, String.valueOf(e.getCause().getMessage()), e.getCause());
    } catch (TimeoutException e) {
      throw new WeftException(ErrorCode.RESOURCE, "The JobManager is busy; ask again later", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeftException(ErrorCode.RESOURCE, "The JobManager ends", e);
    }
  }
}
