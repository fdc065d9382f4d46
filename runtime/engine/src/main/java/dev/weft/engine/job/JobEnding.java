package dev.weft.engine.job;

import dev.weft.api.config.CheckpointingOptions;
import dev.weft.engine.checkpoint.JobJournal;
import dev.weft.engine.checkpoint.RegisteredCheckpoint;
import dev.weft.engine.checkpoint.RestorePoint;
import dev.weft.engine.checkpoint.SnapshotClaim;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.world.Outcome;
import dev.weft.engine.world.Rule;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a job to its end: what registered checkpoints cover is committed, what is staged beyond
 * that is removed, the end is recorded, and only then files are deleted.
 *
 * <p>A job that runs without end keeps its checkpoints when it is cancelled, as its option says;
 * its output up to the last one is committed. A job that ends by itself commits only as a whole:
 * cancelled, its staged output and its checkpoints go; failed, both are kept when there is a
 * checkpoint to continue from.
 */
final class JobEnding {
  private static final Logger LOG = LoggerFactory.getLogger(JobEnding.class);

  private final JobMaster job;
  private final JobContext context;

  JobEnding(JobMaster job) {
    this.job = job;
    this.context = job.context;
  }

  /** All input is processed and the last checkpoint is registered. */
  void finished() {
    boolean stopped = !job.coordinator.latest().map(context.store::isOwn).orElse(true);
    if (stopped && !context.world().keeps(Rule.COMMIT_BEFORE_END)) {
      job.commits.finish(true, this::recordFinished);
      return;
    }
    job.commits.drain(
        true,
        complete -> {
          if (complete) {
            job.commits.finish(true, this::recordFinished);
          }
        });
  }

  private void recordFinished() {
    RegisteredCheckpoint last = job.coordinator.latest().orElse(null);
    if (last == null || context.store.isOwn(last)) {
      record(new JobState.Finished(), null, List.of(), true);
      return;
    }
    context.lifetime.run(
        context.lane,
        () -> {
          context.store.markCommitted(last);
          return null;
        },
        outcome -> {
          if (outcome instanceof Outcome.Failure<Object> failure) {
            LOG.warn(
                "Job {}: a job that starts from {} will commit its output again, which changes"
                    + " nothing unless that output is moved before",
                context.jobId(),
                last.directory(),
                failure.cause());
          }
          record(new JobState.Finished(), null, List.of(last), true);
        });
  }

  /** The user wants the end; the attempt is over. */
  void canceled() {
    boolean keep = context.settings.keepOnCancel() && !context.plan().bounded();
    List<RegisteredCheckpoint> kept = keep ? job.coordinator.registered() : List.of();
    Runnable then = () -> record(new JobState.Cancelled(), null, kept, !keep);
    if (context.plan().bounded()) {
      then.run();
    } else {
      commitRest(then);
    }
  }

  /** A failure ends the job; the attempt is over. */
  void failed(FailureReport why) {
    List<RegisteredCheckpoint> kept = job.coordinator.registered();
    Runnable then = () -> record(new JobState.Failed(why, true), why, kept, kept.isEmpty());
    if (!context.plan().bounded()) {
      commitRest(then);
    } else if (kept.isEmpty()) {
      cleanUp(then);
    } else {
      job.commits.close();
      then.run();
    }
  }

  /** Commits what registered checkpoints cover, then removes what is staged beyond. */
  private void commitRest(Runnable then) {
    if (context.plan().transactionalSinks().isEmpty()) {
      then.run();
      return;
    }
    JobState ending = job.state();
    job.start()
        .prepare(
            () -> job.state() == ending,
            () -> withState(ending, () -> drain(then)),
            refused -> then.run());
  }

  /** Reads the newest checkpoint unless this leader took or read it already. */
  private void withState(JobState ending, Runnable then) {
    if (job.coordinator.knowsLatest()) {
      then.run();
      return;
    }
    context.lifetime.run(
        context.lane,
        () -> RestorePoint.load(context.store, job.coordinator.registered(), Set.of(), false),
        outcome -> {
          if (job.state() != ending) {
            return;
          }
          if (outcome instanceof Outcome.Success<RestorePoint> loaded) {
            job.coordinator.restored(loaded.value().manifest(), loaded.value().source());
          } else {
            LOG.warn(
                "Job {}: output of its last checkpoint may be uncommitted, since the checkpoint"
                    + " can not be read",
                context.jobId(),
                ((Outcome.Failure<RestorePoint>) outcome).cause());
          }
          then.run();
        });
  }

  private void drain(Runnable then) {
    job.commits.drain(
        false,
        complete -> {
          if (complete && job.coordinator.knowsLatest()) {
            job.commits.finish(false, then);
          } else {
            LOG.warn(
                "Job {}: not all output is committed; what is staged is kept", context.jobId());
            job.commits.close();
            then.run();
          }
        });
  }

  /** Removes everything that is staged. */
  private void cleanUp(Runnable then) {
    JobState ending = job.state();
    job.start()
        .prepare(
            () -> job.state() == ending,
            () -> job.commits.finish(false, then),
            refused -> then.run());
  }

  private void record(
      JobState terminal, FailureReport why, List<RegisteredCheckpoint> kept, boolean deleteAll) {
    JobJournal.End end =
        new JobJournal.End(
            terminal.status().name(),
            why,
            context.world().clock().currentTimeMillis(),
            kept,
            JobReport.past(job));
    context.journal.registerEnd(
        end,
        () -> {
          if (terminal instanceof JobState.Finished) {
            job.tearDown.begin(
                "the job has finished",
                context.regions().all(),
                () -> ended(end, terminal, deleteAll));
          } else if (terminal instanceof JobState.Cancelled && context.plan().bounded()) {
            // not before: the next leader would go on from a checkpoint whose output is gone
            cleanUp(() -> ended(end, terminal, deleteAll));
          } else {
            ended(end, terminal, deleteAll);
          }
        });
  }

  /**
   * Everything is recorded and every function is closed. The process may end with the job, so what
   * is of no use goes first.
   */
  private void ended(JobJournal.End end, JobState terminal, boolean deleteAll) {
    context.lifetime.run(
        context.lane,
        () -> {
          if (deleteAll) {
            context.store.deleteAll();
          } else {
            context.store.deleteAllBut(end.retained());
          }
          giveBack();
          return null;
        },
        outcome -> {
          if (outcome instanceof Outcome.Failure<Object> failure) {
            LOG.warn(
                "Not all checkpoints of job {} in {} that are of no use could be deleted",
                context.jobId(),
                context.store.root(),
                failure.cause());
          }
          context.world().code().close(context.jobId());
          job.ended(terminal);
        });
  }

  /** What the job claimed and did not get beyond may become another's. Blocks. */
  private void giveBack() throws IOException {
    String path = context.configuration.get(CheckpointingOptions.RESTORE_PATH);
    if (path != null && context.settings.claim()) {
      String directory = path.replaceFirst("/+(_metadata)?/*$", "");
      SnapshotClaim.release(context.world().files(), directory, context.jobId());
    }
  }
}
