package dev.weft.ha.zookeeper;

import dev.weft.engine.cluster.LeaderElection.FencedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;

/**
 * Writes that only the newest epoch may do: each is one transaction with a check of the epoch's
 * version. One at a time: under one epoch the last write that was asked for is the one that stands.
 *
 * <p>When a reply is lost the same transaction is sent again. It sets a node to the same content,
 * so being carried out twice does no harm; and ZooKeeper handles the requests of a session in
 * order, so the first cannot follow the second. Only when the epoch was taken in between does the
 * node itself have to tell whether the first was carried out: its content names the epoch that
 * wrote it.
 */
final class FencedWrites {
  private final Connection connection;
  private final ApplicationNodes nodes;

  FencedWrites(Connection connection, ApplicationNodes nodes) {
    this.connection = connection;
    this.nodes = nodes;
  }

  /** Decides by what is stored whether a change was carried out. */
  private interface ReadBack {
    boolean carriedOut() throws Exception;
  }

  /** Makes the operations of a change, given whether its node exists. */
  private interface Change {
    List<Op> operations(boolean exists);
  }

  /** Sets the content of a node, or with null removes the node. */
  synchronized void write(long epoch, String what, String path, byte[] value) throws IOException {
    Stamped content = value == null ? null : new Stamped(epoch, value);
    connection.call(
        what,
        () -> {
          boolean exists = connection.client().checkExists().forPath(path) != null;
          apply(
              epoch,
              what,
              exists,
              known -> List.of(operation(path, content, known)),
              () -> carriedOut(epoch, path, content));
          return null;
        });
  }

  private Op operation(String path, Stamped content, boolean exists) {
    if (content == null) {
      // nothing to remove: the transaction is the check alone, which one more check does not change
      return exists ? Op.delete(path, -1) : Op.check(nodes.application(), -1);
    }
    return exists
        ? Op.setData(path, content.encode(), -1)
        : Op.create(path, content.encode(), nodes.key().getDefaultAcl(), CreateMode.PERSISTENT);
  }

  /** Only asked when the epoch was lost after a request without a reply. */
  private boolean carriedOut(long epoch, String path, Stamped content) throws Exception {
    connection.sync(path);
    Stamped stored;
    try {
      stored = Stamped.decode(path, connection.client().getData().forPath(path));
    } catch (KeeperException.NoNodeException e) {
      return content == null;
    }
    if (stored.epoch() > epoch) {
      throw new IOException(
          path
              + " was written by epoch "
              + stored.epoch()
              + " since; whether epoch "
              + epoch
              + " had written it before stays unknown");
    }
    return stored.equals(content);
  }

  /**
   * Removes all nodes of the application except those of waiting candidates.
   *
   * @param last called before the epoch's node goes, when this leader is known to be the newest
   */
  synchronized void removeAll(long epoch, Runnable last) throws IOException {
    String what = "remove " + nodes.application();
    connection.call(
        what,
        () -> {
          apply(epoch, what, true, exists -> List.of(), () -> false);
          last.run();
          for (String name : connection.client().getChildren().forPath(nodes.pointers())) {
            write(epoch, what, nodes.pointer(name), null);
          }
          List<Op> rest =
              List.of(
                  Op.delete(nodes.pointers(), -1),
                  Op.delete(nodes.leader(), -1),
                  Op.delete(nodes.epoch(), -1));
          apply(
              epoch,
              what,
              true,
              exists -> rest,
              () -> connection.client().checkExists().forPath(nodes.epoch()) == null);
          return null;
        });
  }

  private void apply(long epoch, String what, boolean exists, Change change, ReadBack readBack)
      throws Exception {
    boolean known = exists;
    boolean unknown = false;
    KeeperException last = null;
    // one more than retries: the first guess whether the node exists may be wrong
    int triesMax = connection.pause().retriesMax() + 2;
    for (int tries = 0; tries < triesMax; tries++) {
      List<Op> operations = new ArrayList<>();
      operations.add(Op.check(nodes.epoch(), Math.toIntExact(epoch)));
      operations.addAll(change.operations(known));
      try {
        connection.zooKeeper().multi(operations);
        return;
      } catch (KeeperException e) {
        last = e;
        if (Connection.isUnknown(e)) {
          unknown = true;
          connection.awaitConnected();
        } else if (failedAt(e) == 0) {
          if (unknown && readBack.carriedOut()) {
            return;
          }
          throw new FencedException(
              "Epoch " + epoch + " is not the newest any more; refused to " + what);
        } else if (e.code() == KeeperException.Code.NODEEXISTS) {
          known = true;
        } else if (e.code() == KeeperException.Code.NONODE) {
          known = false;
        } else {
          throw e;
        }
      }
    }
    throw last;
  }

  /** Which operation of a transaction was refused; 0 is the check of the epoch, -1 none. */
  private static int failedAt(KeeperException e) {
    List<OpResult> results = e.getResults();
    if (results != null) {
      for (int i = 0; i < results.size(); i++) {
        // of those that were not the cause ZooKeeper says ok, or that another failed
        if (results.get(i) instanceof OpResult.ErrorResult error
            && error.getErr() != KeeperException.Code.OK.intValue()
            && error.getErr() != KeeperException.Code.RUNTIMEINCONSISTENCY.intValue()) {
          return i;
        }
      }
    }
    return -1;
  }
}
