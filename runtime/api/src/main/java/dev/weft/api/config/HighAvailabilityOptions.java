package dev.weft.api.config;

import static dev.weft.api.config.ConfigOptions.key;

import java.time.Duration;

/** Options of leader election and of what outlives a leader. */
public final class HighAvailabilityOptions {
  /** The services. */
  public enum Type {
    /** The one JobManager leads; a job ends with it. */
    NONE,
    /** ZooKeeper elects the leader. */
    ZOOKEEPER
  }

  /** The service. */
  public static final ConfigOption<Type> TYPE =
      key("high-availability.type")
          .enumType(Type.class)
          .defaultValue(Type.NONE)
          .withDescription("Who elects the leader: none or zookeeper.");

  /** Name of the cluster. */
  public static final ConfigOption<String> CLUSTER_ID =
      key("high-availability.cluster-id")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The name that keeps clusters in one ZooKeeper apart; on YARN the application's id.");

  /** Directory of the journal. */
  public static final ConfigOption<String> STORAGE_DIR =
      key("high-availability.storageDir")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The directory of the journal that a new leader reads, such as hdfs:///weft/ha.");

  /** ZooKeeper's servers. */
  public static final ConfigOption<String> ZOOKEEPER_QUORUM =
      key("high-availability.zookeeper.quorum")
          .stringType()
          .noDefaultValue()
          .withDescription("ZooKeeper's servers: host:port,host:port.");

  /** Root node. */
  public static final ConfigOption<String> ZOOKEEPER_ROOT =
      key("high-availability.zookeeper.path.root")
          .stringType()
          .defaultValue("/weft")
          .withDescription("The node in ZooKeeper below which everything lies.");

  /** Session timeout. */
  public static final ConfigOption<Duration> ZOOKEEPER_SESSION_TIMEOUT =
      key("high-availability.zookeeper.client.session-timeout")
          .durationType()
          .defaultValue(Duration.ofSeconds(60))
          .withDescription("After so long without contact ZooKeeper gives the leadership away.");

  /** Connection timeout. */
  public static final ConfigOption<Duration> ZOOKEEPER_CONNECTION_TIMEOUT =
      key("high-availability.zookeeper.client.connection-timeout")
          .durationType()
          .defaultValue(Duration.ofSeconds(15))
          .withDescription("How long connecting to ZooKeeper may take.");

  /** Time between attempts. */
  public static final ConfigOption<Duration> ZOOKEEPER_RETRY_WAIT =
      key("high-availability.zookeeper.client.retry-wait")
          .durationType()
          .defaultValue(Duration.ofSeconds(5))
          .withDescription("The time between two attempts of a call to ZooKeeper.");

  /** Attempts. */
  public static final ConfigOption<Integer> ZOOKEEPER_RETRIES =
      key("high-availability.zookeeper.client.max-retry-attempts")
          .intType()
          .defaultValue(3)
          .withDescription("How often a call to ZooKeeper is attempted again.");

  /** Number of this process among those that the platform starts one after another. */
  public static final ConfigOption<Integer> ATTEMPT =
      key("high-availability.attempt")
          .intType()
          .defaultValue(0)
          .withDescription(
              "Set by the platform: the number of this attempt, from 1. A higher one takes the"
                  + " leadership over without waiting for the session of a lower one to expire;"
                  + " 0 where candidates wait for each other.");

  private HighAvailabilityOptions() {}
}
