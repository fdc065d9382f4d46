package dev.weft.ha.zookeeper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.HighAvailabilityOptions;
import dev.weft.api.error.WeftException;
import dev.weft.engine.cluster.LeaderElectionFactory;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.ServiceLoader;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.test.TestingServer;
import org.apache.zookeeper.KeeperException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {
  private static final String APPLICATION = "/deep/path/application_1_0001";
  private static final byte[] OTHER = "another secret".getBytes(StandardCharsets.UTF_8);

  @TempDir File directory;
  private TestingServer server;
  private ZooKeeperElection election;

  private Configuration configuration() {
    return Servers.configuration("127.0.0.1:" + server.getPort())
        .set(HighAvailabilityOptions.ZOOKEEPER_ROOT, "/deep/path");
  }

  @BeforeEach
  void lead() throws Exception {
    server = Servers.start(directory);
    election = Servers.open(configuration(), Servers.SECRET);
    Recorder recorder = new Recorder();
    election.start("one", recorder);
    long epoch = recorder.granted();
    election.publishLeader(epoch, "host:1");
    election.writePointer(epoch, "job", OTHER);
  }

  @AfterEach
  void close() throws IOException {
    election.close();
    server.close();
  }

  @Test
  void astrangerReadsAndChangesNothing() throws Exception {
    try (CuratorFramework stranger =
        CuratorFrameworkFactory.newClient("127.0.0.1:" + server.getPort(), new RetryOneTime(100))) {
      stranger.start();
      for (String path :
          List.of("/epoch", "/leader", "/pointers/job", "/pointers", "/candidates", "")) {
        String full = APPLICATION + path;
        assertThrows(
            KeeperException.NoAuthException.class, () -> stranger.getData().forPath(full), full);
        assertThrows(
            KeeperException.NoAuthException.class,
            () -> stranger.setData().forPath(full, OTHER),
            full);
        assertThrows(
            KeeperException.NoAuthException.class, () -> stranger.getACL().forPath(full), full);
      }
      assertThrows(
          KeeperException.NoAuthException.class,
          () -> stranger.delete().forPath(APPLICATION + "/pointers/job"));
      assertThrows(
          KeeperException.NoAuthException.class,
          () -> stranger.delete().deletingChildrenIfNeeded().forPath(APPLICATION));
      assertEquals(List.of("application_1_0001"), stranger.getChildren().forPath("/deep/path"));
    }
  }

  @Test
  void anotherSecretIsRefusedWithAReason() throws Exception {
    try (ZooKeeperElection stranger = Servers.open(configuration(), OTHER)) {
      IOException failure =
          assertThrows(IOException.class, () -> stranger.start("two", new Recorder()));
      assertTrue(failure.getMessage().contains("another secret"), failure.getMessage());
      assertThrows(IOException.class, stranger::findLeader);
    }
  }

  @Test
  void anotherApplicationBesideItHasItsOwnNodes() throws Exception {
    Configuration beside =
        configuration().set(HighAvailabilityOptions.CLUSTER_ID, "/another-cluster");
    try (ZooKeeperElection other = Servers.open(beside, OTHER)) {
      Recorder recorder = new Recorder();
      other.start("one", recorder);
      assertEquals(1, recorder.granted());
      assertEquals(List.of(), other.listPointers(1));
    }
  }

  @Test
  void theSecretItselfIsNotWhatZooKeeperIsTold() {
    String credentials =
        new String(new ApplicationKey(Servers.SECRET).credentials(), StandardCharsets.UTF_8);
    assertFalse(credentials.contains(new String(Servers.SECRET, StandardCharsets.UTF_8)));
    assertTrue(credentials.startsWith("weft:"), credentials);
  }

  @Test
  void aMissingQuorumIsAUsersError() {
    WeftException failure =
        assertThrows(WeftException.class, () -> Servers.open(new Configuration(), OTHER));
    assertTrue(failure.getMessage().contains("high-availability.zookeeper.quorum"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b", "/", ".."})
  void aNameThatIsNoNodeIsAUsersError(String id) {
    Configuration wrong = configuration().set(HighAvailabilityOptions.CLUSTER_ID, id);
    assertThrows(WeftException.class, () -> Servers.open(wrong, OTHER));
  }

  @Test
  void theFactoryIsFoundAsAService() {
    List<String> types =
        ServiceLoader.load(LeaderElectionFactory.class).stream()
            .map(provider -> provider.get().type())
            .toList();
    assertTrue(types.contains("zookeeper"), types.toString());
  }
}
