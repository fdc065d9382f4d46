package dev.weft.ha.zookeeper;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.HighAvailabilityOptions;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingServer;

/** ZooKeeper servers on loopback and elections that talk to them. */
final class Servers {
  static final byte[] SECRET = "a secret of the application".getBytes(StandardCharsets.UTF_8);

  private static final int TICK_MILLIS = 200;
  private static final Duration SESSION = Duration.ofSeconds(3);

  private Servers() {}

  static TestingServer start(File directory) throws Exception {
    return new TestingServer(spec(directory), true);
  }

  static InstanceSpec spec(File directory) {
    return new InstanceSpec(
        directory,
        -1,
        -1,
        -1,
        false,
        -1,
        TICK_MILLIS,
        -1,
        Map.of("clientPortAddress", "127.0.0.1"),
        "127.0.0.1");
  }

  static Configuration configuration(String quorum) {
    return new Configuration()
        .set(HighAvailabilityOptions.ZOOKEEPER_QUORUM, quorum)
        .set(HighAvailabilityOptions.ZOOKEEPER_SESSION_TIMEOUT, SESSION)
        .set(HighAvailabilityOptions.ZOOKEEPER_CONNECTION_TIMEOUT, Duration.ofSeconds(2))
        .set(HighAvailabilityOptions.ZOOKEEPER_RETRY_WAIT, Duration.ofMillis(300))
        .set(HighAvailabilityOptions.ZOOKEEPER_RETRIES, 20);
  }

  static ZooKeeperElection open(String quorum) {
    return open(configuration(quorum), SECRET);
  }

  static ZooKeeperElection openAttempt(String quorum, int attempt) {
    return open(configuration(quorum).set(HighAvailabilityOptions.ATTEMPT, attempt), SECRET);
  }

  static ZooKeeperElection open(Configuration configuration, byte[] secret) {
    return (ZooKeeperElection)
        new ZooKeeperElectionFactory().open(configuration, "application_1_0001", secret);
  }
}
