package dev.weft.yarn;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.HighAvailabilityOptions;
import dev.weft.api.config.StateBackendOptions;
import dev.weft.api.config.TaskManagerOptions;
import dev.weft.api.config.YarnOptions;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.connectors.hdfs.HadoopConfiguration;
import dev.weft.engine.cluster.JobControl;
import dev.weft.engine.cluster.LeaderElection;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.plugin.JobCode;
import dev.weft.engine.plugin.Plugins;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.server.Elections;
import dev.weft.engine.server.HostedProcess;
import dev.weft.engine.server.JobServer;
import dev.weft.engine.server.ProcessExit;
import dev.weft.engine.server.ProcessSetup;
import dev.weft.engine.server.net.NettyTransport;
import dev.weft.engine.server.rest.RestSettings;
import dev.weft.engine.server.security.SecurityBundle;
import dev.weft.engine.world.Outcome;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.hadoop.yarn.api.records.FinalApplicationStatus;
import org.apache.hadoop.yarn.api.records.Resource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JobManager of a YARN application. With a plan in the staging directory it runs that job and
 * ends with it; without one it takes jobs through REST until it is told to end. Each attempt takes
 * over what the attempt before left: journal, checkpoints and running workers.
 */
public final class ApplicationMaster implements HostedProcess {
  private static final long SHUT_DOWN_SECONDS = 60;

  /** How long a client that follows the job may take to read its end. */
  private static final long READ_SECONDS_MAX = 10;

  private static final Logger LOG = LoggerFactory.getLogger(ApplicationMaster.class);

  private final CompletableFuture<Ending> ending = new CompletableFuture<>();
  private final CompletableFuture<Void> released = new CompletableFuture<>();
  private final CompletableFuture<Address> rest = new CompletableFuture<>();
  private final AtomicReference<ResourceManagerLink> link = new AtomicReference<>();

  /** Why this process ends; with a result when the application ends with it. */
  private record Ending(ProcessExit exit, FinalApplicationStatus result, String diagnostics) {
    static Ending result(FinalApplicationStatus result, String diagnostics) {
      return new Ending(ProcessExit.SUCCESS, result, diagnostics);
    }

    static Ending attempt(ProcessExit exit) {
      return new Ending(exit, null, "");
    }
  }

  /** What this process is given. */
  private record Given(
      ApplicationContext context,
      Configuration configuration,
      org.apache.hadoop.conf.Configuration hadoop,
      SecurityBundle.Leader security) {
    String applicationId() {
      return Optional.ofNullable(configuration.get(HighAvailabilityOptions.CLUSTER_ID))
          .orElseGet(security::applicationId);
    }

    String storage() {
      return configuration.get(HighAvailabilityOptions.STORAGE_DIR);
    }
  }

  @Override
  public ProcessExit run(
      Configuration configuration, Plugins plugins, CompletableFuture<Void> stopping)
      throws Exception {
    // Hadoop finds its services with it, also on the threads that come of this one.
    Thread.currentThread().setContextClassLoader(ApplicationMaster.class.getClassLoader());
    Given given = given(configuration);
    LOG.info("Attempt {} on {}", given.context().attempt(), given.context().host());
    try (ProcessSetup setup =
            ProcessSetup.open(
                "jobmanager", given.configuration(), plugins, ContainerTaskManager.DEFAULT_SCHEME);
        JobCode code = setup.jobCode()) {
      Optional<StagedJob> job = StagedJob.read(setup.files(), given.context().staging());
      try (JobServer server = server(given, setup, code, job)) {
        rest.complete(server.start().orElseThrow());
        Ending end = await(stopping);
        if (end.result() != null) {
          if (job.map(StagedJob::followed).orElse(false)) {
            awaitReader(stopping);
          }
          end(server, end);
          removeStaging(given);
        }
        return end.exit();
      } finally {
        Optional.ofNullable(link.get()).ifPresent(ResourceManagerLink::close);
      }
    }
  }

  private static Given given(Configuration configuration) throws IOException {
    ApplicationContext context = ApplicationContext.of(System.getenv());
    Configuration effective = context.effective(configuration);
    org.apache.hadoop.conf.Configuration hadoop = HadoopConfiguration.load(effective);
    UserGroupInformation.setConfiguration(hadoop);
    if (ContainerSecrets.bundle() instanceof SecurityBundle.Leader leader) {
      return new Given(context, effective, hadoop, leader);
    }
    throw new WeftException(
        ErrorCode.ENGINE, "The container's credentials are not those of an ApplicationMaster");
  }

  private Ending await(CompletableFuture<Void> stopping) throws Exception {
    try {
      CompletableFuture.anyOf(ending, stopping).get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof WeftException cause ? cause : e;
    }
    return ending.isDone() ? ending.get() : Ending.attempt(ProcessExit.SUCCESS);
  }

  /**
   * A client that follows the job asks now and then: it must find the last counts and accumulators,
   * and says when it has them.
   */
  private void awaitReader(CompletableFuture<Void> stopping)
      throws InterruptedException, ExecutionException {
    try {
      CompletableFuture.anyOf(released, stopping).get(READ_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      LOG.info("No client read the job's end within {} s", READ_SECONDS_MAX);
    }
  }

  private void end(JobServer server, Ending end) throws Exception {
    LOG.info("The application ends as {}: {}", end.result(), end.diagnostics());
    boolean succeeded = end.result() == FinalApplicationStatus.SUCCEEDED;
    if (!succeeded) {
      Optional.ofNullable(link.get()).ifPresent(l -> l.failureStatus(end.result()));
    }
    try {
      server.shutDown(succeeded, end.diagnostics()).get(SHUT_DOWN_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      LOG.warn("The application does not end in time; leaving it to YARN", e);
      throw e;
    }
  }

  private static void removeStaging(Given given) {
    Path staging = new Path(given.context().staging());
    try (FileSystem fileSystem = FileSystem.newInstance(staging.toUri(), given.hadoop())) {
      fileSystem.delete(staging, true);
    } catch (IOException e) {
      LOG.warn("The staging directory {} can not be removed", staging, e);
    }
  }

  private JobServer server(Given given, ProcessSetup setup, JobCode code, Optional<StagedJob> job)
      throws IOException {
    Configuration configuration = given.configuration();
    String host = given.context().host();
    LeaderElection election =
        Elections.open(
            setup,
            given.applicationId(),
            given.security().applicationSecret().electionSecret(),
            given.storage());
    NettyTransport.Listening listening = new NettyTransport.Listening(host, host, "0");
    WorkerLauncher.Recipe recipe = recipe(given);
    int slots = configuration.get(TaskManagerOptions.NUM_TASK_SLOTS);
    ResourceManagerLink.Settings settings =
        new ResourceManagerLink.Settings(
            given.hadoop(), configuration, rest, profile(configuration));
    return new JobServer(
        setup,
        new JobServer.Settings(
            given.applicationId(),
            given.context().attempt().toString(),
            given.storage(),
            Optional.of(
                new JobServer.Rest(
                    RestSettings.of(configuration, setup.scratch().resolve("uploads")),
                    given.security().applicationSecret(),
                    Optional.of(
                        ProxyAccess.of(given.hadoop(), configuration, given.context().owner()))))),
        new JobServer.Surroundings(
            loop ->
                new NettyTransport(
                    "jobmanager",
                    NettyTransport.Security.of(given.security().leaderIdentity(), configuration),
                    listening,
                    loop),
            code,
            election,
            world -> {
              ResourceManagerLink platform =
                  new ResourceManagerLink(
                      world.loop(),
                      settings,
                      new WorkerLauncher(given.hadoop(), recipe),
                      () -> ending.complete(Ending.attempt(ProcessExit.DEPOSED)));
              link.set(platform);
              return new YarnProvisioner(world, platform, slots);
            }),
        new Events(job));
  }

  /** What a worker's container is asked to have. */
  static Resource profile(Configuration configuration) {
    int cores = configuration.get(YarnOptions.CONTAINER_VCORES);
    return Resource.newInstance(
        configuration.get(TaskManagerOptions.PROCESS_MEMORY).mebiBytes(),
        cores > 0 ? cores : configuration.get(TaskManagerOptions.NUM_TASK_SLOTS));
  }

  private static WorkerLauncher.Recipe recipe(Given given) throws IOException {
    ApplicationContext context = given.context();
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put(ContainerLayout.STAGING_VARIABLE, context.staging());
    environment.put(ContainerLayout.DISTRIBUTION_VARIABLE, context.distribution());
    environment.put(ContainerLayout.OWNER_VARIABLE, context.owner());
    if (!UserGroupInformation.isSecurityEnabled()) {
      environment.put("HADOOP_USER_NAME", context.owner());
    }
    ProcessMemory memory =
        ProcessMemory.of(
            given.configuration().get(TaskManagerOptions.PROCESS_MEMORY),
            TaskManagerOptions.PROCESS_MEMORY.key());
    if (given.configuration().get(StateBackendOptions.STATE_BACKEND)
        != StateBackendOptions.Backend.HASHMAP) {
      memory = memory.leaving(given.configuration().get(StateBackendOptions.ROCKSDB_MEMORY));
    }
    return new WorkerLauncher.Recipe(
        ContainerCommand.worker(given.configuration(), memory),
        ContainerFiles.of(given.hadoop(), context.distribution(), new Path(context.staging())),
        environment,
        UserGroupInformation.getCurrentUser().getCredentials(),
        given.security());
  }

  private final class Events implements JobServer.Events {
    private final Optional<StagedJob> job;

    Events(Optional<StagedJob> job) {
      this.job = job;
    }

    @Override
    public void leading(JobControl jobs) {
      LOG.info("Leads under epoch {}", jobs.epoch());
      job.ifPresent(staged -> submit(staged, jobs));
    }

    /** Unless an attempt before did it already: then the journal has the job. */
    private void submit(StagedJob staged, JobControl jobs) {
      Optional<JobDetails> known = jobs.job(staged.plan().jobId());
      if (known.isPresent()) {
        if (known.get().summary().status().isTerminal()) {
          jobEnded(known.get());
        }
        return;
      }
      jobs.submit(
          staged.plan(),
          staged.jars(),
          outcome -> {
            if (outcome instanceof Outcome.Failure<String> failure) {
              LOG.error("The job is refused", failure.cause());
              released.complete(null);
              ending.complete(
                  Ending.result(FinalApplicationStatus.FAILED, failure.cause().getMessage()));
            }
          });
    }

    @Override
    public void jobEnded(JobDetails ended) {
      JobStatus status = ended.summary().status();
      LOG.info("The job {} ended as {}", ended.summary().jobId(), status);
      if (job.isEmpty()) {
        return;
      }
      ending.complete(
          switch (status) {
            case FINISHED -> Ending.result(FinalApplicationStatus.SUCCEEDED, "");
            case CANCELED -> Ending.result(FinalApplicationStatus.KILLED, "The job was cancelled");
            default ->
                Ending.result(
                    FinalApplicationStatus.FAILED,
                    ended.failures().isEmpty()
                        ? "The job failed"
                        : ended.failures().get(0).cause().message());
          });
    }

    @Override
    public void steppedDown(String reason) {
      LOG.warn("Leads no longer: {}", reason);
      ending.complete(Ending.attempt(ProcessExit.DEPOSED));
    }

    @Override
    public void failed(FailureReport why) {
      LOG.error("The cluster can not go on: {}", why.message());
      ending.complete(Ending.attempt(ProcessExit.FAILED));
    }

    @Override
    public void shutdownRequested() {
      LOG.info("A client asked the application to end");
      released.complete(null);
      ending.complete(
          job.isEmpty()
              ? Ending.result(FinalApplicationStatus.SUCCEEDED, "A client ended the session")
              : Ending.result(FinalApplicationStatus.KILLED, "A client ended the application"));
    }

    @Override
    public void uncaught(Throwable failure) {
      LOG.error("An error that nobody handled; the ApplicationMaster ends", failure);
      if (failure instanceof WeftException) {
        ending.completeExceptionally(failure);
      } else {
        ending.complete(Ending.attempt(ProcessExit.UNCAUGHT));
      }
    }
  }
}
