package dev.weft.ha.zookeeper;

import dev.weft.api.config.ConfigOption;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.HighAvailabilityOptions;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.cluster.LeaderElection;
import dev.weft.engine.cluster.LeaderElectionFactory;
import java.time.Duration;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.state.SessionConnectionStateErrorPolicy;
import org.apache.curator.retry.RetryNTimes;
import org.apache.zookeeper.common.PathUtils;

/** Offers election on ZooKeeper. */
public final class ZooKeeperElectionFactory implements LeaderElectionFactory {
  private static final int CLOSE_WAIT_MILLIS = 2_000;

  /** Used by {@link java.util.ServiceLoader}. */
  public ZooKeeperElectionFactory() {}

  @Override
  public String type() {
    return "zookeeper";
  }

  @Override
  public LeaderElection open(Configuration configuration, String applicationId, byte[] secret) {
    String quorum =
        configuration
            .getOptional(HighAvailabilityOptions.ZOOKEEPER_QUORUM)
            .filter(text -> !text.isBlank())
            .orElseThrow(
                () ->
                    new WeftException(
                        ErrorCode.USER,
                        HighAvailabilityOptions.ZOOKEEPER_QUORUM.key()
                            + " is not set; name ZooKeeper's servers as host:port,host:port."));
    ApplicationKey key = new ApplicationKey(secret);
    ApplicationNodes nodes = nodes(configuration, applicationId, key);
    RetryPause pause =
        new RetryPause(
            configuration.get(HighAvailabilityOptions.ZOOKEEPER_RETRIES),
            configuration.get(HighAvailabilityOptions.ZOOKEEPER_RETRY_WAIT));
    CuratorFramework client =
        CuratorFrameworkFactory.builder()
            .connectString(quorum)
            .ensembleTracker(false)
            .sessionTimeoutMs(
                millis(configuration, HighAvailabilityOptions.ZOOKEEPER_SESSION_TIMEOUT))
            .connectionTimeoutMs(
                millis(configuration, HighAvailabilityOptions.ZOOKEEPER_CONNECTION_TIMEOUT))
            .waitForShutdownTimeoutMs(CLOSE_WAIT_MILLIS)
            .retryPolicy(new RetryNTimes(pause.retriesMax(), (int) pause.between().toMillis()))
            // a lost connection is no lost leadership: only an expired session is
            .connectionStateErrorPolicy(new SessionConnectionStateErrorPolicy())
            .authorization("digest", key.credentials())
            .aclProvider(key)
            .build();
    client.start();
    int attempt = configuration.get(HighAvailabilityOptions.ATTEMPT);
    return new ZooKeeperElection(client, quorum, nodes, pause, attempt);
  }

  private static ApplicationNodes nodes(
      Configuration configuration, String applicationId, ApplicationKey key) {
    String root = configuration.get(HighAvailabilityOptions.ZOOKEEPER_ROOT);
    String id = configuration.getOptional(HighAvailabilityOptions.CLUSTER_ID).orElse(applicationId);
    while (id.startsWith("/")) {
      id = id.substring(1);
    }
    String path = (root.equals("/") ? "" : root) + "/" + id;
    try {
      if (id.isEmpty() || id.contains("/")) {
        throw new IllegalArgumentException("the name of a cluster is one name without a slash");
      }
      PathUtils.validatePath(path);
    } catch (IllegalArgumentException e) {
      throw new WeftException(
          ErrorCode.USER,
          "'"
              + path
              + "' is no path in ZooKeeper: "
              + e.getMessage()
              + "; see "
              + HighAvailabilityOptions.ZOOKEEPER_ROOT.key()
              + " and "
              + HighAvailabilityOptions.CLUSTER_ID.key()
              + ".",
          e);
    }
    return new ApplicationNodes(root, path, key);
  }

  private static int millis(Configuration configuration, ConfigOption<Duration> option) {
    return Math.toIntExact(configuration.get(option).toMillis());
  }
}
