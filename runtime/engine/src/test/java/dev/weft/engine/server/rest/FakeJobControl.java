package dev.weft.engine.server.rest;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.checkpoint.CheckpointEntry;
import dev.weft.engine.checkpoint.CheckpointStatistics;
import dev.weft.engine.checkpoint.FailureEntry;
import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.cluster.ClusterOverview;
import dev.weft.engine.cluster.JobControl;
import dev.weft.engine.cluster.WorkerDetails;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.job.JobSummary;
import dev.weft.engine.job.SnapshotReport;
import dev.weft.engine.job.SubtaskDetails;
import dev.weft.engine.job.TaskStatus;
import dev.weft.engine.job.VertexDetails;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.RescaleOrder;
import dev.weft.engine.plan.RescaleReport;
import dev.weft.engine.plan.RescaleRequest;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.protocol.Artifact;
import dev.weft.engine.protocol.CheckpointKind;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.TaskMetrics;
import dev.weft.engine.protocol.UserMetrics;
import dev.weft.engine.protocol.VertexSpec;
import dev.weft.engine.world.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A leader with one job of one vertex, and whatever is submitted. */
final class FakeJobControl implements JobControl {
  static final String JOB = "0123456789abcdef0123456789abcdef";
  static final String VERTEX = "fedcba9876543210fedcba9876543210";

  final List<JobPlan> submitted = new ArrayList<>();
  final List<Artifact> artifacts = new ArrayList<>();
  JobStatus status = JobStatus.RUNNING;
  RuntimeException trouble;
  final List<RescaleRequest> requests = new ArrayList<>();
  final List<RescaleReport> rescales = new ArrayList<>();
  final List<SnapshotOrder> orders =
      new ArrayList<>(
          List.of(new SnapshotOrder("f".repeat(32), SnapshotOrder.Kind.SAVEPOINT, "/s")));
  SnapshotReport.Status fate = SnapshotReport.Status.COMPLETED;

  static JobPlan plan(String jobId) {
    return new JobPlan(
        jobId,
        "counts",
        List.of(
            new VertexSpec(
                0, VERTEX, "Source: a -> Map", 1, 128, List.of("u1", "u2"), new byte[] {1})),
        List.of(),
        Map.of("u1", 0),
        Map.of(),
        false,
        List.of(JobPlan.DEFAULT_GROUP),
        Map.of("pipeline.name", "counts", "my.password", "hunter2"),
        Set.of());
  }

  @Override
  public long epoch() {
    return 1;
  }

  @Override
  public void submit(JobPlan plan, List<Artifact> jars, Consumer<Outcome<String>> then) {
    if (plan.jobId().equals(JOB)) {
      then.accept(
          new Outcome.Failure<>(new WeftException(ErrorCode.USER, "The id " + JOB + " is taken")));
      return;
    }
    submitted.add(plan);
    artifacts.addAll(jars);
    then.accept(new Outcome.Success<>(plan.jobId()));
  }

  @Override
  public List<JobSummary> jobs() {
    if (trouble != null) {
      throw trouble;
    }
    return List.of(summary());
  }

  private List<SnapshotReport> reports() {
    FailureReport why =
        fate == SnapshotReport.Status.FAILED
            ? new FailureReport(ErrorCode.DEPENDENCY, "the disk is full", "", "")
            : null;
    return orders.stream()
        .map(order -> new SnapshotReport(order, fate, 8, "file:///savepoints/8", why))
        .toList();
  }

  private JobSummary summary() {
    Map<JobStatus, Long> entered = new LinkedHashMap<>();
    entered.put(JobStatus.CREATED, 1000L);
    entered.put(JobStatus.RUNNING, 2000L);
    return new JobSummary(
        JOB, "counts", status, 1000, -1, entered, Map.of(TaskStatus.RUNNING, 1), "");
  }

  @Override
  public Optional<JobDetails> job(String jobId) {
    if (!jobId.equals(JOB)) {
      return Optional.empty();
    }
    UserMetrics user =
        new UserMetrics(
            Map.of("Map.seen", 3.0, "Map.part", 0.5),
            List.of(
                new UserMetrics.AccumulatorBytes(
                    "lines", "dev.weft.api.accumulators.IntCounter", "3", new byte[] {1})));
    TaskMetrics metrics =
        new TaskMetrics(new TaskId(JOB, 0, 0), 1, 10, 20, 30, 40, 50, 60, 0, user);
    SubtaskDetails subtask =
        new SubtaskDetails(0, 1, TaskStatus.RUNNING, "worker-1", "host", 2000, metrics);
    CheckpointEntry done =
        new CheckpointEntry(
            7,
            CheckpointEntry.Status.COMPLETED,
            false,
            CheckpointKind.CHECKPOINT,
            3000,
            "file:///chk/7",
            "",
            new CheckpointEntry.Progress(1, 1, 4096, 8192, 3050, 3060, 2));
    return Optional.of(
        new JobDetails(
            summary(),
            plan(JOB),
            1,
            List.of(new VertexDetails(VERTEX, "Source: a -> Map", 1, 128, List.of(subtask))),
            new CheckpointStatistics(
                new CheckpointStatistics.Counts(0, 0, 1, 0, 0),
                done,
                null,
                null,
                null,
                List.of(done),
                0,
                ""),
            List.of(
                new FailureEntry(
                    2500,
                    0,
                    new FailureReport(ErrorCode.DATA, "bad line", "trace", "Map (1/1)"),
                    "Map (1/1)",
                    "worker-1",
                    "restarted",
                    List.of())),
            reports(),
            List.copyOf(rescales)));
  }

  @Override
  public boolean cancel(String jobId) {
    status = JobStatus.CANCELED;
    return true;
  }

  @Override
  public void order(String jobId, SnapshotOrder order) {
    orders.add(order);
  }

  @Override
  public void rescale(String jobId, RescaleRequest request) {
    RescaleOrder order = request.resolve(plan(JOB));
    requests.add(request);
    rescales.add(new RescaleReport(order, List.of(1), RescaleReport.Status.IN_PROGRESS, null));
  }

  @Override
  public ClusterOverview overview() {
    return new ClusterOverview(1, 4, 3, new ClusterOverview.JobCounts(1, 0, 0, 0), "");
  }

  @Override
  public List<WorkerDetails> workers() {
    return List.of(
        new WorkerDetails(
            "worker-1",
            new Address("host", 5),
            4,
            3,
            10,
            Map.of("host", "host"),
            Map.of("jvm.heap.used", 100L)));
  }
}
