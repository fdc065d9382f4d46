package dev.weft.engine.server;

import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.Configuration;
import dev.weft.engine.cluster.JobControl;
import dev.weft.engine.cluster.Leader;
import dev.weft.engine.cluster.LeaderElection;
import dev.weft.engine.cluster.LeadershipListener;
import dev.weft.engine.cluster.WorkerProvisioner;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.job.JobStatus;
import dev.weft.engine.job.JobSummary;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.server.host.ProductionWorld;
import dev.weft.engine.server.rest.ControlGateway;
import dev.weft.engine.server.rest.JarStore;
import dev.weft.engine.server.rest.RestServer;
import dev.weft.engine.server.rest.RestSettings;
import dev.weft.engine.server.rest.TrustedProxy;
import dev.weft.engine.server.saved.DeclaredStates;
import dev.weft.engine.server.security.ApplicationSecret;
import dev.weft.engine.world.CodeLoader;
import dev.weft.engine.world.Loop;
import dev.weft.engine.world.Transport;
import dev.weft.engine.world.World;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A leader with everything around it: its world, its election, its workers' provisioner, and its
 * REST interface. Used by the JobManager, by the ApplicationMaster and within one process. Methods
 * may be called from any thread but the control thread.
 */
public final class JobServer implements AutoCloseable {
  private static final long CLOSE_SECONDS = 10;
  private static final long CANCEL_CHECK_MILLIS = 100;
  private static final int CANCEL_CHECKS_MAX = 300;
  private static final String JARS = "-jars";
  private static final String CHECKPOINTS = "/checkpoints";
  private static final Logger LOG = LoggerFactory.getLogger(JobServer.class);

  private final ProcessSetup setup;
  private final Settings settings;
  private final Configuration configuration;
  private final LeaderElection election;
  private final Events events;
  private final ProductionWorld world;
  private final ControlGateway gateway;
  private final WorkerProvisioner provisioner;
  private RestServer rest;
  private Leader leader;
  private volatile Address controlAddress;

  /**
   * What a server is told.
   *
   * @param applicationId the application; every process of it gives the same
   * @param candidate this process for people: host and pid, or the YARN attempt
   * @param storageDirectory where journal, checkpoints and jars of the application lie
   * @param rest how REST is served, if at all
   */
  public record Settings(
      String applicationId, String candidate, String storageDirectory, Optional<Rest> rest) {}

  /**
   * How REST is served.
   *
   * @param settings where it listens
   * @param secret from which the tokens are derived
   * @param proxy whose word replaces a token, if any
   */
  public record Rest(
      RestSettings settings, ApplicationSecret secret, Optional<TrustedProxy> proxy) {}

  /** What the leader runs in and with. */
  public record Surroundings(
      Function<Loop, Transport> network,
      CodeLoader code,
      LeaderElection election,
      Function<World, WorkerProvisioner> provisioner) {}

  /** Hears what happens. Called on the control thread, {@link #uncaught} on any. */
  public interface Events extends LeadershipListener {
    /** A client asked the cluster to end. */
    void shutdownRequested();

    /** An error that nobody handled; the process should end. */
    void uncaught(Throwable failure);
  }

  /** Makes a server; {@link #start} starts it. */
  public JobServer(
      ProcessSetup setup, Settings settings, Surroundings surroundings, Events events) {
    this.setup = setup;
    this.settings = settings;
    this.configuration = withCheckpointDirectory(setup.configuration(), settings);
    this.election = surroundings.election();
    this.events = events;
    this.world =
        new ProductionWorld(
            "jobmanager",
            setup.files(),
            surroundings.code(),
            surroundings.network(),
            events::uncaught);
    this.gateway = new ControlGateway(world.loop());
    this.provisioner = surroundings.provisioner().apply(world);
  }

  /** Checkpoints lie beside the journal unless the options give them another place. */
  private static Configuration withCheckpointDirectory(
      Configuration configuration, Settings settings) {
    Configuration effective = new Configuration().addAll(configuration);
    if (!configuration.contains(CheckpointingOptions.CHECKPOINTS_DIRECTORY)) {
      effective.set(
          CheckpointingOptions.CHECKPOINTS_DIRECTORY, settings.storageDirectory() + CHECKPOINTS);
    }
    return effective;
  }

  /**
   * Serves REST and joins the election.
   *
   * @return where REST is reached, if it is served
   */
  public Optional<Address> start() {
    Optional<Address> address = settings.rest().map(this::startRest);
    world
        .loop()
        .execute(
            () -> {
              leader =
                  new Leader(
                      world,
                      configuration,
                      settings.applicationId(),
                      settings.storageDirectory(),
                      new Leader.Ports(election, provisioner, new DeclaredStates()),
                      new Listener());
              leader.start(settings.candidate());
              controlAddress = leader.address();
            });
    return address;
  }

  private Address startRest(Rest how) {
    JarStore jars = new JarStore(setup.files(), jarDirectory());
    rest =
        new RestServer(
            how.settings(),
            how.secret(),
            new RestServer.Served(
                gateway,
                world.clock(),
                jars,
                configuration,
                how.proxy(),
                () -> world.loop().execute(events::shutdownRequested)));
    return rest.start();
  }

  /** Where workers reach this process; empty unless it leads. */
  public Optional<Address> leaderAddress() {
    return gateway.isOpen() ? Optional.ofNullable(controlAddress) : Optional.empty();
  }

  /** The way to the leader's control thread. */
  public ControlGateway gateway() {
    return gateway;
  }

  /** The world that the leader lives in. */
  public World world() {
    return world;
  }

  /**
   * Ends the application for good: jobs are cancelled, workers ended, and what was kept for another
   * leader removed.
   *
   * @param diagnostics for people
   * @return completes when that is done; {@link #close} is still to be called
   */
  public CompletableFuture<Void> shutDown(boolean succeeded, String diagnostics) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    world
        .loop()
        .execute(() -> cancelJobs(CANCEL_CHECKS_MAX, () -> end(succeeded, diagnostics, done)));
    return done;
  }

  private void cancelJobs(int checksLeft, Runnable then) {
    JobControl jobs = leader == null ? null : leader.jobs();
    boolean left = false;
    if (jobs != null) {
      for (JobSummary job : jobs.jobs()) {
        if (!job.status().isTerminal()) {
          jobs.cancel(job.jobId());
          left = true;
        }
      }
    }
    if (left && checksLeft > 0) {
      world.loop().schedule(CANCEL_CHECK_MILLIS, () -> cancelJobs(checksLeft - 1, then));
    } else {
      then.run();
    }
  }

  private void end(boolean succeeded, String diagnostics, CompletableFuture<Void> done) {
    if (leader == null) {
      done.complete(null);
    } else {
      boolean wanted = endedAsWanted();
      leader.endCluster(
          succeeded, diagnostics, () -> leader.forget(() -> removeJars(wanted, done)));
    }
  }

  /** Whether nobody will run any of the jobs again. */
  private boolean endedAsWanted() {
    return leader.jobs() != null
        && leader.jobs().jobs().stream()
            .allMatch(
                job -> job.status() == JobStatus.FINISHED || job.status() == JobStatus.CANCELED);
  }

  private void removeJars(boolean wanted, CompletableFuture<Void> done) {
    if (!wanted) {
      done.complete(null);
      return;
    }
    world
        .background()
        .run(
            "remove jars",
            () -> setup.files().delete(jarDirectory()),
            outcome -> done.complete(null));
  }

  private String jarDirectory() {
    return settings.storageDirectory() + "/" + settings.applicationId() + JARS;
  }

  /** Ends this process's part; another leader may go on. */
  @Override
  public void close() {
    gateway.close();
    if (rest != null) {
      rest.close();
    }
    CountDownLatch closed = new CountDownLatch(1);
    world
        .loop()
        .execute(
            () -> {
              if (leader != null) {
                leader.close();
              }
              closed.countDown();
            });
    try {
      if (!closed.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("The control thread does not answer; ending without it");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      election.close();
    } catch (IOException e) {
      LOG.warn("The election can not be left", e);
    }
    world.close();
  }

  private final class Listener implements LeadershipListener {
    @Override
    public void leading(JobControl jobs) {
      gateway.open(jobs);
      events.leading(jobs);
    }

    @Override
    public void jobEnded(JobDetails job) {
      events.jobEnded(job);
    }

    @Override
    public void steppedDown(String reason) {
      gateway.close();
      events.steppedDown(reason);
    }

    @Override
    public void failed(FailureReport why) {
      events.failed(why);
    }
  }
}
