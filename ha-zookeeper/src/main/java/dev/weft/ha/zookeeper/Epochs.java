package dev.weft.ha.zookeeper;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.OptionalLong;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/**
 * The epoch of an application: the version of a persistent node. Taking the leadership sets the
 * node's data under the version that was read, so that of several who try only one succeeds, and
 * the version that results is the new epoch. Thread-safe.
 */
final class Epochs {
  private static final int TOKEN_BYTES = 12;
  private static final int CONTENTIONS_MAX = 100;

  private final Connection connection;
  private final ApplicationNodes nodes;
  private final SecureRandom random = new SecureRandom();

  Epochs(Connection connection, ApplicationNodes nodes) {
    this.connection = connection;
    this.nodes = nodes;
  }

  /** What became of a try to take the leadership. */
  sealed interface Taken {
    /** It was granted. */
    record Granted(long epoch) implements Taken {}

    /** A process that the platform started later leads, or led last. */
    record Refused(Grant newer) implements Taken {}
  }

  /**
   * Makes the epoch's node unless it is there.
   *
   * @throws IOException also when pointers are there without an epoch: somebody removed it by hand,
   *     and to begin anew would forget the jobs
   */
  void create() throws IOException {
    connection.call(
        "prepare " + nodes.application(),
        () -> {
          nodes.create(connection.client());
          if (connection.client().checkExists().forPath(nodes.epoch()) != null) {
            return null;
          }
          if (!connection.client().getChildren().forPath(nodes.pointers()).isEmpty()) {
            throw new IOException(
                nodes.epoch()
                    + " is missing in ZooKeeper although "
                    + nodes.pointers()
                    + " is not empty: it was removed by hand. Nobody leads until the pointers are"
                    + " removed too, or the cluster gets another high-availability.cluster-id");
          }
          try {
            connection
                .client()
                .create()
                .withMode(CreateMode.PERSISTENT)
                .withACL(nodes.key().getDefaultAcl())
                .forPath(nodes.epoch(), Grant.NOBODY.encode());
          } catch (KeeperException.NodeExistsException e) {
            // another candidate was quicker
          }
          return null;
        });
  }

  /**
   * Takes the leadership, unless a higher attempt had it.
   *
   * @throws IOException when nothing is known to have changed; safe to try again
   */
  Taken take(String candidate, int attempt) throws IOException {
    return connection.call(
        "take the leadership of " + nodes.application(),
        () -> {
          String token = token();
          for (int i = 0; i < CONTENTIONS_MAX; i++) {
            connection.sync(nodes.epoch());
            Stat stat = new Stat();
            Grant newest =
                Grant.decode(
                    connection.client().getData().storingStatIn(stat).forPath(nodes.epoch()));
            if (newest.token().equals(token)) {
              // an earlier turn of this loop got no reply, but its request was carried out
              return new Taken.Granted(stat.getVersion());
            }
            if (newest.attempt() > attempt) {
              return new Taken.Refused(newest);
            }
            OptionalLong epoch = set(new Grant(attempt, candidate, token), stat.getVersion());
            if (epoch.isPresent()) {
              return new Taken.Granted(epoch.getAsLong());
            }
          }
          throw new IOException("others took the epoch " + CONTENTIONS_MAX + " times in between");
        });
  }

  private OptionalLong set(Grant grant, int version) throws Exception {
    ZooKeeper zooKeeper = connection.zooKeeper();
    try {
      return OptionalLong.of(
          zooKeeper.setData(nodes.epoch(), grant.encode(), version).getVersion());
    } catch (KeeperException.BadVersionException e) {
      return OptionalLong.empty();
    } catch (KeeperException e) {
      if (!Connection.isUnknown(e)) {
        throw e;
      }
      connection.awaitConnected();
      return OptionalLong.empty();
    }
  }

  private String token() {
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** The newest epoch and whose it is; empty if the node has gone. Not older than this call. */
  OptionalLong newest() throws IOException {
    return connection.call(
        "read the epoch of " + nodes.application(),
        () -> {
          connection.sync(nodes.epoch());
          Stat stat = connection.client().checkExists().forPath(nodes.epoch());
          return stat == null ? OptionalLong.empty() : OptionalLong.of(stat.getVersion());
        });
  }
}
