package dev.weft.client;

import dev.weft.api.JobStatus;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.client.target.ClusterConnection;
import dev.weft.client.target.JobLine;
import dev.weft.client.target.JobProgress;
import dev.weft.client.target.OrderProgress;
import dev.weft.engine.checkpoint.CheckpointEntry;
import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobSummary;
import dev.weft.engine.job.SnapshotReport;
import dev.weft.engine.job.SubtaskDetails;
import dev.weft.engine.job.TaskStatus;
import dev.weft.engine.job.VertexDetails;
import dev.weft.engine.plan.RescaleReport;
import dev.weft.engine.plan.RescaleRequest;
import dev.weft.engine.plugin.JobClassLoader;
import dev.weft.engine.protocol.EdgeSpec;
import dev.weft.engine.protocol.UserMetrics.AccumulatorBytes;
import dev.weft.engine.server.LocalCluster;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cluster in this process. */
final class LocalConnection implements ClusterConnection {
  private static final Logger LOG = LoggerFactory.getLogger(LocalConnection.class);

  private final LocalCluster cluster;
  private final Optional<JobClassLoader> code;

  /** Takes cluster and loader over; {@link #close} closes both. */
  LocalConnection(LocalCluster cluster, Optional<JobClassLoader> code) {
    this.cluster = cluster;
    this.code = code;
  }

  @Override
  public List<JobLine> jobs() {
    return cluster.jobs().stream()
        .map(
            job ->
                new JobLine(
                    job.jobId(), job.name(), job.status().name(), job.startMillis(), job.waiting()))
        .toList();
  }

  @Override
  public JobProgress progress(String jobId) {
    CompletableFuture<JobDetails> ended = cluster.ended(jobId);
    if (ended.isDone()) {
      try {
        return progressOf(ended.join());
      } catch (CompletionException e) {
        throw new WeftException(
            ErrorCode.ENGINE, "The local cluster failed: " + e.getCause().getMessage(), e);
      }
    }
    return progressOf(
        cluster
            .job(jobId)
            .orElseThrow(() -> new WeftException(ErrorCode.USER, "There is no job " + jobId)));
  }

  @Override
  public List<AccumulatorBytes> accumulators(String jobId) {
    CompletableFuture<JobDetails> ended = cluster.ended(jobId);
    Optional<JobDetails> job =
        ended.isDone() && !ended.isCompletedExceptionally()
            ? Optional.of(ended.join())
            : cluster.job(jobId);
    return job.stream()
        .flatMap(details -> details.vertices().stream())
        .flatMap(vertex -> vertex.subtasks().stream())
        .filter(subtask -> subtask.metrics() != null)
        .flatMap(subtask -> subtask.metrics().user().accumulators().stream())
        .toList();
  }

  private static JobProgress progressOf(JobDetails job) {
    Set<Integer> withInput =
        job.plan().edges().stream().map(EdgeSpec::target).collect(Collectors.toSet());
    Set<Integer> withOutput =
        job.plan().edges().stream().map(EdgeSpec::source).collect(Collectors.toSet());
    long in = 0;
    long out = 0;
    int running = 0;
    int tasks = 0;
    for (int i = 0; i < job.vertices().size(); i++) {
      VertexDetails vertex = job.vertices().get(i);
      long read = 0;
      long written = 0;
      for (SubtaskDetails subtask : vertex.subtasks()) {
        tasks++;
        running += isUp(subtask.status()) ? 1 : 0;
        read += subtask.metrics() == null ? 0 : subtask.metrics().recordsIn();
        written += subtask.metrics() == null ? 0 : subtask.metrics().recordsOut();
      }
      in += withInput.contains(i) ? 0 : read > 0 ? read : written;
      out += withOutput.contains(i) ? 0 : written > 0 ? written : read;
    }
    return new JobProgress(
        statusOf(job.summary()),
        in,
        out,
        running,
        tasks,
        checkpointOf(job),
        messageOf(job),
        job.summary().endMillis() < 0
            ? 0
            : job.summary().endMillis() - job.summary().startMillis());
  }

  private static boolean isUp(TaskStatus status) {
    return status == TaskStatus.RUNNING || status == TaskStatus.FINISHED;
  }

  private static JobStatus statusOf(JobSummary job) {
    return switch (job.status()) {
      case CREATED -> JobStatus.CREATED;
      case RUNNING, RECONCILING, FAILING -> JobStatus.RUNNING;
      case RESTARTING -> JobStatus.RESTARTING;
      case FAILED -> JobStatus.FAILED;
      case CANCELLING -> JobStatus.CANCELLING;
      case CANCELED -> JobStatus.CANCELED;
      case FINISHED -> JobStatus.FINISHED;
    };
  }

  private static JobProgress.Checkpoint checkpointOf(JobDetails job) {
    CheckpointEntry latest = job.checkpoints().latestCompleted();
    return latest == null
        ? JobProgress.Checkpoint.NONE
        : new JobProgress.Checkpoint(latest.id(), latest.progress().endedMillis());
  }

  private static String messageOf(JobDetails job) {
    boolean troubled =
        switch (job.summary().status()) {
          case FAILED, FAILING, RESTARTING -> true;
          default -> false;
        };
    return troubled && !job.failures().isEmpty()
        ? job.failures().get(0).cause().message()
        : job.waiting();
  }

  @Override
  public void cancel(String jobId) {
    if (!cluster.cancel(jobId)) {
      throw new WeftException(ErrorCode.USER, "There is no job " + jobId);
    }
  }

  @Override
  public void order(String jobId, String orderId, SnapshotOrder.Kind kind, String directory) {
    cluster.order(jobId, new SnapshotOrder(orderId, kind, directory));
  }

  @Override
  public OrderProgress orderProgress(String jobId, String orderId) {
    SnapshotReport report =
        cluster.job(jobId).map(JobDetails::snapshots).orElse(List.of()).stream()
            .filter(each -> each.order().id().equals(orderId))
            .findFirst()
            .orElseThrow(() -> new WeftException(ErrorCode.USER, "There is no order " + orderId));
    return new OrderProgress(
        report.status() != SnapshotReport.Status.IN_PROGRESS,
        report.location(),
        report.checkpointId(),
        report.status() == SnapshotReport.Status.FAILED ? report.failure().message() : "");
  }

  @Override
  public void rescale(String jobId, RescaleRequest request) {
    cluster.rescale(jobId, request);
  }

  @Override
  public OrderProgress rescaleProgress(String jobId, String orderId) {
    RescaleReport report =
        cluster.job(jobId).map(JobDetails::rescales).orElse(List.of()).stream()
            .filter(each -> each.order().id().equals(orderId))
            .findFirst()
            .orElseThrow(() -> new WeftException(ErrorCode.USER, "There is no order " + orderId));
    return new OrderProgress(
        report.status() != RescaleReport.Status.IN_PROGRESS,
        "",
        0,
        report.status() == RescaleReport.Status.FAILED ? report.failure().message() : "");
  }

  @Override
  public void disposeSavepoint(String path) {
    throw new WeftException(
        ErrorCode.USER, "A cluster in this process keeps no savepoints of others; name a target");
  }

  @Override
  public String webInterface() {
    return "";
  }

  @Override
  public void close() {
    cluster.close();
    code.ifPresent(
        loader -> {
          try {
            loader.close();
          } catch (IOException e) {
            LOG.debug("The job's jars cannot be closed", e);
          }
        });
  }
}
