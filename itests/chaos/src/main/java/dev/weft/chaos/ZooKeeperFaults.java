package dev.weft.chaos;

import dev.weft.chaos.Proxy.Mode;
import dev.weft.sandbox.Daemon;
import java.io.IOException;
import java.util.EnumSet;

/** ZooKeeper that is away, or not to be reached. */
final class ZooKeeperFaults {
  private static final long LOST_MILLIS = 300;
  private static final long BETWEEN_MILLIS = 900;

  private ZooKeeperFaults() {}

  static void kill(Cluster cluster) throws IOException {
    int attempt = cluster.attempt();
    cluster.sandbox().kill(Daemon.ZOOKEEPER);
    cluster.sandbox().start(EnumSet.of(Daemon.ZOOKEEPER));
    ProcessFaults.awaitSame(cluster, attempt);
  }

  static void expire(Cluster cluster) throws IOException {
    Child leader = cluster.child("jobmanager-1");
    leader.pause();
    Cluster.pause(12_000);
    leader.resume();
  }

  static void away(Cluster cluster) {
    cluster.sandbox().kill(Daemon.ZOOKEEPER);
    Cluster.pause(20_000);
    cluster.sandbox().start(EnumSet.of(Daemon.ZOOKEEPER));
  }

  static void isolate(Cluster cluster) throws IOException {
    cluster.standBy();
    Proxy proxy = cluster.proxy(Cluster.zooKeeperOf("jobmanager-1"));
    proxy.mode(Mode.HOLD);
    cluster.followSecond();
    ProcessFaults.awaitCheckpoint(cluster);
    proxy.mode(Mode.PASS);
    ProcessFaults.awaitCheckpoint(cluster);
    cluster.backToTheFirst();
  }

  static void loseReplies(Cluster cluster) {
    loseReplies(cluster.proxy(Cluster.zooKeeperOf("jobmanager-1")));
  }

  /** What is asked for happens, and who asked does not hear of it. */
  static void loseReplies(Proxy proxy) {
    for (int i = 0; i < 10; i++) {
      proxy.mode(Mode.LOSE_REPLIES);
      Cluster.pause(LOST_MILLIS);
      proxy.mode(Mode.PASS);
      Cluster.pause(BETWEEN_MILLIS);
    }
  }
}
