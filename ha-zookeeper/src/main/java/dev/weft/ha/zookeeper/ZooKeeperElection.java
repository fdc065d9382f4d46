package dev.weft.ha.zookeeper;

import dev.weft.engine.cluster.LeaderElection;
import dev.weft.engine.world.Verify;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;

/** Election and fenced pointers on ZooKeeper. */
final class ZooKeeperElection implements LeaderElection {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9.-]{1,200}");

  /** ZooKeeper takes a megabyte at most in one request, and pointers are meant to be small. */
  private static final int POINTER_BYTES_MAX = 256 * 1024;

  private final Connection connection;
  private final ApplicationNodes nodes;
  private final Epochs epochs;
  private final FencedWrites writes;
  private final int attempt;
  private volatile Leadership leadership;

  ZooKeeperElection(
      CuratorFramework client,
      String quorum,
      ApplicationNodes nodes,
      RetryPause pause,
      int attempt) {
    this.connection = new Connection(client, quorum, pause);
    this.nodes = nodes;
    this.epochs = new Epochs(connection, nodes);
    this.writes = new FencedWrites(connection, nodes);
    this.attempt = attempt;
  }

  @Override
  public void start(String candidate, Listener listener) throws IOException {
    Verify.verify(leadership == null, "the election was started before");
    int timeout = connection.client().getZookeeperClient().getConnectionTimeoutMs();
    boolean connected =
        connection.call(
            "reach ZooKeeper",
            () -> connection.client().blockUntilConnected(timeout, TimeUnit.MILLISECONDS));
    if (!connected) {
      throw new IOException(
          "No connection to ZooKeeper at "
              + connection.quorum()
              + " within "
              + timeout
              + " ms; check high-availability.zookeeper.quorum and that its servers run");
    }
    epochs.create();
    Leadership joined = new Leadership(connection, nodes, epochs, attempt, candidate, listener);
    leadership = joined;
    joined.start();
  }

  @Override
  public void publishLeader(long epoch, String leader) throws IOException {
    writes.write(
        epoch, "publish the leader", nodes.leader(), leader.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public Optional<Leader> findLeader() throws IOException {
    return read(nodes.leader(), "find the leader")
        .map(found -> new Leader(found.epoch(), new String(found.value(), StandardCharsets.UTF_8)));
  }

  @Override
  public Optional<byte[]> readPointer(long epoch, String name) throws IOException {
    String path = nodes.pointer(checked(name));
    String what = "read pointer " + name;
    connection.call(
        what,
        () -> {
          connection.sync(path);
          return null;
        });
    return read(path, what).map(Stamped::value);
  }

  private Optional<Stamped> read(String path, String what) throws IOException {
    return connection.call(
        what,
        () -> {
          try {
            byte[] bytes = connection.client().getData().forPath(path);
            return bytes.length == 0 ? Optional.empty() : Optional.of(Stamped.decode(path, bytes));
          } catch (KeeperException.NoNodeException e) {
            return Optional.empty();
          }
        });
  }

  @Override
  public void writePointer(long epoch, String name, byte[] value) throws IOException {
    Verify.verify(
        value == null || value.length <= POINTER_BYTES_MAX,
        "pointer %s has too many bytes for ZooKeeper",
        name);
    String what = (value == null ? "remove pointer " : "write pointer ") + name;
    writes.write(epoch, what, nodes.pointer(checked(name)), value);
  }

  private static String checked(String name) {
    boolean relative = name.equals(".") || name.equals("..");
    Verify.verify(NAME.matcher(name).matches() && !relative, "'%s' names no pointer", name);
    return name;
  }

  @Override
  public List<String> listPointers(long epoch) throws IOException {
    return connection.call(
        "list the pointers of " + nodes.application(),
        () -> {
          connection.sync(nodes.pointers());
          try {
            return connection.client().getChildren().forPath(nodes.pointers()).stream()
                .sorted()
                .toList();
          } catch (KeeperException.NoNodeException e) {
            return List.of();
          }
        });
  }

  @Override
  public void removeAll(long epoch) throws IOException {
    Leadership joined = leadership;
    writes.removeAll(epoch, joined == null ? () -> {} : joined::removed);
  }

  @Override
  public void close() throws IOException {
    Leadership joined = leadership;
    try {
      if (joined != null) {
        joined.close();
      }
    } finally {
      connection.client().close();
    }
  }

  /** For tests, which break its session. */
  CuratorFramework client() {
    return connection.client();
  }
}
