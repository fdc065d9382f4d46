package dev.weft.engine.cluster;

import dev.weft.api.error.ErrorCode;
import dev.weft.engine.checkpoint.Failures;
import dev.weft.engine.checkpoint.Lifetime;
import dev.weft.engine.job.JobMaster;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.TaskState;
import dev.weft.engine.protocol.ToLeader;
import dev.weft.engine.protocol.ToWorker;
import dev.weft.engine.world.Background;
import dev.weft.engine.world.MessageLink;
import dev.weft.engine.world.Outcome;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One leadership under one epoch: reads the journal, publishes where it is reached, waits a little
 * for the workers of the leader before, and passes on what workers say.
 */
final class LeaderTerm implements ResourceManager.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(LeaderTerm.class);
  private static final long RETRY_MILLIS = 500;

  private final Leader leader;
  private final long epoch;
  private final Lifetime lifetime;
  private final Background.Lane lane;
  private final Journal journal;
  private final ResourceManager resources;
  private final Dispatcher dispatcher;
  private boolean ready;
  private boolean anyRegistered;

  LeaderTerm(Leader leader, long epoch, Lifetime lifetime) {
    this.leader = leader;
    this.epoch = epoch;
    this.lifetime = lifetime;
    this.lane = lifetime.own(leader.world.background().lane("leader"));
    this.journal =
        new Journal(
            leader.world,
            leader.election,
            leader.directory,
            epoch,
            lifetime,
            reason -> leader.stepDown(reason));
    this.resources =
        new ResourceManager(
            leader.world, leader.configuration, epoch, lifetime, leader.provisioner, this);
    this.dispatcher =
        new Dispatcher(
            new Dispatcher.Parts(
                leader.world, leader.configuration, epoch, journal, resources, leader.states),
            leader.listener::jobEnded);
  }

  long epoch() {
    return epoch;
  }

  JobControl jobs() {
    return ready ? dispatcher : null;
  }

  void begin() {
    untilDone("The journal can not be read", journal::replay, this::replayed);
  }

  private void replayed(List<ReplayedJob> jobs) {
    resources.start();
    dispatcher.recover(jobs);
    ready = true;
    untilDone(
        "The leader can not be published",
        () -> {
          leader.election.publishLeader(epoch, leader.address().toString());
          return null;
        },
        done -> {});
    if (dispatcher.isReconciling()) {
      // Nobody comes before it noticed that the leader before is gone, which may only be silent.
      lifetime.schedule(
          resources.silenceMillis() + leader.reconcileMillis(), dispatcher::reconcileEnded);
    }
    leader.listener.leading(dispatcher);
  }

  private <T> void untilDone(String what, Callable<T> work, Consumer<T> then) {
    lifetime.run(
        lane,
        work,
        outcome -> {
          if (outcome instanceof Outcome.Success<T> success) {
            then.accept(success.value());
            return;
          }
          Throwable cause = ((Outcome.Failure<T>) outcome).cause();
          if (cause instanceof LeaderElection.FencedException) {
            leader.stepDown(cause.getMessage());
          } else if (cause instanceof java.io.IOException) {
            LOG.warn("{}; tries again in {} ms", what, RETRY_MILLIS, cause);
            lifetime.schedule(RETRY_MILLIS, () -> untilDone(what, work, then));
          } else {
            leader.listener.failed(Failures.report(cause, ErrorCode.ENGINE, what));
          }
        });
  }

  void suspend() {
    dispatcher.suspend();
  }

  void resume() {
    dispatcher.resume();
  }

  /** Forgets everything and closes all connections. */
  void end() {
    dispatcher.stepDown();
    lifetime.end();
    resources.disconnectAll();
  }

  void endWorkers(String reason) {
    resources.shutDownWorkers(reason);
  }

  void forget(Runnable then) {
    if (!dispatcher.allEndedAsWanted()) {
      then.run();
      return;
    }
    lifetime.run(
        lane,
        () -> {
          journal.removeAll();
          return null;
        },
        outcome -> {
          if (outcome instanceof Outcome.Failure<Object> failure) {
            LOG.warn("The journal of the application is left behind", failure.cause());
          }
          then.run();
        });
  }

  // ---- what workers say

  /** Whether workers may register. */
  boolean isReady() {
    return ready;
  }

  /** A worker registers; null when it is refused. */
  Worker register(MessageLink link, ToLeader.RegisterWorker registration) {
    if (registration.highestEpoch() > epoch) {
      leader.stepDown(
          "worker "
              + registration.workerId()
              + " has seen epoch "
              + registration.highestEpoch()
              + ", this is "
              + epoch);
      return null;
    }
    Worker worker = resources.register(link, registration);
    if (!anyRegistered) {
      anyRegistered = true;
      lifetime.schedule(leader.reconcileMillis(), dispatcher::reconcileEnded);
    }
    dispatcher.reported(worker);
    if (dispatcher.isReconciling() && allExpectedAreThere()) {
      dispatcher.reconcileEnded();
    }
    return worker;
  }

  /** Whether the platform told which workers there were and all of them registered. */
  private boolean allExpectedAreThere() {
    return resources.knowsExpected() && resources.expected().isEmpty();
  }

  void received(Worker worker, ToLeader message) {
    resources.heard(worker);
    if (message instanceof ToLeader.Heartbeat heartbeat) {
      worker.gauges = heartbeat.gauges();
      resources.answer(worker);
      heartbeat
          .tasks()
          .forEach(
              metrics -> {
                JobMaster job = dispatcher.find(metrics.task().jobId());
                if (job != null) {
                  job.measured(metrics);
                }
              });
    } else if (message instanceof ToLeader.TaskChanged changed) {
      if (changed.state() == TaskState.CANCELED || changed.state() == TaskState.FAILED) {
        resources.taskEnded(worker, changed.task());
      }
      toJob(changed.task(), job -> job.taskChanged(worker.id, changed));
    } else if (message instanceof ToLeader.SplitRequest request) {
      toJob(request.task(), job -> job.splitRequested(worker.id, request));
    } else if (message instanceof ToLeader.WatermarkReached reached) {
      toJob(reached.task(), job -> job.watermarkReached(worker.id, reached));
    } else if (message instanceof ToLeader.CheckpointAck ack) {
      toJob(ack.task(), job -> job.acknowledged(worker.id, ack));
    } else if (message instanceof ToLeader.CheckpointDeclined declined) {
      toJob(declined.task(), job -> job.declined(worker.id, declined));
    }
  }

  private void toJob(TaskId task, Consumer<JobMaster> action) {
    JobMaster job = dispatcher.find(task.jobId());
    if (job != null) {
      action.accept(job);
    }
  }

  void disconnected(Worker worker, Throwable cause) {
    resources.disconnected(worker, cause);
  }

  @Override
  public void workerLost(String workerId, FailureReport why) {
    dispatcher.workerLost(workerId, why);
  }

  @Override
  public List<ToWorker.JobContent> mayRestart() {
    return dispatcher.mayRestart();
  }

  @Override
  public void workersImpossible(FailureReport why) {
    leader.listener.failed(why);
  }
}
