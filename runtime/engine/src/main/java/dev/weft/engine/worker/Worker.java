package dev.weft.engine.worker;

import dev.weft.engine.exchange.DataExchange;
import dev.weft.engine.exec.Cores;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.TaskReport;
import dev.weft.engine.protocol.ToLeader;
import dev.weft.engine.protocol.ToWorker;
import dev.weft.engine.worker.JobAttempt.Scope;
import dev.weft.engine.world.Loop;
import dev.weft.engine.world.Oddity;
import dev.weft.engine.world.Outcome;
import dev.weft.engine.world.Rule;
import dev.weft.engine.world.World;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The control part of a worker, on the control thread of its world. */
final class Worker implements WorkerParts, LeaderConnection.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  /** After so long without a leader, tasks stop waiting for barriers. */
  private static final long ABANDON_MILLIS = 5_000;

  /** How long tasks may take to end before the process ends without them. */
  private static final long SHUTDOWN_MILLIS = 180_000;

  /** Local copies of checkpoints outlive the process that made them so long. */
  private static final long COPIES_KEPT_MILLIS = 24 * 3_600_000L;

  /** Jobs and regions whose last attempt is remembered. */
  private static final int SCOPES_REMEMBERED_MAX = 10_000;

  private static final int OUTGROWN_JOBS_MAX = 100;

  private final World world;
  private final WorkerSettings settings;
  private final WorkerEnd end;
  private final LeaderConnection leader;
  private final Cores cores;
  private final DataExchange exchange;
  private final MemoryPool memory;

  /** What no longer fits on the heap, of the jobs that ran here last. */
  private final Map<String, Set<String>> outgrown = new LinkedHashMap<>();

  /** The present attempt of each job's regions. */
  private final Map<Scope, JobAttempt> jobs = new LinkedHashMap<>();

  /** Attempts that were told to end and have not yet. */
  private final List<JobAttempt> ending = new ArrayList<>();

  /** The highest attempt that was ended: nothing up to it is set up again. */
  private final Map<Scope, Integer> endedAttempts =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Scope, Integer> eldest) {
          return size() > SCOPES_REMEMBERED_MAX;
        }
      };

  /** Jobs whose code is kept, whether or not they have tasks here. */
  private Set<String> prepared = Set.of();

  private long heartbeatMillis;
  private Loop.Timer heartbeat;
  private Loop.Timer abandon;
  private WorkerEnd.Reason endingAs;
  private String endingReason;
  private boolean ended;

  Worker(World world, WorkerSettings settings, LeaderLocator locator, WorkerEnd end) {
    this.world = world;
    this.settings = settings;
    this.end = end;
    this.leader = new LeaderConnection(world, locator, this);
    this.cores = new Cores(world, settings.resources().slots(), settings.blockingCallMillis());
    this.exchange = new DataExchange(world, settings.resources().networkBytes());
    this.memory = MemoryPool.root("the worker", settings.resources().memoryBytes());
  }

  void start() {
    leader.start();
    String copies = settings.resources().copies().directory();
    if (!copies.isEmpty()) {
      long now = world.clock().currentTimeMillis();
      world
          .background()
          .run(
              "clean local copies",
              () -> {
                LocalCopies.clean(world.files(), copies, now, COPIES_KEPT_MILLIS);
                return null;
              },
              outcome -> {
                if (outcome instanceof Outcome.Failure<Object> failure) {
                  LOG.warn("Old local copies in {} are left behind", copies, failure.cause());
                }
              });
    }
  }

  void shutdown(String reason) {
    shutdown(WorkerEnd.Reason.SHUT_DOWN, reason);
  }

  Address dataAddress() {
    return exchange.address();
  }

  @Override
  public ToLeader.RegisterWorker registration(long highestEpoch) {
    List<TaskReport> reports = new ArrayList<>();
    jobs.values().forEach(job -> job.report(reports));
    return new ToLeader.RegisterWorker(
        settings.workerId(),
        settings.incarnation(),
        exchange.address(),
        settings.resources().slots(),
        highestEpoch,
        reports,
        settings.attributes());
  }

  @Override
  public void registered(ToWorker.WorkerAccepted accepted) {
    if (abandon != null) {
      abandon.cancel();
      abandon = null;
    }
    heartbeatMillis = accepted.heartbeatIntervalMillis();
    ending.forEach(job -> job.repeat(leader::send));
    jobs.values().forEach(job -> job.repeat(leader::send));
    beat();
  }

  private void beat() {
    JobAttempt.Measures metrics = new JobAttempt.Measures();
    metrics.gauges().putAll(settings.gauges().get());
    metrics.gauges().putAll(exchange.gauges());
    jobs.values().forEach(job -> job.measure(metrics));
    if (!world.odd(Oddity.HEARTBEAT_LEFT_OUT)) {
      send(new ToLeader.Heartbeat(settings.workerId(), metrics.tasks(), metrics.gauges()));
    }
    heartbeat =
        world
            .loop()
            .schedule(
                heartbeatMillis,
                () -> {
                  leader.checkLeader();
                  if (leader.isRegistered()) {
                    beat();
                  }
                });
  }

  @Override
  public void lost() {
    heartbeat.cancel();
    abandon =
        world
            .loop()
            .schedule(ABANDON_MILLIS, () -> jobs.values().forEach(JobAttempt::abandonAlignment));
  }

  @Override
  public void leaderless(long millis) {
    shutdown(WorkerEnd.Reason.NO_LEADER, "there was no leader for " + millis / 1000 + " s");
  }

  @Override
  public void received(ToWorker message) {
    if (message instanceof ToWorker.DeployTasks deploy) {
      deploy(deploy);
    } else if (message instanceof ToWorker.PrepareJobs wanted) {
      prepare(wanted.jobs());
    } else if (message instanceof ToWorker.StartTasks start) {
      withJob(
          start.jobId(),
          start.attempt(),
          job -> {
            if (start.region() == null || start.region() == job.scope().region()) {
              job.start();
            }
          });
    } else if (message instanceof ToWorker.HandOver wanted) {
      handOver(wanted);
    } else if (message instanceof ToWorker.CancelTasks cancel) {
      cancel(cancel);
    } else if (message instanceof ToWorker.TriggerCheckpoint trigger) {
      withJob(trigger.jobId(), trigger.attempt(), job -> job.trigger(trigger));
    } else if (message instanceof ToWorker.CheckpointCompleted completed) {
      long id = completed.checkpointId();
      withJob(completed.jobId(), completed.attempt(), job -> job.completed(id));
    } else if (message instanceof ToWorker.CheckpointAborted aborted) {
      long id = aborted.checkpointId();
      withJob(aborted.jobId(), aborted.attempt(), job -> job.aborted(id));
    } else if (message instanceof ToWorker.AssignSplits assign) {
      withTask(
          assign.task(),
          assign.attempt(),
          task -> task.assign(assign.serializerVersion(), assign.splits()));
    } else if (message instanceof ToWorker.NoMoreSplits none) {
      withTask(none.task(), none.attempt(), TaskEntry::noMoreSplits);
    } else if (message instanceof ToWorker.WatermarkAllowed allowed) {
      withTask(
          allowed.task(),
          allowed.attempt(),
          task -> task.mailbox().put(new TaskCommand.Allowed(allowed.watermark())));
    } else if (message instanceof ToWorker.DrainSources drain) {
      withJob(drain.jobId(), drain.attempt(), JobAttempt::drain);
    } else if (message instanceof ToWorker.WorkerRefused refused) {
      shutdown(WorkerEnd.Reason.REFUSED, "the leader refused this worker: " + refused.reason());
    } else if (message instanceof ToWorker.ShutdownWorker shutdown) {
      shutdown(WorkerEnd.Reason.SHUT_DOWN, shutdown.reason());
    }
  }

  private void prepare(List<ToWorker.JobContent> wanted) {
    Set<String> before = prepared;
    prepared = wanted.stream().map(ToWorker.JobContent::jobId).collect(Collectors.toSet());
    for (ToWorker.JobContent job : wanted) {
      if (!before.contains(job.jobId())) {
        boolean idle = !hasTasks(job.jobId());
        world
            .background()
            .run(
                "prepare job " + job.jobId(),
                () -> {
                  TaskSetup.prepare(world, job, idle);
                  return null;
                },
                outcome -> prepared(job.jobId(), outcome));
      }
    }
    before.forEach(this::closeUnused);
  }

  private void prepared(String jobId, Outcome<Object> outcome) {
    if (outcome instanceof Outcome.Failure<Object> failure) {
      LOG.warn(
          "Job {} is not prepared, it will start later: {}", jobId, failure.cause().toString());
    } else {
      LOG.info("Job {} is prepared", jobId);
    }
    closeUnused(jobId);
  }

  private boolean hasTasks(String jobId) {
    return jobs.keySet().stream().anyMatch(scope -> scope.jobId().equals(jobId))
        || ending.stream().anyMatch(job -> job.scope().jobId().equals(jobId));
  }

  private void closeUnused(String jobId) {
    if (!prepared.contains(jobId) && !hasTasks(jobId)) {
      world.code().close(jobId);
    }
  }

  private void deploy(ToWorker.DeployTasks deploy) {
    Scope scope = Scope.of(deploy);
    int attempt = deploy.attempt();
    Scope whole = new Scope(scope.jobId(), Scope.WHOLE);
    int over =
        Math.max(endedAttempts.getOrDefault(scope, -1), endedAttempts.getOrDefault(whole, -1));
    if (endingAs != null || attempt <= over) {
      LOG.info("Attempt {} of job {} is over; its deployment is ignored", attempt, scope.name());
      return;
    }
    if (world.keeps(Rule.END_FORMER_ATTEMPT)) {
      cancel(scope, attempt - 1);
    }
    jobs.computeIfAbsent(scope, id -> new JobAttempt(this, deploy)).deploy(deploy);
  }

  private void handOver(ToWorker.HandOver wanted) {
    JobAttempt consumers = jobs.get(new Scope(wanted.jobId(), wanted.region()));
    boolean here = consumers != null && consumers.attempt() == wanted.attempt();
    for (JobAttempt job : List.copyOf(jobs.values())) {
      if (job.scope().jobId().equals(wanted.jobId())) {
        job.handOver(wanted, here ? consumers : null);
      }
    }
  }

  private void cancel(ToWorker.CancelTasks cancel) {
    if (cancel.region() != null) {
      cancel(new Scope(cancel.jobId(), cancel.region()), cancel.attempt());
      return;
    }
    endedAttempts.merge(new Scope(cancel.jobId(), Scope.WHOLE), cancel.attempt(), Math::max);
    for (Scope scope : List.copyOf(jobs.keySet())) {
      if (scope.jobId().equals(cancel.jobId())) {
        cancel(scope, cancel.attempt());
      }
    }
  }

  /** Ends the tasks of attempts of a scope up to this one. */
  private void cancel(Scope scope, int attempt) {
    endedAttempts.merge(scope, attempt, Math::max);
    JobAttempt job = jobs.get(scope);
    if (job != null && job.attempt() <= attempt) {
      jobs.remove(scope);
      ending.add(job);
      job.cancel();
      taskEnded(job);
    }
  }

  private void withJob(String jobId, int attempt, Consumer<JobAttempt> action) {
    for (JobAttempt job : List.copyOf(jobs.values())) {
      if (job.scope().jobId().equals(jobId) && job.attempt() == attempt) {
        action.accept(job);
      }
    }
  }

  private void withTask(TaskId task, int attempt, Consumer<TaskEntry> action) {
    withJob(task.jobId(), attempt, job -> job.with(task, action));
  }

  @Override
  public void taskEnded(JobAttempt job) {
    if (!ending.contains(job) || !job.ended()) {
      return;
    }
    ending.remove(job);
    closeUnused(job.scope().jobId());
    if (endingAs != null && ending.isEmpty()) {
      end(endingAs, endingReason);
    }
  }

  private void shutdown(WorkerEnd.Reason how, String reason) {
    if (endingAs != null) {
      return;
    }
    LOG.info("The worker {} ends: {}", settings.workerId(), reason);
    endingAs = how;
    endingReason = reason;
    leader.leave();
    for (JobAttempt job : List.copyOf(jobs.values())) {
      cancel(job.scope(), job.attempt());
    }
    if (ending.isEmpty()) {
      end(how, reason);
    } else {
      world
          .loop()
          .schedule(
              SHUTDOWN_MILLIS,
              () -> end(WorkerEnd.Reason.STUCK, "tasks do not end at shutdown: " + reason));
    }
  }

  @Override
  public void end(WorkerEnd.Reason how, String reason) {
    if (ended) {
      return;
    }
    ended = true;
    leader.stop();
    if (heartbeat != null) {
      heartbeat.cancel();
    }
    cores.stop();
    end.ended(how, reason);
  }

  @Override
  public void send(ToLeader message) {
    leader.send(message);
  }

  @Override
  public World world() {
    return world;
  }

  @Override
  public WorkerSettings settings() {
    return settings;
  }

  @Override
  public DataExchange exchange() {
    return exchange;
  }

  @Override
  public Cores cores() {
    return cores;
  }

  @Override
  public MemoryPool memory() {
    return memory;
  }

  @Override
  public Set<String> outgrown(String jobId) {
    if (outgrown.size() >= OUTGROWN_JOBS_MAX && !outgrown.containsKey(jobId)) {
      outgrown.remove(outgrown.keySet().iterator().next());
    }
    return outgrown.computeIfAbsent(jobId, id -> ConcurrentHashMap.newKeySet());
  }
}
