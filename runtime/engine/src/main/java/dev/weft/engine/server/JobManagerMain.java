package dev.weft.engine.server;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.HighAvailabilityOptions;
import dev.weft.api.config.JobManagerOptions;
import dev.weft.api.config.RestOptions;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.cluster.JobControl;
import dev.weft.engine.cluster.LeaderElection;
import dev.weft.engine.job.JobDetails;
import dev.weft.engine.plugin.JobCode;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.server.net.NettyTransport;
import dev.weft.engine.server.rest.RestSettings;
import dev.weft.engine.server.security.SecurityBundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The JobManager of a standalone cluster, which takes jobs through REST until it is stopped. */
public final class JobManagerMain {
  private static final String TOKEN_FILE = "rest.token";
  private static final long SHUT_DOWN_SECONDS = 45;
  private static final Logger LOG = LoggerFactory.getLogger(JobManagerMain.class);

  private JobManagerMain() {}

  /** Runs a JobManager: {@code [--config-dir DIRECTORY] [-Dkey=value]...}. */
  public static void main(String[] arguments) {
    ProcessMain.run("JobManager", arguments, JobManagerMain::run);
  }

  private static ProcessExit run(Configuration configuration, CompletableFuture<Void> stopping)
      throws Exception {
    SecurityBundle.Leader security = security(ProcessMain.bundleFile(configuration));
    try (ProcessSetup setup =
            ProcessSetup.open(
                "jobmanager",
                configuration,
                ProcessSetup.plugins(configuration, JobManagerMain.class.getClassLoader()),
                ProcessSetup.LOCAL_FILES);
        JobCode code = setup.jobCode()) {
      CompletableFuture<ProcessExit> exit = new CompletableFuture<>();
      CompletableFuture<Void> leading = new CompletableFuture<>();
      try (JobServer server = server(setup, security, code, exit, leading)) {
        Address rest = server.start().orElseThrow();
        if (!standsBy(configuration)) {
          // whoever finds the token may submit at once
          CompletableFuture.anyOf(leading, exit, stopping).exceptionally(failure -> null).get();
        }
        Path tokenFile = writeToken(configuration, security);
        LOG.info("REST is at http://{}; its token lies in {}", rest, tokenFile);
        Optional<ProcessExit> reason = ProcessMain.await(exit, stopping);
        if (reason.isPresent() && reason.get() == ProcessExit.SUCCESS) {
          shutDown(server);
        }
        return reason.orElse(ProcessExit.SUCCESS);
      }
    }
  }

  private static void shutDown(JobServer server) throws Exception {
    try {
      server.shutDown(true, "a client asked for it").get(SHUT_DOWN_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      LOG.warn("The cluster does not end in time; leaving it", e);
    }
  }

  private static SecurityBundle.Leader security(Path file) throws IOException {
    if (!Files.exists(file)) {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Path fresh = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid());
      SecurityBundle.Leader.create("standalone").write(fresh);
      try {
        // Whole or not at all: TaskManagers wait for the file.
        Files.createLink(file, fresh);
      } catch (FileAlreadyExistsException e) {
        LOG.info("Another process made {}", file);
      } finally {
        Files.delete(fresh);
      }
    }
    if (SecurityBundle.read(file) instanceof SecurityBundle.Leader leader) {
      return leader;
    }
    throw new WeftException(
        ErrorCode.USER,
        "The security file " + file + " is for a TaskManager, not for a JobManager");
  }

  private static Path writeToken(Configuration configuration, SecurityBundle.Leader security)
      throws IOException {
    String option = configuration.get(RestOptions.TOKEN_FILE);
    Path file =
        option != null
            ? Path.of(option)
            : ProcessMain.bundleFile(configuration).resolveSibling(TOKEN_FILE);
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path fresh = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid());
    SecurityBundle.writePrivately(
        fresh,
        (security.applicationSecret().restAdminToken() + "\n").getBytes(StandardCharsets.UTF_8));
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return file;
  }

  private static JobServer server(
      ProcessSetup setup,
      SecurityBundle.Leader security,
      JobCode code,
      CompletableFuture<ProcessExit> exit,
      CompletableFuture<Void> leading) {
    Configuration configuration = setup.configuration();
    String applicationId = applicationId(configuration, security);
    String storage =
        Optional.ofNullable(configuration.get(HighAvailabilityOptions.STORAGE_DIR))
            .orElseGet(() -> "file://" + setup.scratch().toAbsolutePath().resolve(Scratch.STORAGE));
    LeaderElection election =
        Elections.open(
            setup, applicationId, security.applicationSecret().electionSecret(), storage);
    String address = configuration.get(JobManagerOptions.ADDRESS);
    NettyTransport.Listening listening =
        new NettyTransport.Listening(
            Optional.ofNullable(configuration.get(JobManagerOptions.BIND_HOST)).orElse(address),
            address,
            String.valueOf(configuration.get(JobManagerOptions.PORT)));
    return new JobServer(
        setup,
        new JobServer.Settings(
            applicationId,
            address + "/" + ProcessHandle.current().pid(),
            storage,
            Optional.of(
                new JobServer.Rest(
                    RestSettings.of(configuration, setup.scratch().resolve("uploads")),
                    security.applicationSecret(),
                    Optional.empty()))),
        new JobServer.Surroundings(
            loop ->
                new NettyTransport(
                    "jobmanager",
                    NettyTransport.Security.of(security.leaderIdentity(), configuration),
                    listening,
                    loop),
            code,
            election,
            world -> new SelfRegisteringWorkers()),
        new Events(standsBy(configuration), exit, leading));
  }

  /** Whether another JobManager may lead in place of this one. */
  private static boolean standsBy(Configuration configuration) {
    return configuration.get(HighAvailabilityOptions.TYPE) != HighAvailabilityOptions.Type.NONE;
  }

  /** What tells this cluster from others in the same ZooKeeper and storage. */
  static String applicationId(Configuration configuration, SecurityBundle security) {
    return Optional.ofNullable(configuration.get(HighAvailabilityOptions.CLUSTER_ID))
        .orElseGet(security::applicationId);
  }

  private record Events(
      boolean standsBy, CompletableFuture<ProcessExit> exit, CompletableFuture<Void> leading)
      implements JobServer.Events {
    @Override
    public void leading(JobControl jobs) {
      LOG.info("Leads under epoch {}", jobs.epoch());
      leading.complete(null);
    }

    @Override
    public void jobEnded(JobDetails job) {
      LOG.info("The job {} ended as {}", job.summary().jobId(), job.summary().status());
    }

    @Override
    public void steppedDown(String reason) {
      LOG.warn("Leads no longer: {}", reason);
      if (!standsBy) {
        exit.complete(ProcessExit.DEPOSED);
      }
    }

    @Override
    public void failed(FailureReport why) {
      LOG.error("The cluster can not go on: {}", why.message());
      exit.complete(ProcessExit.FAILED);
    }

    @Override
    public void shutdownRequested() {
      LOG.info("A client asked the cluster to end");
      exit.complete(ProcessExit.SUCCESS);
    }

    @Override
    public void uncaught(Throwable failure) {
      LOG.error("An error that nobody handled; the JobManager ends", failure);
      if (failure instanceof WeftException) {
        exit.completeExceptionally(failure);
      } else {
        exit.complete(ProcessExit.UNCAUGHT);
      }
    }
  }
}
