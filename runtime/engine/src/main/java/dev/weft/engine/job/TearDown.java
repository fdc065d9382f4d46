package dev.weft.engine.job;

import dev.weft.engine.world.Loop;

/**
 * Ends an attempt: its sources, its pending checkpoint and its subtasks. What follows waits until
 * every subtask on a living worker said that it ended and no checkpoint is being registered.
 */
final class TearDown {
  /** A worker whose subtasks have not ended so long after they were told to is given up. */
  private static final long CANCEL_TIMEOUT_MILLIS = 60_000;

  private final JobMaster job;
  private boolean underWay;
  private boolean quiet;
  private Runnable then;
  private Loop.Timer deadline;

  TearDown(JobMaster job) {
    this.job = job;
  }

  /** Begins; when one is under way already, only what follows changes. */
  void begin(String reason, Runnable next) {
    then = next;
    if (!underWay) {
      underWay = true;
      quiet = false;
      Attempt attempt = job.attempt();
      if (attempt != null) {
        attempt.end();
        job.cancelLiving();
        awaitEnd(attempt);
      }
      job.coordinator.stop(
          reason,
          () -> {
            quiet = true;
            check();
          });
    }
    check();
  }

  private void awaitEnd(Attempt attempt) {
    JobContext context = job.context;
    deadline =
        context.lifetime.schedule(
            CANCEL_TIMEOUT_MILLIS,
            () ->
                attempt
                    .tasks
                    .workers()
                    .forEach(
                        worker ->
                            context.services.expel(
                                worker,
                                "its subtasks did not end within "
                                    + CANCEL_TIMEOUT_MILLIS
                                    + " ms")));
  }

  /** A subtask ended, or a worker was lost. */
  void check() {
    Attempt attempt = job.attempt();
    if (!underWay || !quiet || (attempt != null && !attempt.tasks.allEnded())) {
      return;
    }
    underWay = false;
    if (deadline != null) {
      deadline.cancel();
    }
    then.run();
  }
}
