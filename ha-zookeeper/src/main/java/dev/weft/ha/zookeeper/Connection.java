package dev.weft.ha.zookeeper;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;

/** The client with failures put into words. Thread-safe. */
record Connection(CuratorFramework client, String quorum, RetryPause pause) {

  /** A call whose failures become {@link IOException}s that say what could not be done. */
  <T> T call(String what, Callable<T> call) throws IOException {
    try {
      return call.call();
    } catch (IOException e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted(what, e);
    } catch (Exception e) {
      throw failure(what, e);
    }
  }

  IOException failure(String what, Exception e) {
    if (e instanceof KeeperException.NoAuthException refused) {
      return new IOException(
          "ZooKeeper refuses to "
              + what
              + ": "
              + refused.getPath()
              + " belongs to an application with another secret; choose another"
              + " high-availability.cluster-id",
          e);
    }
    if (e instanceof KeeperException keeper && isUnknown(keeper)) {
      return new IOException(
          "Cannot "
              + what
              + ": no connection to ZooKeeper at "
              + quorum
              + " ("
              + keeper.code()
              + ")",
          e);
    }
    return new IOException("Cannot " + what + " in ZooKeeper at " + quorum + ": " + e, e);
  }

  static IOException interrupted(String what, InterruptedException cause) {
    IOException interrupted = new InterruptedIOException("Interrupted, could not " + what);
    interrupted.initCause(cause);
    return interrupted;
  }

  /** Whether the request may have been carried out although there is no reply. */
  static boolean isUnknown(KeeperException e) {
    return switch (e.code()) {
      case CONNECTIONLOSS, OPERATIONTIMEOUT, REQUESTTIMEOUT, SESSIONEXPIRED, SESSIONMOVED -> true;
      default -> false;
    };
  }

  /** Waits for a connection, at most the time between two tries. */
  void awaitConnected() throws InterruptedException {
    boolean connected =
        client.blockUntilConnected(
            (int) Math.max(1, pause.between().toMillis()), TimeUnit.MILLISECONDS);
    if (connected && !client.getZookeeperClient().isConnected()) {
      // the state of the connection is told a little later than it changes
      Thread.sleep(Math.min(50, pause.between().toMillis()));
    }
  }

  ZooKeeper zooKeeper() throws Exception {
    return client.getZookeeperClient().getZooKeeper();
  }

  /** Makes reads that follow on this connection at least as new as this call. */
  void sync(String path) throws Exception {
    client.sync().forPath(path);
  }
}
