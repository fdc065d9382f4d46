package dev.weft.ha.zookeeper;

import dev.weft.engine.cluster.LeaderElection;
import dev.weft.engine.conformance.SessionElectionContract;
import java.io.File;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The contract of elections on a ZooKeeper server. */
class ZooKeeperElectionTest extends SessionElectionContract {
  private static final int PATIENCE_SECONDS = 30;

  @TempDir File directory;
  private TestingServer server;
  private FaultProxy proxy;

  @BeforeEach
  void startServer() throws Exception {
    server = Servers.start(directory);
    proxy = new FaultProxy(server.getPort());
  }

  @AfterEach
  void stopServer() throws IOException {
    closeElections();
    proxy.close();
    server.close();
  }

  @Override
  protected LeaderElection open() {
    return Servers.open(proxy.address());
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

  @Override
  protected void doubt(LeaderElection leader) throws Exception {
    server.restart();
  }

  @Override
  protected IOException loseReplyOf(LeaderElection election, Write write) throws Exception {
    proxy.breakNext(FaultProxy.Fault.LOSE_REPLY);
    CompletableFuture<IOException> outcome =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                write.run();
                return null;
              } catch (IOException e) {
                return e;
              }
            });
    proxy.awaitStruck();
    proxy.acceptAgain();
    return outcome.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}
