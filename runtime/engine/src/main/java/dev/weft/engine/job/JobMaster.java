package dev.weft.engine.job;

import static dev.weft.engine.world.Verify.verify;

import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.ClusterOptions;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.RestartStrategyOptions;
import dev.weft.api.error.ErrorCode;
import dev.weft.engine.checkpoint.CheckpointCoordinator;
import dev.weft.engine.checkpoint.CheckpointSettings;
import dev.weft.engine.checkpoint.CheckpointStatistics;
import dev.weft.engine.checkpoint.CheckpointStore;
import dev.weft.engine.checkpoint.CommitCoordinator;
import dev.weft.engine.checkpoint.JobJournal;
import dev.weft.engine.checkpoint.JobPast;
import dev.weft.engine.checkpoint.RegisteredCheckpoint;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.TaskMetrics;
import dev.weft.engine.protocol.TaskReport;
import dev.weft.engine.protocol.ToLeader;
import dev.weft.engine.protocol.ToWorker;
import dev.weft.engine.world.Rule;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One job from submission to its end. Lives on the control thread: takes one event at a time,
 * changes its state through one method and sends messages. Messages of another attempt than the
 * current one change nothing.
 *
 * <p>An attempt is set up by {@link JobStart}, taken over from an earlier leader by {@link
 * JobTakeover}; what follows a failure is up to {@link JobFailures}, and {@link JobEnding} brings
 * the job to its end.
 */
public final class JobMaster {
  private static final Logger LOG = LoggerFactory.getLogger(JobMaster.class);

  final JobContext context;
  final CommitCoordinator commits;
  final CheckpointCoordinator coordinator;
  final JobFailures failures;
  final JobStages stages;
  private final JobStart start;
  private final JobTakeover takeover;
  private final JobEnding ending;
  final TearDown tearDown;
  final OrderedSnapshots snapshots;
  final JobRescale rescale;

  private JobState state = new JobState.Created();
  private final Map<JobStatus, Long> enteredMillis = new EnumMap<>(JobStatus.class);
  private long endMillis = -1;
  private String trouble = "";
  private Attempt attempt;
  private boolean suspended;

  /**
   * A job that waits for {@link #begin} or {@link #recover}.
   *
   * @throws dev.weft.api.error.WeftException with code USER when an option is missing or wrong
   */
  public JobMaster(JobServices services, Submission submission, JobJournal journal) {
    this.context = new JobContext(services, submission, journal);
    this.start = new JobStart(this);
    this.takeover = new JobTakeover(this);
    this.ending = new JobEnding(this);
    this.tearDown = new TearDown(this);
    this.failures = new JobFailures(this);
    this.stages = new JobStages(this);
    this.snapshots = new OrderedSnapshots(this);
    this.rescale = new JobRescale(this);
    this.commits =
        new CommitCoordinator(
            context.world(),
            context.lifetime,
            context.plan().transactionalSinks().keySet(),
            uid -> start.code().open(uid),
            context.plan().bounded(),
            failures::commitImpossible);
    this.coordinator =
        new CheckpointCoordinator(
            context.world(),
            context.settings,
            context.jobId(),
            new CheckpointCoordinator.Parts(
                context.lifetime, context.store, journal, commits, services.epoch()),
            new JobCheckpoints(this));
    enteredMillis.put(state.status(), context.world().clock().currentTimeMillis());
  }

  /**
   * Checks the options of a job.
   *
   * @throws dev.weft.api.error.WeftException with code USER when one is missing or wrong
   */
  public static void check(JobPlan plan, Configuration cluster) {
    Configuration merged = JobContext.merged(cluster, plan);
    CheckpointSettings.of(merged);
    merged.get(RestartStrategyOptions.RESTART_STRATEGY);
    merged.get(ClusterOptions.SLOT_REQUEST_TIMEOUT);
  }

  /** Starts a job that never ran. */
  public void begin() {
    start.begin();
  }

  /**
   * Continues a job of an earlier leader.
   *
   * @param registered its complete checkpoints, the newest first
   */
  public void recover(List<RegisteredCheckpoint> registered, JobPast past) {
    coordinator.recovered(
        registered, past == null ? CheckpointStatistics.NONE : past.checkpoints());
    failures.recovered(past == null ? List.of() : past.failures());
    if (coordinator.latest().map(RegisteredCheckpoint::last).orElse(false)) {
      start.commitLast();
    } else if (context.journal.attempt() == 0) {
      start.begin();
    } else {
      takeover.await();
    }
  }

  /** Whether the job waits for reports of workers. */
  public boolean isReconciling() {
    return state instanceof JobState.Reconciling;
  }

  /**
   * A worker says which subtasks of this job it runs.
   *
   * @return false when the job does not take them over: they are to be ended
   */
  public boolean reported(String workerId, Address data, List<TaskReport> reports) {
    return isReconciling() && takeover.reported(workerId, data, reports);
  }

  /** No more reports are waited for. */
  public void reconcileEnded() {
    if (isReconciling()) {
      takeover.giveUp();
    }
  }

  /**
   * Begins to end the job by the user's will. Too late once the last checkpoint is being
   * registered: then the job finishes, since its output must appear as a whole.
   */
  public void cancel() {
    if (state.status().isTerminal()
        || coordinator.registersLast()
        || coordinator.hasLast()
        || state instanceof JobState.Stopping
        || state instanceof JobState.Failing
        || state instanceof JobState.Cancelling) {
      return;
    }
    boolean reconciling = isReconciling();
    transition(new JobState.Cancelling());
    if (reconciling) {
      context.services.slots().discardReported(jobId());
    }
    tearDown.begin("the job is cancelled", context.regions().all(), ending::canceled);
  }

  /** The checkpoints and savepoints that people order. */
  public OrderedSnapshots snapshots() {
    return snapshots;
  }

  /** The orders to change the job's parallelism. */
  public JobRescale rescale() {
    return rescale;
  }

  /** Leadership is in doubt: nothing is committed and no checkpoint begins. */
  public void suspend() {
    suspended = true;
    commits.suspend();
    coordinator.suspend();
  }

  /** Leadership stands. */
  public void resume() {
    suspended = false;
    commits.resume();
    coordinator.resume();
  }

  /** Forgets everything and closes what is open; nothing is written, deleted or sent any more. */
  public void stepDown() {
    if (attempt != null) {
      attempt.end();
    }
    commits.abandon();
    context.lifetime.end();
  }

  /** A subtask changed its state. */
  public void taskChanged(String workerId, ToLeader.TaskChanged message) {
    if (isReconciling()) {
      takeover.taskChanged(workerId, message);
      return;
    }
    TaskTable.Task task = find(workerId, message.task(), message.attempt());
    if (task == null || task.hasEnded()) {
      return;
    }
    if (message.metrics() != null) {
      task.metrics = message.metrics();
    }
    task.change(message.state());
    switch (message.state()) {
      case READY -> start.checkReady();
      case DRAINED -> {
        stages.advance(task.region);
        checkDrained();
      }
      case FAILED -> taskFailed(task, message.failure());
      case CANCELED -> {
        if (message.failure() != null) {
          failures.closed(message.failure(), task.name(), workerId);
        }
        taskEnded(task);
      }
      case DEPLOYING, RUNNING -> {}
    }
  }

  private void taskFailed(TaskTable.Task task, FailureReport reported) {
    FailureReport failure =
        reported != null
            ? reported
            : new FailureReport(ErrorCode.ENGINE, "The subtask failed without a reason", "", "");
    failures.attemptFailed(failure, task.name(), task.slot.workerId(), false, Set.of(task.region));
    tearDown.check();
  }

  private void taskEnded(TaskTable.Task task) {
    if (isActive() || failures.goesOn(task.region)) {
      failures.attemptFailed(
          new FailureReport(
              ErrorCode.DEPENDENCY, "The worker ended the subtask unasked", "", task.name()),
          task.name(),
          task.slot.workerId(),
          false,
          Set.of(task.region));
    }
    tearDown.check();
  }

  /** A subtask's part of a checkpoint is durable. */
  public void acknowledged(String workerId, ToLeader.CheckpointAck ack) {
    if (find(workerId, ack.task(), ack.attempt()) != null) {
      coordinator.acknowledged(ack);
    }
  }

  /** A subtask could not do its part of a checkpoint. */
  public void declined(String workerId, ToLeader.CheckpointDeclined declined) {
    if (find(workerId, declined.task(), declined.attempt()) != null) {
      coordinator.declined(declined);
    }
  }

  /** A reader wants a split. */
  public void splitRequested(String workerId, ToLeader.SplitRequest request) {
    if (find(workerId, request.task(), request.attempt()) != null) {
      attempt.splitRequested(request.task(), request.host());
    }
  }

  /** A reader wants to know how far it may go. */
  public void watermarkReached(String workerId, ToLeader.WatermarkReached reached) {
    if (find(workerId, reached.task(), reached.attempt()) != null && isActive()) {
      attempt.watermarkReached(reached);
    }
  }

  /** Counters of subtasks. */
  public void measured(TaskMetrics metrics) {
    TaskTable.Task task = attempt == null ? null : attempt.tasks.find(metrics.task());
    if (task != null && task.attempt == metrics.attempt()) {
      task.metrics = metrics;
    }
  }

  /** A worker is gone with all its subtasks. */
  public void workerLost(String workerId, FailureReport why) {
    if (isReconciling()) {
      takeover.workerLost(workerId);
      return;
    }
    Set<Integer> regions = attempt == null ? new TreeSet<>() : attempt.tasks.workerLost(workerId);
    regions.retainAll(context.regions().all());
    if (regions.isEmpty()) {
      return;
    }
    if (!context.world().keeps(Rule.RESTART_ALL_CONCERNED)) {
      regions = Set.of(regions.iterator().next());
    }
    failures.attemptFailed(why, "", workerId, true, regions);
    tearDown.check();
  }

  private TaskTable.Task find(String workerId, TaskId id, int number) {
    TaskTable.Task task = attempt == null ? null : attempt.tasks.find(id);
    return task != null && task.attempt == number && task.slot.workerId().equals(workerId)
        ? task
        : null;
  }

  /** The last checkpoint is registered: what remains is to commit. */
  void stopping() {
    transition(new JobState.Stopping());
    if (attempt != null) {
      attempt.end();
    }
    ending.finished();
  }

  /**
   * Sends to every worker that has subtasks a message for each attempt of them.
   *
   * @param message makes the one for an attempt
   */
  void toWorkers(IntFunction<ToWorker> message) {
    if (attempt != null) {
      attempt
          .tasks
          .attempts()
          .forEach(
              (worker, numbers) ->
                  numbers.forEach(n -> context.services.send(worker, message.apply(n))));
    }
  }

  /**
   * Ends all subtasks. Only attempts that have subtasks are named: a worker sets up nothing of an
   * attempt that was ended, and the number of one that is not recorded yet may be another leader's.
   */
  void cancelLiving() {
    if (attempt != null) {
      attempt
          .tasks
          .attempts()
          .forEach(
              (worker, numbers) ->
                  context.services.send(
                      worker,
                      new ToWorker.CancelTasks(
                          context.services.epoch(), jobId(), Collections.max(numbers), null)));
    }
  }

  /** Whether an attempt is under way and not being ended. */
  boolean isActive() {
    return state instanceof JobState.Restoring
        || state instanceof JobState.Deploying
        || state instanceof JobState.Running
        || state instanceof JobState.Adopting;
  }

  void checkDrained() {
    if (state instanceof JobState.Running && attempt.tasks.allDrained()) {
      coordinator.triggerLast();
    }
  }

  /** The one way from state to state. */
  void transition(JobState next) {
    verify(state.mayBecome(next), "job %s can not go from %s to %s", jobId(), state, next);
    LOG.info("Job {} ({}): {} -> {}", context.plan().name(), jobId(), state, next);
    if (next.status() != state.status()) {
      enteredMillis.put(next.status(), context.world().clock().currentTimeMillis());
    }
    state = next;
    trouble = "";
  }

  /** The end: nothing follows. */
  void ended(JobState terminal) {
    transition(terminal);
    endMillis = context.world().clock().currentTimeMillis();
    snapshots.jobEnded(terminal);
    rescale.jobEnded(terminal);
    Map<String, Set<TaskId>> living = attempt == null ? Map.of() : attempt.tasks.living();
    context.services.slots().release(jobId(), living);
    if (attempt != null) {
      attempt.end();
    }
    context.services.jobEnded(this);
  }

  /** The attempt is under way: subtasks process, sources assign, checkpoints are taken. */
  void running() {
    transition(new JobState.Running(attempt.number));
    failures.running();
    attempt.release();
    coordinator.start(attempt.number);
    if (suspended) {
      coordinator.suspend();
    }
    snapshots.running();
    rescale.running();
    checkDrained();
  }

  void attempt(Attempt next) {
    attempt = next;
  }

  Attempt attempt() {
    return attempt;
  }

  JobStart start() {
    return start;
  }

  /**
   * Whether the job may have to start from a snapshot, so that it must not become another job's.
   *
   * @param snapshot where it lies; see {@link CheckpointStore#placeOf}
   */
  public boolean needs(String snapshot) {
    if (snapshot.startsWith(CheckpointStore.placeOf(context.store.root()) + "/")) {
      return true;
    }
    String named = context.configuration.get(CheckpointingOptions.RESTORE_PATH);
    return named != null
        && CheckpointStore.placeOf(named).equals(snapshot)
        && (context.settings.claim() || coordinator.latest().isEmpty());
  }

  JobEnding ending() {
    return ending;
  }

  TearDown tearDown() {
    return tearDown;
  }

  /** What keeps the job from going on, in a line; cleared by the next transition. */
  void trouble(String text) {
    trouble = text;
  }

  /** The state. */
  public JobState state() {
    return state;
  }

  /** The job's id. */
  public String jobId() {
    return context.jobId();
  }

  /** How many slots the job needs; 0 when it has ended. */
  public int slotsNeeded() {
    return state.status().isTerminal()
        ? 0
        : Math.max(context.plan().slots(), rescale.slotsWanted());
  }

  /** Whether its subtasks ran once under this leader. */
  public boolean hasRun() {
    return enteredMillis.containsKey(JobStatus.RUNNING);
  }

  /** What it consists of. */
  public ToWorker.JobContent content() {
    return new ToWorker.JobContent(
        jobId(), context.plan().vertices(), context.submission.artifacts());
  }

  /** A line of the job for lists. */
  public JobSummary summary() {
    return JobReport.summary(this, endMillis, enteredMillis, waiting());
  }

  /** Everything about the job. */
  public JobDetails details() {
    return JobReport.details(this);
  }

  private String waiting() {
    if (state instanceof JobState.Allocating) {
      return context.services.slots().waiting(jobId());
    }
    if (state instanceof JobState.Restarting restarting && trouble.isEmpty()) {
      return "restarts after a delay of " + restarting.delayMillis() + " ms";
    }
    if (isReconciling()) {
      return "waits for the reports of workers";
    }
    if (state instanceof JobState.Failed && !failures.all().isEmpty()) {
      return failures.all().get(0).cause().message();
    }
    return Stream.of(trouble, rescale.waiting(), coordinator.statistics().trouble())
        .filter(text -> !text.isEmpty())
        .findFirst()
        .orElse("");
  }
}
