package dev.weft.engine.server;

import dev.weft.engine.cluster.LeaderElection;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.worker.LeaderLocator;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks an election again and again who leads, so that the answer is at hand. */
public final class ElectedLeader implements LeaderLocator, AutoCloseable {
  private static final long INTERVAL_MILLIS = 1000;
  private static final Logger LOG = LoggerFactory.getLogger(ElectedLeader.class);

  private final LeaderElection election;
  private final ScheduledExecutorService poller =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "leader-lookup");
            thread.setDaemon(true);
            return thread;
          });
  private volatile Optional<Address> known = Optional.empty();
  private boolean failing;

  /** Begins to ask. The election is closed with this. */
  public ElectedLeader(LeaderElection election) {
    this.election = election;
    poller.scheduleWithFixedDelay(this::look, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      Optional<Address> found =
          election.findLeader().map(leader -> Addresses.parse(leader.address()));
      if (found.isPresent()) {
        known = found;
      }
      failing = false;
    } catch (IOException | RuntimeException e) {
      if (!failing) {
        LOG.warn("It can not be found out who leads; asking on", e);
      }
      failing = true;
    }
  }

  @Override
  public Optional<Address> leader() {
    return known;
  }

  @Override
  public void close() throws IOException {
    poller.shutdownNow();
    election.close();
  }
}
