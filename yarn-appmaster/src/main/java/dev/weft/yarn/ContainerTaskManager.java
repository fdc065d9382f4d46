package dev.weft.yarn;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.HighAvailabilityOptions;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.connectors.hdfs.HadoopConfiguration;
import dev.weft.engine.plugin.Plugins;
import dev.weft.engine.server.HostedProcess;
import dev.weft.engine.server.ProcessExit;
import dev.weft.engine.server.ProcessSetup;
import dev.weft.engine.server.TaskManager;
import dev.weft.engine.server.security.SecurityBundle;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.security.UserGroupInformation;

/** A TaskManager in a container. */
public final class ContainerTaskManager implements HostedProcess {
  /** Paths without a scheme are on the cluster's file system. */
  static final String DEFAULT_SCHEME = "hdfs";

  @Override
  public ProcessExit run(
      Configuration configuration, Plugins plugins, CompletableFuture<Void> stopping)
      throws Exception {
    // Hadoop keeps the loader that it first finds its services with.
    ApplicationContext context =
        HadoopConfiguration.withPluginLoader(() -> ApplicationContext.of(System.getenv()));
    Configuration effective = context.effective(configuration);
    SecurityBundle bundle =
        HadoopConfiguration.withPluginLoader(
            () -> {
              UserGroupInformation.setConfiguration(HadoopConfiguration.load(effective));
              return ContainerSecrets.bundle();
            });
    if (!(bundle instanceof SecurityBundle.Worker worker)) {
      throw new WeftException(
          ErrorCode.ENGINE, "The container's credentials are not those of a TaskManager");
    }
    try (ProcessSetup setup =
        ProcessSetup.open("taskmanager", effective, plugins, DEFAULT_SCHEME)) {
      return TaskManager.run(
          setup,
          worker,
          Optional.of(effective.get(HighAvailabilityOptions.STORAGE_DIR)),
          Map.of("container", context.container().toString()),
          stopping);
    }
  }
}
