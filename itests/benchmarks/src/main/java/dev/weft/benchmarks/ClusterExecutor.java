package dev.weft.benchmarks;

import dev.weft.api.JobClient;
import dev.weft.api.JobExecutionResult;
import dev.weft.api.JobStatus;
import dev.weft.api.Pipeline;
import dev.weft.api.PipelineExecutor;
import dev.weft.api.config.Configuration;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.Planner;
import dev.weft.engine.plugin.Plugins;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.server.LocalCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Runs programs on one cluster that outlives them. */
final class ClusterExecutor implements PipelineExecutor, AutoCloseable {
  private final Configuration configuration;
  private final LocalCluster cluster;
  private final List<Process> processes = new ArrayList<>();
  private JobDetails last;

  private ClusterExecutor(Configuration configuration, LocalCluster.Settings settings) {
    this.configuration = configuration;
    this.cluster = LocalCluster.start(settings);
  }

  /** Starts a cluster of one worker with so many slots in this process. */
  static ClusterExecutor inOneProcess(Configuration configuration, int slots) {
    return new ClusterExecutor(
        configuration,
        LocalCluster.Settings.simple(configuration, ClusterExecutor.class.getClassLoader(), slots));
  }

  /**
   * Starts a cluster whose workers are processes of their own with one slot each.
   *
   * @param directory for files of the cluster
   * @param flags of the workers' JVMs
   */
  static ClusterExecutor inProcesses(
      Configuration configuration, int workers, Path directory, List<String> flags)
      throws IOException {
    ClassLoader code = ClusterExecutor.class.getClassLoader();
    ClusterExecutor executor =
        new ClusterExecutor(
            configuration,
            new LocalCluster.Settings(
                configuration, Plugins.onClassPath(code), code, 0, 1, true, false));
    for (int i = 1; i <= workers; i++) {
      executor.startWorker("worker-" + i, directory, flags);
    }
    return executor;
  }

  private void startWorker(String id, Path directory, List<String> flags) throws IOException {
    Files.createDirectories(directory);
    Path bundle = directory.resolve(id + ".security");
    Files.deleteIfExists(bundle);
    cluster.issueWorker(id).write(bundle);
    Address leader = cluster.leaderAddress().orElseThrow();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(WorkerMain.class.getName());
    command.add(bundle.toString());
    command.add(leader.host());
    command.add(String.valueOf(leader.port()));
    configuration.toMap().forEach((key, value) -> command.add(key + "=" + value));
    Process process = new ProcessBuilder(command).inheritIO().start();
    processes.add(process);
  }

  /** The processes of workers, if they have their own. */
  List<Process> processes() {
    return List.copyOf(processes);
  }

  @Override
  public Configuration configuration() {
    return configuration;
  }

  @Override
  public JobClient execute(Pipeline pipeline) {
    JobPlan plan = Planner.plan(pipeline, UUID.randomUUID().toString().replace("-", ""));
    cluster.submit(plan);
    return new Client(plan.jobId());
  }

  /** The job that ended last. */
  synchronized JobDetails last() {
    return last;
  }

  private synchronized JobExecutionResult ended(JobDetails job) {
    last = job;
    JobStatus status = JobStatus.valueOf(job.summary().status().name());
    if (status != JobStatus.FINISHED) {
      throw new IllegalStateException(
          "the job ended "
              + status
              + (job.failures().isEmpty() ? "" : ": " + job.failures().get(0)));
    }
    return new JobExecutionResult(
        job.summary().jobId(), status, job.summary().endMillis() - job.summary().startMillis());
  }

  @Override
  public void close() {
    processes.forEach(Process::destroy);
    cluster.close();
  }

  private final class Client implements JobClient {
    private final String jobId;

    Client(String jobId) {
      this.jobId = jobId;
    }

    @Override
    public String getJobID() {
      return jobId;
    }

    @Override
    public CompletableFuture<JobStatus> getJobStatus() {
      return CompletableFuture.completedFuture(
          cluster
              .job(jobId)
              .map(job -> JobStatus.valueOf(job.summary().status().name()))
              .orElseThrow());
    }

    @Override
    public CompletableFuture<Map<String, Object>> getAccumulators() {
      return CompletableFuture.completedFuture(Map.of());
    }

    @Override
    public CompletableFuture<Void> cancel() {
      cluster.cancel(jobId);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<JobExecutionResult> getJobExecutionResult() {
      return cluster.ended(jobId).thenApply(ClusterExecutor.this::ended);
    }
  }
}
