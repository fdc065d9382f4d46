package dev.weft.yarn;

import dev.weft.engine.server.security.SecurityBundle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.security.Credentials;
import org.apache.hadoop.yarn.api.records.Container;
import org.apache.hadoop.yarn.api.records.ContainerId;
import org.apache.hadoop.yarn.api.records.ContainerLaunchContext;
import org.apache.hadoop.yarn.api.records.ContainerStatus;
import org.apache.hadoop.yarn.api.records.LocalResource;
import org.apache.hadoop.yarn.api.records.Resource;
import org.apache.hadoop.yarn.client.api.async.NMClientAsync;

/** Starts workers in granted containers. Used by one thread; answers come on others. */
final class WorkerLauncher implements AutoCloseable {
  private final Configuration hadoop;
  private final Recipe recipe;
  private final NMClientAsync nodes;
  private final Map<ContainerId, Consumer<Throwable>> starting = new ConcurrentHashMap<>();

  /**
   * What every worker gets.
   *
   * @param command to be run
   * @param files by place
   * @param environment variables
   * @param own credentials of this process, of which tokens are handed on
   * @param security issues the identities
   */
  record Recipe(
      String command,
      Map<String, LocalResource> files,
      Map<String, String> environment,
      Credentials own,
      SecurityBundle.Leader security) {}

  WorkerLauncher(Configuration hadoop, Recipe recipe) {
    this.hadoop = hadoop;
    this.recipe = recipe;
    this.nodes = NMClientAsync.createNMClientAsync(new Answers());
  }

  void start() {
    nodes.init(hadoop);
    // Workers outlive this attempt; the next one takes them over.
    nodes.getClient().cleanupRunningContainersOnStop(false);
    nodes.start();
  }

  /**
   * Starts a worker whose identity is that of its container.
   *
   * @param then hears the failure, or null when the process was started
   */
  void launch(Container container, Consumer<Throwable> then) {
    starting.put(container.getId(), then);
    try {
      ByteBuffer credentials =
          ContainerSecrets.credentials(
              recipe.own(), recipe.security().issueWorker(container.getId().toString()));
      nodes.startContainerAsync(
          container,
          ContainerLaunchContext.newInstance(
              recipe.files(),
              recipe.environment(),
              List.of(recipe.command()),
              null,
              credentials,
              null));
    } catch (IOException e) {
      answer(container.getId(), e);
    }
  }

  private void answer(ContainerId container, Throwable failure) {
    Consumer<Throwable> then = starting.remove(container);
    if (then != null) {
      then.accept(failure);
    }
  }

  @Override
  public void close() {
    nodes.stop();
  }

  /** Only starting is asked for; the rest is never called. */
  private final class Answers extends NMClientAsync.AbstractCallbackHandler {
    @Override
    public void onContainerStarted(ContainerId container, Map<String, ByteBuffer> response) {
      answer(container, null);
    }

    @Override
    public void onStartContainerError(ContainerId container, Throwable failure) {
      answer(container, failure);
    }

    @Override
    public void onContainerStatusReceived(ContainerId container, ContainerStatus status) {}

    @Override
    public void onContainerStopped(ContainerId container) {}

    @Override
    public void onContainerResourceIncreased(ContainerId container, Resource resource) {}

    @Override
    public void onContainerResourceUpdated(ContainerId container, Resource resource) {}

    @Override
    public void onGetContainerStatusError(ContainerId container, Throwable failure) {}

    @Override
    public void onIncreaseContainerResourceError(ContainerId container, Throwable failure) {}

    @Override
    public void onUpdateContainerResourceError(ContainerId container, Throwable failure) {}

    @Override
    public void onStopContainerError(ContainerId container, Throwable failure) {}
  }
}
