package dev.weft.engine.cluster;

import dev.weft.api.config.Configuration;
import java.io.IOException;

/** Service interface by which a plugin offers leader election; found with {@code ServiceLoader}. */
public interface LeaderElectionFactory {
  /** The value of {@code high-availability.type} that selects it, such as {@code zookeeper}. */
  String type();

  /**
   * Opens an election.
   *
   * @param applicationId the application; every process of it gives the same
   * @param secret the application's secret, from which access rights are derived
   */
  LeaderElection open(Configuration configuration, String applicationId, byte[] secret)
      throws IOException;
}
