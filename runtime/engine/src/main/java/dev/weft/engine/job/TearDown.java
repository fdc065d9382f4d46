package dev.weft.engine.job;

import dev.weft.engine.protocol.ToWorker;
import dev.weft.engine.world.Loop;
import dev.weft.engine.world.Rule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Ends failure regions of an attempt: their sources, the pending checkpoint and their subtasks.
 * What follows waits until every such subtask on a living worker said that it ended and no
 * checkpoint is being registered.
 */
final class TearDown {
  /** A worker whose subtasks have not ended so long after they were told to is given up. */
  private static final long CANCEL_TIMEOUT_MILLIS = 60_000;

  private final JobMaster job;
  private final Set<Integer> regions = new TreeSet<>();
  private boolean underWay;
  private boolean quiet;
  private Runnable then;
  private Loop.Timer deadline;

  TearDown(JobMaster job) {
    this.job = job;
  }

  /** Begins; when one is under way already, it only grows, and what follows changes. */
  void begin(String reason, Set<Integer> which, Runnable next) {
    then = next;
    Set<Integer> more = new TreeSet<>(which);
    more.removeAll(regions);
    regions.addAll(which);
    Attempt attempt = job.attempt();
    if (attempt != null && (!underWay || !more.isEmpty())) {
      boolean alone = job.context.world().keeps(Rule.LEAVE_OTHER_SOURCES);
      attempt.end(alone ? more : job.context.regions().all());
      cancel(attempt, more);
      awaitEnd(attempt);
    }
    if (!underWay) {
      underWay = true;
      quiet = false;
      job.coordinator.stop(
          reason,
          () -> {
            quiet = true;
            check();
          });
    }
    check();
  }

  private void cancel(Attempt attempt, Set<Integer> which) {
    JobContext context = job.context;
    long epoch = context.services.epoch();
    if (which.size() == context.regions().count()) {
      job.cancelLiving();
      return;
    }
    for (int region : which) {
      attempt
          .tasks
          .ofRegion(region)
          .forEach(
              (worker, tasks) ->
                  context.services.send(
                      worker,
                      new ToWorker.CancelTasks(epoch, job.jobId(), tasks.get(0).attempt, region)));
    }
  }

  private void awaitEnd(Attempt attempt) {
    JobContext context = job.context;
    cancelDeadline();
    deadline =
        context.lifetime.schedule(
            CANCEL_TIMEOUT_MILLIS,
            () -> {
              for (int region : List.copyOf(regions)) {
                Map<String, ?> late = attempt.tasks.ofRegion(region);
                List.copyOf(late.keySet()).forEach(worker -> expel(context, worker));
              }
            });
  }

  private static void expel(JobContext context, String worker) {
    context.services.expel(
        worker, "its subtasks did not end within " + CANCEL_TIMEOUT_MILLIS + " ms");
  }

  private void cancelDeadline() {
    if (deadline != null) {
      deadline.cancel();
    }
  }

  /** A subtask ended, or a worker was lost. */
  void check() {
    Attempt attempt = job.attempt();
    if (!underWay || !quiet || (attempt != null && !attempt.tasks.allEnded(regions))) {
      return;
    }
    underWay = false;
    regions.clear();
    cancelDeadline();
    then.run();
  }
}
