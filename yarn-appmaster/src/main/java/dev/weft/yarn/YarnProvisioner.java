package dev.weft.yarn;

import dev.weft.api.error.ErrorCode;
import dev.weft.engine.cluster.WorkerProvisioner;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.world.World;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Workers in containers. Keeps as many as are wanted: requests = wanted - running - asked for.
 * Containers that end soon after their start, one after another, are replaced with growing pauses.
 * Everything happens on the control thread.
 */
final class YarnProvisioner implements WorkerProvisioner {
  private static final Logger LOG = LoggerFactory.getLogger(YarnProvisioner.class);
  private static final long SHORT_LIFE_NANOS = 15_000_000_000L;
  private static final long PAUSE_FIRST_MILLIS = 500;
  private static final long PAUSE_MAX_MILLIS = 30_000;
  private static final long WAITING_CHECK_MILLIS = 1000;
  private static final int HOST_FAILURES_MAX = 3;

  private final World world;
  private final ContainerPlatform platform;
  private final int slotsPerWorker;
  private final Map<String, Running> running = new LinkedHashMap<>();
  private final Map<String, Integer> failuresOfHost = new LinkedHashMap<>();
  private Listener listener;
  private boolean registered;
  private boolean finished;
  private int wanted;
  private List<String> hosts = List.of();
  private int pending;
  private int shortLives;
  private boolean paused;
  private boolean checksWaiting;
  private String lastFailure = "";

  /** A container with when it was granted; 0 when an earlier attempt had it. */
  private record Running(String host, long sinceNanos) {}

  YarnProvisioner(World world, ContainerPlatform platform, int slotsPerWorker) {
    this.world = world;
    this.platform = platform;
    this.slotsPerWorker = slotsPerWorker;
  }

  @Override
  public void start(long epoch, Listener newListener) {
    boolean first = listener == null;
    listener = newListener;
    if (first) {
      platform.start(new Events());
    } else if (registered) {
      listener.previousWorkers(List.copyOf(running.keySet()));
    }
  }

  @Override
  public void want(int workers, List<String> preferredHosts) {
    if (workers != wanted) {
      LOG.info("{} workers are wanted; {} run, {} are asked for", workers, running.size(), pending);
    }
    wanted = workers;
    hosts = List.copyOf(preferredHosts);
    reconcile();
  }

  @Override
  public void release(String workerId) {
    if (running.remove(workerId) != null) {
      platform.release(workerId);
      reconcile();
    }
  }

  @Override
  public int slotsPerWorker() {
    return slotsPerWorker;
  }

  @Override
  public void finish(boolean succeeded, String diagnostics) {
    finish(succeeded, diagnostics, () -> {});
  }

  @Override
  public void finish(boolean succeeded, String diagnostics, Runnable then) {
    finished = true;
    platform.finish(succeeded, diagnostics, then);
  }

  private void reconcile() {
    if (!registered || finished || paused) {
      return;
    }
    int missing = wanted - running.size() - pending;
    if (missing > 0) {
      pending += missing;
      platform.request(missing, hosts);
    } else if (missing < 0 && pending > 0) {
      int surplus = Math.min(-missing, pending);
      pending -= surplus;
      platform.withdraw(surplus);
    }
    tellWaiting();
  }

  private void tellWaiting() {
    if (pending == 0) {
      listener.waiting(paused ? lastFailure : "");
      return;
    }
    ContainerPlatform.Resources resources = platform.resources();
    StringBuilder text = new StringBuilder();
    text.append(pending)
        .append(pending == 1 ? " container" : " containers")
        .append(" of ")
        .append(resources.containerMegabytes())
        .append(" MB and ")
        .append(resources.containerCores())
        .append(resources.containerCores() == 1 ? " core" : " cores")
        .append(" asked of the queue '")
        .append(resources.queue())
        .append('\'');
    if (resources.freeMegabytes() >= 0) {
      text.append(", which has ")
          .append(resources.freeMegabytes())
          .append(" MB and ")
          .append(resources.freeCores())
          .append(" cores free");
    }
    if (!lastFailure.isEmpty()) {
      text.append("; last failure: ").append(lastFailure);
    }
    listener.waiting(text.toString());
    if (!checksWaiting) {
      checksWaiting = true;
      world
          .loop()
          .schedule(
              WAITING_CHECK_MILLIS,
              () -> {
                checksWaiting = false;
                if (!finished) {
                  tellWaiting();
                }
              });
    }
  }

  /** Counts a failure against its host and against the rate of starts. */
  private void countFailure(Running container, boolean blamesNode, String why) {
    lastFailure = why;
    boolean shortLife =
        container.sinceNanos() != 0
            && world.clock().nanoTime() - container.sinceNanos() < SHORT_LIFE_NANOS;
    if (blamesNode || shortLife) {
      int failures = failuresOfHost.merge(container.host(), 1, Integer::sum);
      if (failures == HOST_FAILURES_MAX && failuresOfHost.size() > 1) {
        LOG.warn("{} containers failed on {}; it is avoided", failures, container.host());
        platform.avoid(List.of(container.host()), List.of());
      }
    }
    shortLives = shortLife ? shortLives + 1 : 0;
    if (shortLives > 1 && !paused) {
      paused = true;
      long pause = Math.min(PAUSE_MAX_MILLIS, PAUSE_FIRST_MILLIS << Math.min(shortLives - 2, 10));
      LOG.warn("{} workers ended soon after their start; pausing {} ms", shortLives, pause);
      world
          .loop()
          .schedule(
              pause,
              () -> {
                paused = false;
                reconcile();
              });
    }
  }

  private final class Events implements ContainerPlatform.Events {
    @Override
    public void registered(Map<String, String> previousHosts) {
      registered = true;
      previousHosts.forEach((id, host) -> running.put(id, new Running(host, 0)));
      if (!previousHosts.isEmpty()) {
        LOG.info("Workers of the attempt before still run: {}", previousHosts);
      }
      listener.previousWorkers(List.copyOf(previousHosts.keySet()));
      reconcile();
    }

    @Override
    public void granted(String containerId, String host) {
      if (pending == 0 || finished) {
        LOG.info("Gives back {}, which is not wanted any more", containerId);
        platform.release(containerId);
        return;
      }
      pending--;
      running.put(containerId, new Running(host, Math.max(1, world.clock().nanoTime())));
      platform.launch(containerId);
      tellWaiting();
    }

    @Override
    public void started(String containerId) {
      Running container = running.get(containerId);
      if (container != null) {
        listener.workerStarted(containerId, container.host());
      }
    }

    @Override
    public void startFailed(String containerId, String why) {
      Running container = running.remove(containerId);
      if (container != null) {
        LOG.warn("{} on {} can not be started: {}", containerId, container.host(), why);
        countFailure(container, true, "Container " + containerId + " can not be started: " + why);
        platform.release(containerId);
        reconcile();
      }
    }

    @Override
    public void completed(ContainerEnd end) {
      Running container = running.remove(end.containerId());
      if (container == null) {
        return;
      }
      FailureReport report = end.report(container.host());
      LOG.warn("{}", report.message());
      countFailure(container, end.blamesNode(), report.message());
      listener.workerLost(end.containerId(), report);
      reconcile();
    }

    @Override
    public void nodeUsable(String host, boolean usable) {
      LOG.info("The node {} {}", host, usable ? "takes work again" : "takes no more work");
      platform.avoid(usable ? List.of() : List.of(host), usable ? List.of(host) : List.of());
      if (usable) {
        failuresOfHost.remove(host);
      }
    }

    @Override
    public void failed(String why) {
      listener.failed(new FailureReport(ErrorCode.RESOURCE, why, "", "YARN"));
    }
  }
}
