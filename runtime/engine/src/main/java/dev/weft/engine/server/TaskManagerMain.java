package dev.weft.engine.server;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.HighAvailabilityOptions;
import dev.weft.engine.server.security.SecurityBundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A TaskManager of a standalone cluster. */
public final class TaskManagerMain {
  private static final long BUNDLE_POLL_MILLIS = 200;
  private static final int BUNDLE_POLLS_MAX = 300;
  private static final int ID_BYTES = 4;
  private static final int HOST_CHARACTERS_MAX = 40;
  private static final Logger LOG = LoggerFactory.getLogger(TaskManagerMain.class);

  private TaskManagerMain() {}

  /** Runs a TaskManager: {@code [--config-dir DIRECTORY] [-Dkey=value]...}. */
  public static void main(String[] arguments) {
    ProcessMain.run("TaskManager", arguments, TaskManagerMain::run);
  }

  private static ProcessExit run(Configuration configuration, CompletableFuture<Void> stopping)
      throws Exception {
    Path file = ProcessMain.bundleFile(configuration);
    for (int i = 0; i < BUNDLE_POLLS_MAX && !Files.exists(file); i++) {
      if (i == 0) {
        LOG.info("Waiting for the JobManager to make {}", file);
      }
      try {
        stopping.get(BUNDLE_POLL_MILLIS, TimeUnit.MILLISECONDS);
        return ProcessExit.SUCCESS;
      } catch (TimeoutException e) {
        LOG.trace("still waiting");
      }
    }
    SecurityBundle.Worker security = worker(SecurityBundle.read(file), configuration);
    try (ProcessSetup setup =
        ProcessSetup.open(
            "taskmanager",
            configuration,
            ProcessSetup.plugins(configuration, TaskManagerMain.class.getClassLoader()),
            ProcessSetup.LOCAL_FILES)) {
      return TaskManager.run(
          setup,
          security,
          Optional.ofNullable(configuration.get(HighAvailabilityOptions.STORAGE_DIR)),
          Map.of(),
          stopping);
    }
  }

  /** On the JobManager's machine the cluster's own file serves to issue an identity from. */
  private static SecurityBundle.Worker worker(SecurityBundle bundle, Configuration configuration) {
    if (bundle instanceof SecurityBundle.Worker worker) {
      return worker;
    }
    byte[] random = new byte[ID_BYTES];
    new SecureRandom().nextBytes(random);
    String host = TaskManager.host(configuration).replaceAll("[^A-Za-z0-9.-]", "-");
    String id =
        "taskmanager-"
            + host.substring(0, Math.min(host.length(), HOST_CHARACTERS_MAX))
            + "-"
            + HexFormat.of().formatHex(random);
    return ((SecurityBundle.Leader) bundle).issueWorker(id);
  }
}
