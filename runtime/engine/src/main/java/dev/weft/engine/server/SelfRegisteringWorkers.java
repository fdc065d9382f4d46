package dev.weft.engine.server;

import dev.weft.engine.cluster.WorkerProvisioner;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Workers that somebody else starts and that register by themselves, each with its own slots. */
public final class SelfRegisteringWorkers implements WorkerProvisioner {
  private static final Logger LOG = LoggerFactory.getLogger(SelfRegisteringWorkers.class);

  @Override
  public void start(long epoch, Listener listener) {
    // Nobody knows which workers an earlier leader had: those that are there report themselves.
    LOG.debug("Workers register by themselves in epoch {}", epoch);
  }

  @Override
  public void want(int workers, List<String> preferredHosts) {
    // Whoever runs the cluster decides how many there are.
    LOG.debug("{} TaskManagers are wanted", workers);
  }

  @Override
  public void release(String workerId) {
    LOG.debug("The TaskManager {} is not needed now and stays", workerId);
  }

  @Override
  public int slotsPerWorker() {
    return 0;
  }

  @Override
  public void finish(boolean succeeded, String diagnostics) {
    LOG.info("The cluster ends: {}", diagnostics);
  }
}
