package dev.weft.yarn;

import dev.weft.api.config.YarnOptions;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.world.Loop;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.yarn.api.protocolrecords.AllocateResponse;
import org.apache.hadoop.yarn.api.protocolrecords.RegisterApplicationMasterResponse;
import org.apache.hadoop.yarn.api.records.Container;
import org.apache.hadoop.yarn.api.records.ContainerId;
import org.apache.hadoop.yarn.api.records.ContainerStatus;
import org.apache.hadoop.yarn.api.records.FinalApplicationStatus;
import org.apache.hadoop.yarn.api.records.NodeReport;
import org.apache.hadoop.yarn.api.records.NodeState;
import org.apache.hadoop.yarn.api.records.Priority;
import org.apache.hadoop.yarn.api.records.Resource;
import org.apache.hadoop.yarn.client.api.AMRMClient;
import org.apache.hadoop.yarn.client.api.AMRMClient.ContainerRequest;
import org.apache.hadoop.yarn.exceptions.ApplicationAttemptNotFoundException;
import org.apache.hadoop.yarn.exceptions.InvalidApplicationMasterRequestException;
import org.apache.hadoop.yarn.exceptions.InvalidResourceRequestException;
import org.apache.hadoop.yarn.exceptions.YarnException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ApplicationMaster's heartbeat to the ResourceManager, on a thread of its own that also makes
 * all calls: what is asked is put into a queue that wakes it. What it hears goes to the control
 * thread.
 */
final class ResourceManagerLink implements ContainerPlatform, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ResourceManagerLink.class);
  private static final long GAP_MIN_MILLIS = 50;
  private static final int ERRORS_MAX = 30;
  private static final long CLOSE_MILLIS = 5000;
  private static final float PROGRESS = 0.5f;
  private static final Priority PRIORITY = Priority.newInstance(1);

  private final Loop loop;
  private final Settings settings;
  private final WorkerLauncher launcher;
  private final Runnable superseded;
  private final LinkedBlockingQueue<Command> commands = new LinkedBlockingQueue<>();
  private final Deque<ContainerRequest> asked = new ArrayDeque<>();
  private final Map<ContainerId, Container> granted = new LinkedHashMap<>();
  private final AMRMClient<ContainerRequest> client = AMRMClient.createAMRMClient();
  private volatile FinalApplicationStatus failureStatus = FinalApplicationStatus.FAILED;
  private volatile Resource free;
  private volatile String queue = "";
  private volatile boolean stopped;
  private Command held;
  private Thread thread;

  /**
   * What the link works with.
   *
   * @param configuration the application's options
   * @param rest completes with the address of the REST interface, before which it does not register
   * @param profile of a worker's container
   */
  record Settings(
      Configuration hadoop,
      dev.weft.api.config.Configuration configuration,
      CompletableFuture<Address> rest,
      Resource profile) {}

  private interface Command {
    void run(Events events) throws IOException, YarnException;
  }

  /**
   * A link that is not registered.
   *
   * @param superseded called when YARN knows this attempt no longer; on any thread
   */
  ResourceManagerLink(Loop loop, Settings settings, WorkerLauncher launcher, Runnable superseded) {
    this.loop = loop;
    this.settings = settings;
    this.launcher = launcher;
    this.superseded = superseded;
  }

  /** How YARN is to list an application that does not succeed. */
  void failureStatus(FinalApplicationStatus status) {
    failureStatus = status;
  }

  @Override
  public void start(Events events) {
    thread = new Thread(() -> run(events), "yarn-heartbeat");
    thread.setDaemon(true);
    thread.setContextClassLoader(ResourceManagerLink.class.getClassLoader());
    thread.start();
  }

  @Override
  public void request(int count, List<String> hosts) {
    commands.add(
        events -> {
          String[] nodes = hosts.isEmpty() ? null : hosts.toArray(String[]::new);
          for (int i = 0; i < count; i++) {
            ContainerRequest request =
                ContainerRequest.newBuilder()
                    .capability(settings.profile())
                    .nodes(nodes)
                    .priority(PRIORITY)
                    .relaxLocality(true)
                    .nodeLabelsExpression(
                        settings.configuration().get(YarnOptions.TASKMANAGER_NODE_LABEL))
                    .build();
            client.addContainerRequest(request);
            asked.add(request);
          }
        });
  }

  @Override
  public void withdraw(int count) {
    commands.add(
        events -> {
          for (int i = 0; i < count && !asked.isEmpty(); i++) {
            client.removeContainerRequest(asked.removeLast());
          }
        });
  }

  @Override
  public void launch(String containerId) {
    commands.add(
        events -> {
          Container container = granted.remove(ContainerId.fromString(containerId));
          if (container != null) {
            launcher.launch(
                container,
                failure ->
                    tell(
                        () -> {
                          if (failure == null) {
                            events.started(containerId);
                          } else {
                            events.startFailed(containerId, String.valueOf(failure.getMessage()));
                          }
                        }));
          }
        });
  }

  @Override
  public void release(String containerId) {
    commands.add(
        events -> {
          ContainerId id = ContainerId.fromString(containerId);
          granted.remove(id);
          client.releaseAssignedContainer(id);
        });
  }

  @Override
  public void avoid(List<String> add, List<String> remove) {
    List<String> added = new ArrayList<>(add); // the client takes away what is in both
    commands.add(events -> client.updateBlacklist(added, remove));
  }

  @Override
  public void finish(boolean succeeded, String diagnostics, Runnable then) {
    FinalApplicationStatus status = succeeded ? FinalApplicationStatus.SUCCEEDED : failureStatus;
    commands.add(events -> unregister(status, diagnostics, then));
  }

  private void unregister(FinalApplicationStatus status, String diagnostics, Runnable then)
      throws IOException, YarnException {
    try {
      client.unregisterApplicationMaster(status, diagnostics, "");
    } catch (IOException e) {
      commands.add(events -> unregister(status, diagnostics, then));
      throw e;
    }
    stopped = true;
    LOG.info("YARN has taken the result {}", status);
    tell(then);
  }

  @Override
  public Resources resources() {
    Resource now = free;
    return new Resources(
        settings.profile().getMemorySize(),
        settings.profile().getVirtualCores(),
        queue,
        now == null ? -1 : now.getMemorySize(),
        now == null ? -1 : now.getVirtualCores());
  }

  private void tell(Runnable event) {
    loop.execute(event);
  }

  // ---- the thread

  private void run(Events events) {
    try {
      register(events);
      int errors = 0;
      while (!stopped) {
        try {
          drain(events);
          if (!stopped) {
            heard(client.allocate(PROGRESS), events);
            errors = 0;
          }
        } catch (ApplicationAttemptNotFoundException | InvalidApplicationMasterRequestException e) {
          throw e; // tried again, it might be taken for a request of the next one
        } catch (InvalidResourceRequestException e) {
          tell(() -> events.failed("YARN refuses the containers: " + e.getMessage()));
          return;
        } catch (YarnException | IOException e) {
          errors++;
          LOG.warn("The ResourceManager is not reached ({} times)", errors, e);
          if (errors > ERRORS_MAX) {
            throw e;
          }
        }
        pause();
      }
    } catch (InterruptedException e) {
      LOG.debug("The heartbeat is ended");
    } catch (ApplicationAttemptNotFoundException | InvalidApplicationMasterRequestException e) {
      LOG.warn("YARN knows this attempt no longer: {}", e.getMessage());
      superseded.run();
    } catch (YarnException | IOException | RuntimeException e) {
      if (!stopped) {
        LOG.error("The heartbeat to the ResourceManager ends", e);
        superseded.run();
      }
    }
  }

  private void register(Events events) throws IOException, YarnException, InterruptedException {
    client.init(settings.hadoop());
    client.start();
    launcher.start();
    Address rest = settings.rest().join();
    RegisterApplicationMasterResponse response =
        client.registerApplicationMaster(rest.host(), rest.port(), "http://" + rest);
    queue = response.getQueue() == null ? "" : response.getQueue();
    Map<String, String> previous = new LinkedHashMap<>();
    response
        .getContainersFromPreviousAttempts()
        .forEach(c -> previous.put(c.getId().toString(), c.getNodeId().getHost()));
    LOG.info("Registered in the queue '{}'", queue);
    Resource most = response.getMaximumResourceCapability();
    Resource profile = settings.profile();
    tell(
        () -> {
          events.registered(previous);
          if (most != null && profile.getMemorySize() > most.getMemorySize()) {
            events.failed(
                "A TaskManager's container of "
                    + profile.getMemorySize()
                    + " MB is more than the "
                    + most.getMemorySize()
                    + " MB that YARN grants at most; lower taskmanager.memory.process.size");
          }
        });
  }

  private void drain(Events events) throws IOException, YarnException {
    Command command = held == null ? commands.poll() : held;
    held = null;
    while (command != null) {
      command.run(events);
      command = commands.poll();
    }
  }

  /** Waits for the next heartbeat, or for something to do. */
  private void pause() throws InterruptedException {
    Thread.sleep(GAP_MIN_MILLIS);
    long seconds = settings.configuration().get(YarnOptions.HEARTBEAT_SECONDS);
    long idle = TimeUnit.SECONDS.toMillis(Math.max(1, seconds));
    long busy = settings.configuration().get(YarnOptions.REQUEST_INTERVAL).toMillis();
    long millis = asked.isEmpty() ? idle : Math.min(idle, busy);
    held = commands.poll(Math.max(1, millis - GAP_MIN_MILLIS), TimeUnit.MILLISECONDS);
  }

  private void heard(AllocateResponse response, Events events) {
    free = response.getAvailableResources();
    for (Container container : response.getContainersFromPreviousAttempts()) {
      LOG.info("A container of an earlier attempt is back: {}", container.getId());
    }
    for (Container container : response.getAllocatedContainers()) {
      takeRequestFor(container);
      granted.put(container.getId(), container);
      String host = container.getNodeId().getHost();
      tell(() -> events.granted(container.getId().toString(), host));
    }
    for (ContainerStatus status : response.getCompletedContainersStatuses()) {
      ContainerEnd end =
          new ContainerEnd(
              status.getContainerId().toString(),
              status.getExitStatus(),
              status.getDiagnostics() == null ? "" : status.getDiagnostics());
      tell(() -> events.completed(end));
    }
    for (NodeReport node : response.getUpdatedNodes()) {
      NodeState state = node.getNodeState();
      String host = node.getNodeId().getHost();
      if (state == NodeState.RUNNING) {
        tell(() -> events.nodeUsable(host, true));
      } else if (state == NodeState.UNHEALTHY || state == NodeState.DECOMMISSIONING) {
        tell(() -> events.nodeUsable(host, false));
      }
    }
    if (response.getPreemptionMessage() != null) {
      LOG.warn("YARN announces that it takes containers back: {}", response.getPreemptionMessage());
    }
  }

  /** A grant answers a request, which is otherwise asked again with the next change. */
  private void takeRequestFor(Container container) {
    String host = container.getNodeId().getHost();
    ContainerRequest best = asked.peekFirst();
    for (ContainerRequest request : asked) {
      if (request.getNodes() != null && request.getNodes().contains(host)) {
        best = request;
        break;
      }
    }
    if (best != null) {
      asked.removeFirstOccurrence(best);
      client.removeContainerRequest(best);
    }
  }

  /** Stops; containers go on. */
  @Override
  public void close() {
    stopped = true;
    if (thread != null) {
      thread.interrupt();
      try {
        thread.join(CLOSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    launcher.close();
    client.stop();
  }
}
