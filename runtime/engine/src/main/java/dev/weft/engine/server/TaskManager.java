package dev.weft.engine.server;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.HighAvailabilityOptions;
import dev.weft.api.config.JobManagerOptions;
import dev.weft.api.config.TaskManagerOptions;
import dev.weft.api.error.WeftException;
import dev.weft.engine.plugin.JobCode;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.server.net.NettyTransport;
import dev.weft.engine.server.security.SecurityBundle;
import dev.weft.engine.worker.LeaderLocator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A worker as the whole of a process: standalone, or in a container. */
public final class TaskManager {
  private static final long SHUT_DOWN_SECONDS = 10;
  private static final Logger LOG = LoggerFactory.getLogger(TaskManager.class);

  private TaskManager() {}

  /**
   * Runs a worker until it ends or is told to.
   *
   * @param security who the worker is
   * @param storageDirectory of the cluster, where the leader is found without ZooKeeper; empty when
   *     {@code jobmanager.rpc.address} alone says where it is
   * @param attributes for people, such as a link to the log
   * @param stopping completes when the process is to end
   */
  public static ProcessExit run(
      ProcessSetup setup,
      SecurityBundle.Worker security,
      Optional<String> storageDirectory,
      Map<String, String> attributes,
      CompletableFuture<Void> stopping)
      throws Exception {
    Configuration configuration = setup.configuration();
    String host = host(configuration);
    NettyTransport.Listening listening =
        new NettyTransport.Listening(
            Optional.ofNullable(configuration.get(TaskManagerOptions.BIND_HOST)).orElse(host),
            host,
            String.valueOf(configuration.get(TaskManagerOptions.DATA_PORT)));
    CompletableFuture<ProcessExit> uncaught = new CompletableFuture<>();
    LeaderLocator locator = locator(setup, security, storageDirectory);
    try (JobCode code = setup.jobCode();
        WorkerProcess worker =
            new WorkerProcess(
                setup,
                new WorkerProcess.Settings(
                    security.workerId(),
                    configuration.get(TaskManagerOptions.NUM_TASK_SLOTS),
                    host,
                    attributes),
                new WorkerProcess.Surroundings(
                    loop ->
                        new NettyTransport(
                            "taskmanager",
                            NettyTransport.Security.of(security.identity(), configuration),
                            listening,
                            loop),
                    code,
                    locator),
                failure -> {
                  LOG.error("An error that nobody handled; the TaskManager ends", failure);
                  if (failure instanceof WeftException) {
                    uncaught.completeExceptionally(failure);
                  } else {
                    uncaught.complete(ProcessExit.UNCAUGHT);
                  }
                })) {
      LOG.info("The TaskManager {} runs on {}", security.workerId(), host);
      CompletableFuture<ProcessExit> ended = worker.ended().thenApply(TaskManager::exitOf);
      CompletableFuture<ProcessExit> either =
          CompletableFuture.anyOf(ended, uncaught).thenApply(ProcessExit.class::cast);
      Optional<ProcessExit> reason = ProcessMain.await(either, stopping);
      if (reason.isPresent()) {
        return reason.get();
      }
      worker.shutDown("the process was told to end");
      awaitShutDown(ended);
      return ProcessExit.SUCCESS;
    } finally {
      if (locator instanceof AutoCloseable closeable) {
        closeable.close();
      }
    }
  }

  private static void awaitShutDown(CompletableFuture<ProcessExit> ended)
      throws InterruptedException, ExecutionException {
    try {
      ended.get(SHUT_DOWN_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      LOG.warn("Tasks do not end; leaving them", e);
    }
  }

  private static ProcessExit exitOf(WorkerProcess.End end) {
    LOG.info("The worker ended: {} ({})", end.reason(), end.how());
    return switch (end.how()) {
      case SHUT_DOWN -> ProcessExit.SUCCESS;
      case REFUSED -> ProcessExit.REFUSED;
      case NO_LEADER -> ProcessExit.NO_LEADER;
      case STUCK -> ProcessExit.STUCK;
    };
  }

  private static LeaderLocator locator(
      ProcessSetup setup, SecurityBundle.Worker security, Optional<String> storageDirectory) {
    Configuration configuration = setup.configuration();
    boolean elected =
        configuration.get(HighAvailabilityOptions.TYPE) != HighAvailabilityOptions.Type.NONE;
    if (elected || storageDirectory.isPresent()) {
      return new ElectedLeader(
          Elections.open(
              setup,
              JobManagerMain.applicationId(configuration, security),
              security.electionSecret(),
              storageDirectory.orElse("")));
    }
    Optional<Address> leader =
        Optional.of(
            new Address(
                configuration.get(JobManagerOptions.ADDRESS),
                configuration.get(JobManagerOptions.PORT)));
    return () -> leader;
  }

  /** The host by which others reach this process. */
  static String host(Configuration configuration) {
    String set = configuration.get(TaskManagerOptions.HOST);
    if (set != null) {
      return set;
    }
    // A cluster whose JobManager can only be reached from its own machine stays on it.
    String leader = configuration.get(JobManagerOptions.ADDRESS);
    boolean elected =
        configuration.get(HighAvailabilityOptions.TYPE) != HighAvailabilityOptions.Type.NONE;
    return !elected && Addresses.isLoopback(leader) ? leader : Addresses.ownHost();
  }
}
