package dev.weft.engine.cluster;

import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.Configuration;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.checkpoint.CheckpointStore;
import dev.weft.engine.checkpoint.JobJournal;
import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobMaster;
import dev.weft.engine.job.JobServices;
import dev.weft.engine.job.JobState;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.job.JobSummary;
import dev.weft.engine.job.SlotProvider;
import dev.weft.engine.job.Submission;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.RescaleRequest;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.protocol.Artifact;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.protocol.TaskReport;
import dev.weft.engine.protocol.ToWorker;
import dev.weft.engine.world.Outcome;
import dev.weft.engine.world.World;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The jobs of one leader's term. */
final class Dispatcher implements JobControl, JobServices {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
  private static final int ENDED_MAX = 50;

  private final World world;
  private final Configuration configuration;
  private final long epoch;
  private final Journal journal;
  private final ResourceManager resources;
  private final Consumer<JobDetails> ended;
  private final StartCheck startCheck;
  private final Map<String, JobMaster> running = new LinkedHashMap<>();
  private final Map<String, JobDetails> archive = new LinkedHashMap<>();
  private final Set<String> unrecorded = new LinkedHashSet<>();
  private final Set<String> submitting = new LinkedHashSet<>();
  private boolean suspended;

  /** What a dispatcher works with. */
  record Parts(
      World world,
      Configuration configuration,
      long epoch,
      Journal journal,
      ResourceManager resources,
      StateCheck states) {}

  /**
   * Without jobs.
   *
   * @param ended hears of every job that ended
   */
  Dispatcher(Parts parts, Consumer<JobDetails> ended) {
    this.world = parts.world();
    this.configuration = parts.configuration();
    this.epoch = parts.epoch();
    this.journal = parts.journal();
    this.resources = parts.resources();
    this.ended = ended;
    this.startCheck = new StartCheck(world, parts.states());
  }

  // ---- taking over

  /** Takes over the jobs of the journal. */
  void recover(List<ReplayedJob> jobs) {
    for (ReplayedJob job : jobs) {
      if (job instanceof ReplayedJob.Damaged damaged) {
        LOG.error("{}", damaged.why().message());
        unrecorded.add(damaged.jobId());
        archive(JobDetails.unreadable(damaged.jobId(), damaged.why()));
      } else if (job instanceof ReplayedJob.Whole whole) {
        recover(whole);
      }
    }
    tellNeed();
  }

  private void recover(ReplayedJob.Whole whole) {
    if (whole.end() != null) {
      archive(
          JobDetails.ended(
              whole.submission(),
              whole.plan(),
              whole.end(),
              whole.pointer().attempt(),
              whole.stopped()));
      return;
    }
    try {
      JobMaster job = new JobMaster(this, whole.submission(), journal.open(whole));
      add(job);
      job.recover(whole.checkpoints(), whole.past());
    } catch (WeftException e) {
      unrecorded.add(whole.jobId());
      archive(
          JobDetails.unreadable(
              whole.jobId(), new FailureReport(e.code(), e.getMessage(), "", "")));
    }
  }

  /** Whether a job waits for reports of workers. */
  boolean isReconciling() {
    return running.values().stream().anyMatch(JobMaster::isReconciling);
  }

  /** No more reports are waited for. */
  void reconcileEnded() {
    List.copyOf(running.values()).forEach(JobMaster::reconcileEnded);
  }

  /** A worker said what it runs; what no job takes over is ended. */
  void reported(Worker worker) {
    Address data = worker.data;
    for (Map.Entry<String, List<TaskReport>> entry : new TreeMap<>(worker.reported).entrySet()) {
      JobMaster job = running.get(entry.getKey());
      if (job == null || !job.reported(worker.id, data, entry.getValue())) {
        resources.discard(worker, entry.getKey());
      }
    }
  }

  // ---- events

  /** A job that has not ended; null when there is none. */
  JobMaster find(String jobId) {
    return running.get(jobId);
  }

  /** What of each job that has run a worker can load ahead of the next time it starts. */
  List<ToWorker.JobContent> mayRestart() {
    return running.values().stream().filter(JobMaster::hasRun).map(JobMaster::content).toList();
  }

  void workerLost(String workerId, FailureReport why) {
    List.copyOf(running.values()).forEach(job -> job.workerLost(workerId, why));
  }

  void suspend() {
    suspended = true;
    running.values().forEach(JobMaster::suspend);
  }

  void resume() {
    suspended = false;
    running.values().forEach(JobMaster::resume);
  }

  void stepDown() {
    running.values().forEach(JobMaster::stepDown);
  }

  /** Whether every job ended by its own or by the user's will, and that is recorded. */
  boolean allEndedAsWanted() {
    return running.isEmpty()
        && submitting.isEmpty()
        && unrecorded.isEmpty()
        && archive.values().stream()
            .allMatch(
                j ->
                    j.summary().status() == JobStatus.FINISHED
                        || j.summary().status() == JobStatus.CANCELED);
  }

  // ---- JobControl

  @Override
  public void submit(JobPlan plan, List<Artifact> artifacts, Consumer<Outcome<String>> then) {
    try {
      check(plan);
    } catch (WeftException e) {
      then.accept(new Outcome.Failure<>(e));
      return;
    }
    submitting.add(plan.jobId());
    startCheck.run(
        merged(plan),
        plan,
        artifacts,
        outcome -> {
          if (outcome instanceof Outcome.Failure<Object> failure) {
            submitting.remove(plan.jobId());
            then.accept(new Outcome.Failure<>(failure.cause()));
          } else {
            record(plan, artifacts, then);
          }
        });
  }

  private void record(JobPlan plan, List<Artifact> artifacts, Consumer<Outcome<String>> then) {
    String jobId = plan.jobId();
    Submission submission =
        new Submission(plan, List.copyOf(artifacts), world.clock().currentTimeMillis());
    journal.create(
        submission,
        outcome -> {
          submitting.remove(jobId);
          if (outcome instanceof Outcome.Failure<JobJournal> failure) {
            startCheck.undo(merged(plan), jobId);
            then.accept(
                new Outcome.Failure<>(
                    new WeftException(
                        ErrorCode.DEPENDENCY,
                        "The job can not be recorded: " + failure.cause().getMessage(),
                        failure.cause())));
            return;
          }
          JobMaster job =
              new JobMaster(this, submission, ((Outcome.Success<JobJournal>) outcome).value());
          add(job);
          job.begin();
          tellNeed();
          then.accept(new Outcome.Success<>(jobId));
        });
  }

  private void check(JobPlan plan) {
    String jobId = plan.jobId();
    if (!jobId.matches("[0-9a-f]{32}")) {
      throw new WeftException(
          ErrorCode.USER, "The job id '" + jobId + "' is not 32 hexadecimal digits");
    }
    if (running.containsKey(jobId) || archive.containsKey(jobId) || submitting.contains(jobId)) {
      throw new WeftException(
          ErrorCode.USER, "The job " + jobId + " was submitted already; submit it under a new id");
    }
    if (plan.vertices().isEmpty()) {
      throw new WeftException(ErrorCode.USER, "The job " + plan.name() + " has no steps");
    }
    JobMaster.check(plan, configuration);
    checkClaim(plan);
  }

  /** What a job has claimed it deletes: no other may have to start from it. */
  private void checkClaim(JobPlan plan) {
    Configuration own = merged(plan);
    String path = own.get(CheckpointingOptions.RESTORE_PATH);
    if (path == null
        || own.get(CheckpointingOptions.CLAIM_MODE) != CheckpointingOptions.ClaimMode.CLAIM) {
      return;
    }
    String snapshot = CheckpointStore.placeOf(path);
    String user =
        running.values().stream()
            .filter(job -> job.needs(snapshot))
            .map(JobMaster::jobId)
            .findFirst()
            .orElse("");
    if (!user.isEmpty()) {
      throw new WeftException(
          ErrorCode.USER,
          "The job can not claim "
              + path
              + ": job "
              + user
              + " runs and may have to start from it. Use -rm no_claim, or end that job first."
              + " Nothing was changed");
    }
  }

  private Configuration merged(JobPlan plan) {
    return Configuration.of(configuration.toMap()).addAll(Configuration.of(plan.configuration()));
  }

  private void add(JobMaster job) {
    running.put(job.jobId(), job);
    if (suspended) {
      job.suspend();
    }
  }

  @Override
  public List<JobSummary> jobs() {
    List<JobSummary> all = new ArrayList<>();
    running.values().forEach(j -> all.add(j.summary()));
    List<JobDetails> newestFirst = new ArrayList<>(archive.values());
    java.util.Collections.reverse(newestFirst);
    newestFirst.forEach(j -> all.add(j.summary()));
    return List.copyOf(all);
  }

  @Override
  public Optional<JobDetails> job(String jobId) {
    JobMaster job = running.get(jobId);
    return job != null ? Optional.of(job.details()) : Optional.ofNullable(archive.get(jobId));
  }

  @Override
  public boolean cancel(String jobId) {
    JobMaster job = running.get(jobId);
    if (job != null) {
      job.cancel();
    }
    return job != null || archive.containsKey(jobId);
  }

  @Override
  public void order(String jobId, SnapshotOrder order) {
    JobMaster job = running.get(jobId);
    if (job == null) {
      throw new WeftException(ErrorCode.USER, "There is no running job " + jobId);
    }
    job.snapshots().order(order);
  }

  @Override
  public void rescale(String jobId, RescaleRequest request) {
    JobMaster job = running.get(jobId);
    if (job == null) {
      throw new WeftException(ErrorCode.USER, "There is no running job " + jobId);
    }
    job.rescale().order(request);
  }

  @Override
  public ClusterOverview overview() {
    return resources.overview(
        new ClusterOverview.JobCounts(
            running.size(),
            ended(JobStatus.FINISHED),
            ended(JobStatus.CANCELED),
            ended(JobStatus.FAILED)));
  }

  private int ended(JobStatus status) {
    return (int) archive.values().stream().filter(j -> j.summary().status() == status).count();
  }

  @Override
  public List<WorkerDetails> workers() {
    return resources.details();
  }

  // ---- JobServices

  @Override
  public World world() {
    return world;
  }

  @Override
  public long epoch() {
    return epoch;
  }

  @Override
  public Configuration configuration() {
    return configuration;
  }

  @Override
  public void send(String workerId, ToWorker message) {
    resources.send(workerId, message);
  }

  @Override
  public SlotProvider slots() {
    return resources;
  }

  @Override
  public void slotsNeededChanged() {
    tellNeed();
  }

  @Override
  public void expel(String workerId, String reason) {
    resources.expel(workerId, reason);
  }

  @Override
  public void jobEnded(JobMaster job) {
    running.remove(job.jobId());
    if (job.state() instanceof JobState.Failed failed && !failed.recorded()) {
      unrecorded.add(job.jobId());
    }
    JobDetails details = job.details();
    archive(details);
    tellNeed();
    ended.accept(details);
  }

  private void tellNeed() {
    resources.need(running.values().stream().mapToInt(JobMaster::slotsNeeded).sum());
  }

  private void archive(JobDetails details) {
    archive.put(details.summary().jobId(), details);
    if (archive.size() > ENDED_MAX) {
      String oldest =
          archive.keySet().stream().filter(id -> !unrecorded.contains(id)).findFirst().orElse(null);
      if (oldest != null) {
        archive.remove(oldest);
        world
            .background()
            .run(
                "forget job " + oldest,
                () -> {
                  journal.remove(oldest);
                  return null;
                },
                outcome -> {});
      }
    }
  }
}
