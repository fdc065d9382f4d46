package dev.weft.engine.checkpoint;

import dev.weft.api.error.ErrorCode;
import dev.weft.engine.protocol.CommittableBytes;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.world.Background;
import dev.weft.engine.world.Oddity;
import dev.weft.engine.world.Outcome;
import dev.weft.engine.world.Rule;
import dev.weft.engine.world.World;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commits of one sink, one after another in the order of their checkpoints. What fails for a
 * reason that may pass is tried again and again.
 */
final class SinkCommits {
  private static final Logger LOG = LoggerFactory.getLogger(SinkCommits.class);
  private static final long RETRY_FIRST_MILLIS = 200;
  private static final long RETRY_LONGEST_MILLIS = 10_000;

  /** How long cleaning up is tried: what is left then stays for ever, since the job has ended. */
  private static final long FINISH_PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);

  private final World world;
  private final String sinkUid;
  private final Lifetime lifetime;
  private final Background.Lane lane;
  private final SinkPublisher.Factory factory;
  private final CommitCoordinator owner;
  private final Deque<Batch> queue = new ArrayDeque<>();
  private List<CommittableBytes> waiting = List.of();
  private SinkPublisher publisher; // touched by work on the lane only
  private volatile boolean abandoned; // set on the control thread, read by work on the lane
  private boolean busy;
  private boolean dead;
  private int failures;
  private String trouble = "";

  /** What came together; whether nothing may wait after it. */
  private record Batch(List<CommittableBytes> committables, boolean all) {}

  SinkCommits(
      World world,
      String sinkUid,
      Lifetime lifetime,
      SinkPublisher.Factory factory,
      CommitCoordinator owner) {
    this.world = world;
    this.sinkUid = sinkUid;
    this.lifetime = lifetime;
    this.lane = world.background().lane("commit " + sinkUid);
    this.factory = factory;
    this.owner = owner;
  }

  void add(List<CommittableBytes> committables) {
    queue.add(new Batch(List.copyOf(committables), false));
    pump();
  }

  /** Lets nothing wait any more of what has come so far. */
  void release() {
    if (!queue.isEmpty() || !waiting.isEmpty()) {
      queue.add(new Batch(List.of(), true));
      pump();
    }
  }

  /** Whether everything is committed that does not wait for something else. */
  boolean isIdle() {
    return queue.isEmpty();
  }

  /** How often the commit at the head failed. */
  int failures() {
    return failures;
  }

  String trouble() {
    return trouble;
  }

  int size() {
    return queue.size();
  }

  /** Begins the next commit unless one is under way or none may begin. */
  void pump() {
    if (busy || dead || queue.isEmpty() || owner.isSuspended()) {
      return;
    }
    busy = true;
    List<CommittableBytes> due = new ArrayList<>(waiting);
    due.addAll(queue.element().committables());
    boolean all = queue.element().all();
    lifetime.run(
        lane,
        call(
            p -> {
              List<CommittableBytes> left = p.commit(due, all);
              if (world.odd(Oddity.COMMIT_IN_DOUBT)) {
                throw new IOException("made to be in doubt");
              }
              return left;
            }),
        outcome -> committed(due, outcome));
  }

  private void committed(List<CommittableBytes> due, Outcome<List<CommittableBytes>> outcome) {
    busy = false;
    if (outcome instanceof Outcome.Success<List<CommittableBytes>> success) {
      waiting = success.value();
    }
    if (outcome instanceof Outcome.Success || !world.keeps(Rule.RETRY_COMMITS)) {
      queue.poll(); // empty when the job gave up meanwhile
      failures = 0;
      trouble = "";
      Set<CommittableBytes> left = Collections.newSetFromMap(new IdentityHashMap<>());
      left.addAll(waiting);
      owner.committed(due.stream().filter(committable -> !left.contains(committable)).toList());
      pump();
      return;
    }
    Throwable cause = ((Outcome.Failure<List<CommittableBytes>>) outcome).cause();
    failures++;
    trouble = "Commits of sink " + sinkUid + " fail: " + FailureReport.lineOf(cause);
    if (cause instanceof IOException) {
      LOG.warn("{}; attempt {}, will be tried again", trouble, failures, cause);
      retry(failures, this::pump);
      owner.commitFailed();
    } else {
      dead = true;
      owner.commitImpossible(Failures.report(cause, ErrorCode.ENGINE, "committer of " + sinkUid));
    }
  }

  /** Drops what has not begun. */
  void giveUp() {
    dead = true;
    queue.clear();
    waiting = List.of();
  }

  /**
   * Lets the committer clean up and closes it. A file store may be away or in safe mode for a
   * while, so what fails for a reason that may pass is tried again for some time.
   */
  void finish(boolean succeeded, Runnable then) {
    finish(succeeded, 1, world.clock().nanoTime() + FINISH_PATIENCE_NANOS, then);
  }

  private void finish(boolean succeeded, int attempt, long endNanos, Runnable then) {
    lifetime.run(
        lane,
        call(
            p -> {
              p.finish(succeeded);
              return (Void) null;
            }),
        outcome -> {
          trouble = "";
          if (outcome instanceof Outcome.Failure<Void> failure) {
            Throwable cause = failure.cause();
            String what = "Sink " + sinkUid + " can not remove what it staged";
            if (cause instanceof IOException && world.clock().nanoTime() < endNanos) {
              LOG.warn("{}; attempt {}, will be tried again", what, attempt, cause);
              trouble = what + ": " + FailureReport.lineOf(cause);
              retry(attempt, () -> finish(succeeded, attempt + 1, endNanos, then));
              return;
            }
            LOG.warn("{}; it stays where it is", what, cause);
          }
          close();
          then.run();
        });
  }

  /** Closes the committer after what it does now; nothing is removed. */
  void close() {
    lane.run(
        () -> {
          if (publisher != null) {
            publisher.close();
            publisher = null;
          }
          return null;
        },
        outcome -> {
          if (outcome instanceof Outcome.Failure<Object> failure) {
            LOG.warn("The committer of sink {} could not be closed", sinkUid, failure.cause());
          }
          lane.close();
        });
  }

  /** Begins nothing any more, not even what waits on the lane, and closes the committer. */
  void abandon() {
    abandoned = true;
    giveUp();
    close();
  }

  private void retry(int attempt, Runnable action) {
    long delay = Math.min(RETRY_FIRST_MILLIS << Math.min(attempt - 1, 10), RETRY_LONGEST_MILLIS);
    lifetime.schedule(delay, action);
  }

  private <T> Callable<T> call(PublisherCall<T> work) {
    return () -> {
      if (abandoned) {
        return null;
      }
      if (publisher == null) {
        publisher = factory.open(sinkUid);
      }
      return work.apply(publisher);
    };
  }

  private interface PublisherCall<T> {
    T apply(SinkPublisher publisher) throws Exception;
  }
}
