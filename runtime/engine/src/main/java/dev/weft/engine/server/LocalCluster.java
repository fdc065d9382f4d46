package dev.weft.engine.server;

import dev.weft.api.config.ClusterOptions;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.HighAvailabilityOptions;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.cluster.InMemoryLeaderElection;
import dev.weft.engine.cluster.JobControl;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobSummary;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.RescaleRequest;
import dev.weft.engine.plugin.Plugins;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.protocol.MessageCodec;
import dev.weft.engine.server.net.InProcessNetwork;
import dev.weft.engine.server.net.NettyTransport;
import dev.weft.engine.server.rest.RestSettings;
import dev.weft.engine.server.security.Identity;
import dev.weft.engine.server.security.SecurityBundle;
import dev.weft.engine.world.Loop;
import dev.weft.engine.world.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * JobManager and TaskManagers in one process. Unless told otherwise nothing listens: the parts talk
 * through queues. Thread-safe.
 */
public final class LocalCluster implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";
  private static final Duration HEARTBEAT_INTERVAL = Duration.ofMillis(250);
  private static final long START_SECONDS_MAX = 60;
  private static final long STOP_SECONDS_MAX = 10;
  private static final Logger LOG = LoggerFactory.getLogger(LocalCluster.class);

  private final Settings settings;
  private final ProcessSetup setup;
  private final SecurityBundle.Leader security;
  private final InProcessNetwork network = new InProcessNetwork();
  private final CompletableFuture<Void> leading = new CompletableFuture<>();
  private final CompletableFuture<Void> failed = new CompletableFuture<>();
  private final CompletableFuture<Void> shutdownRequested = new CompletableFuture<>();
  private final Map<String, CompletableFuture<JobDetails>> jobs = new LinkedHashMap<>();
  private final List<WorkerProcess> workers = new ArrayList<>();
  private final JobServer server;
  private final Optional<Address> rest;
  private int workersStarted;
  private volatile boolean closing;

  /**
   * What a cluster is made of.
   *
   * @param code with the classes of all jobs
   * @param workers how many TaskManagers
   * @param slots of each
   * @param encrypted whether the parts talk through sockets on the loopback with TLS, as separate
   *     processes would
   * @param rest whether REST is served
   */
  public record Settings(
      Configuration configuration,
      Plugins plugins,
      ClassLoader code,
      int workers,
      int slots,
      boolean encrypted,
      boolean rest) {
    /** One TaskManager, no sockets, no REST. */
    public static Settings simple(Configuration configuration, ClassLoader code, int slots) {
      return new Settings(configuration, Plugins.onClassPath(code), code, 1, slots, false, false);
    }
  }

  /**
   * Starts a cluster.
   *
   * @throws WeftException when it can not be started
   */
  public static LocalCluster start(Settings settings) {
    LocalCluster cluster = new LocalCluster(settings);
    try {
      cluster.leading.get(START_SECONDS_MAX, TimeUnit.SECONDS);
      for (int i = 0; i < settings.workers(); i++) {
        cluster.addWorker();
      }
      return cluster;
    } catch (ExecutionException e) {
      cluster.close();
      throw unwrapped(e);
    } catch (TimeoutException e) {
      cluster.close();
      throw new WeftException(ErrorCode.ENGINE, "The local cluster does not start", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      cluster.close();
      throw new WeftException(ErrorCode.USER, "Interrupted while the local cluster starts", e);
    }
  }

  private LocalCluster(Settings settings) {
    // Deriving the schemas of messages takes a while, which the rest of the start can hide.
    Thread warmUp = new Thread(MessageCodec::greeting, "warm-up");
    warmUp.setDaemon(true);
    warmUp.start();
    this.settings = settings;
    this.setup =
        ProcessSetup.open(
            "local",
            withQuickHeartbeats(settings.configuration()),
            settings.plugins(),
            ProcessSetup.LOCAL_FILES);
    boolean needsSecrets = settings.encrypted() || settings.rest();
    this.security = needsSecrets ? SecurityBundle.Leader.create("local") : null;
    Optional<JobServer.Rest> how =
        settings.rest()
            ? Optional.of(
                new JobServer.Rest(
                    RestSettings.of(settings.configuration(), setup.scratch().resolve("uploads")),
                    security.applicationSecret(),
                    Optional.empty()))
            : Optional.empty();
    this.server =
        new JobServer(
            setup,
            new JobServer.Settings("local", "local", storageDirectory(), how),
            new JobServer.Surroundings(
                networkOf(Identity.LEADER),
                new FixedCode(settings.code()),
                new InMemoryLeaderElection(),
                world -> new SelfRegisteringWorkers()),
            new ClusterEvents());
    this.rest = server.start();
  }

  /** Within a process a sign of life costs nothing, and people like to see numbers move. */
  private static Configuration withQuickHeartbeats(Configuration configuration) {
    Configuration effective = new Configuration().addAll(configuration);
    if (!configuration.contains(ClusterOptions.HEARTBEAT_INTERVAL)) {
      effective.set(ClusterOptions.HEARTBEAT_INTERVAL, HEARTBEAT_INTERVAL);
    }
    return effective;
  }

  private String storageDirectory() {
    String directory = settings.configuration().get(HighAvailabilityOptions.STORAGE_DIR);
    return directory != null
        ? directory
        : "file://" + setup.scratch().toAbsolutePath().resolve(Scratch.STORAGE);
  }

  private Function<Loop, Transport> networkOf(String name) {
    if (!settings.encrypted()) {
      return loop -> network.join(name, loop);
    }
    Identity identity =
        name.equals(Identity.LEADER)
            ? security.leaderIdentity()
            : security.issueWorker(name).identity();
    return loop ->
        new NettyTransport(
            name,
            NettyTransport.Security.of(identity, settings.configuration()),
            new NettyTransport.Listening(LOOPBACK, LOOPBACK, "0"),
            loop);
  }

  /** Starts one more TaskManager. */
  public synchronized void addWorker() {
    workersStarted++;
    String id = "worker-" + workersStarted;
    workers.add(
        new WorkerProcess(
            setup,
            new WorkerProcess.Settings(id, settings.slots(), "localhost", Map.of()),
            new WorkerProcess.Surroundings(
                networkOf(id), new FixedCode(settings.code()), server::leaderAddress),
            this::fail));
  }

  /** Ends a TaskManager at once, as if its process died. */
  public void killWorker(int index) {
    WorkerProcess worker;
    synchronized (this) {
      worker = workers.remove(index);
    }
    worker.close();
  }

  /** What a TaskManager in another process proves itself with; only where parts use sockets. */
  public SecurityBundle.Worker issueWorker(String workerId) {
    return security.issueWorker(workerId);
  }

  /** Where TaskManagers in other processes find the leader; only where parts use sockets. */
  public Optional<Address> leaderAddress() {
    return server.leaderAddress();
  }

  /** Where REST is reached, if it is served. */
  public Optional<Address> rest() {
    return rest;
  }

  /** What lets a client change things through REST; only with REST. */
  public String restToken() {
    return security.applicationSecret().restAdminToken();
  }

  /**
   * Submits a job; returns when it is taken.
   *
   * @throws WeftException when it is refused
   */
  public String submit(JobPlan plan) {
    synchronized (jobs) {
      jobs.put(plan.jobId(), new CompletableFuture<>());
    }
    return server.gateway().await((control, then) -> control.submit(plan, List.of(), then));
  }

  /** All jobs, ended ones included. */
  public List<JobSummary> jobs() {
    return server.gateway().ask(JobControl::jobs);
  }

  /** Everything about a job. */
  public Optional<JobDetails> job(String jobId) {
    return server.gateway().ask(control -> control.job(jobId));
  }

  /** Begins to cancel a job; false when it is not known. */
  public boolean cancel(String jobId) {
    return server.gateway().ask(control -> control.cancel(jobId));
  }

  /**
   * Orders a checkpoint or savepoint of a running job, or its end with one.
   *
   * @throws WeftException when it can not be carried out
   */
  public void order(String jobId, SnapshotOrder order) {
    server
        .gateway()
        .ask(
            control -> {
              control.order(jobId, order);
              return null;
            });
  }

  /**
   * Changes the parallelism of a running job.
   *
   * @throws WeftException when it can not be carried out
   */
  public void rescale(String jobId, RescaleRequest request) {
    server
        .gateway()
        .ask(
            control -> {
              control.rescale(jobId, request);
              return null;
            });
  }

  /** Completes when the job has ended, or with an error when the cluster fails before. */
  public CompletableFuture<JobDetails> ended(String jobId) {
    CompletableFuture<JobDetails> job;
    synchronized (jobs) {
      job = jobs.computeIfAbsent(jobId, id -> new CompletableFuture<>());
    }
    return CompletableFuture.anyOf(job, failed).thenApply(details -> (JobDetails) details);
  }

  /** Completes when a client asks the cluster to end. */
  public CompletableFuture<Void> shutdownRequested() {
    return shutdownRequested;
  }

  private void fail(Throwable failure) {
    if (closing) {
      return;
    }
    LOG.error("The local cluster failed", failure);
    leading.completeExceptionally(failure);
    failed.completeExceptionally(failure);
  }

  private static WeftException unwrapped(ExecutionException e) {
    return e.getCause() instanceof WeftException cause
        ? cause
        : new WeftException(
            ErrorCode.ENGINE, "The local cluster failed: " + e.getCause(), e.getCause());
  }

  @Override
  public void close() {
    closing = true;
    List<WorkerProcess> ending;
    synchronized (this) {
      ending = List.copyOf(workers);
      workers.clear();
    }
    server.close();
    ending.forEach(worker -> worker.shutDown("the local cluster ends"));
    for (WorkerProcess worker : ending) {
      try {
        worker.ended().get(STOP_SECONDS_MAX, TimeUnit.SECONDS);
      } catch (ExecutionException | TimeoutException e) {
        LOG.warn("A TaskManager does not end; leaving it behind", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      worker.close();
    }
    network.close();
    setup.close();
    WeftException over = new WeftException(ErrorCode.USER, "The local cluster was closed");
    leading.completeExceptionally(over);
    failed.completeExceptionally(over);
  }

  private final class ClusterEvents implements JobServer.Events {
    @Override
    public void leading(JobControl control) {
      leading.complete(null);
    }

    @Override
    public void jobEnded(JobDetails job) {
      synchronized (jobs) {
        jobs.computeIfAbsent(job.summary().jobId(), id -> new CompletableFuture<>()).complete(job);
      }
    }

    @Override
    public void steppedDown(String reason) {
      fail(new WeftException(ErrorCode.ENGINE, "The leader stepped down: " + reason));
    }

    @Override
    public void failed(FailureReport why) {
      fail(new WeftException(why.code(), why.message()));
    }

    @Override
    public void shutdownRequested() {
      shutdownRequested.complete(null);
    }

    @Override
    public void uncaught(Throwable failure) {
      fail(failure);
    }
  }
}
