package dev.weft.ha.zookeeper;

import dev.weft.api.fs.FileStore;
import dev.weft.engine.cluster.JournalContract;
import dev.weft.engine.cluster.LeaderElection;
import dev.weft.engine.server.host.LocalFileStore;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The contract of the journal with its pointers on a ZooKeeper server. */
class ZooKeeperJournalTest extends JournalContract {
  @TempDir File server;
  @TempDir Path directory;
  private TestingServer zooKeeper;

  @BeforeEach
  void startServer() throws Exception {
    zooKeeper = Servers.start(server);
  }

  @AfterEach
  void stopServer() throws IOException {
    closeElections();
    zooKeeper.close();
  }

  @Override
  protected FileStore files() {
    return new LocalFileStore();
  }

  @Override
  protected String directory() {
    return "file://" + directory;
  }

  @Override
  protected LeaderElection open() {
    return Servers.open(zooKeeper.getConnectString());
  }

  @Override
  protected void depose(LeaderElection leader) throws Exception {
    ((ZooKeeperElection) leader)
        .client()
        .getZookeeperClient()
        .getZooKeeper()
        .getTestable()
        .injectSessionExpiration();
  }
}
