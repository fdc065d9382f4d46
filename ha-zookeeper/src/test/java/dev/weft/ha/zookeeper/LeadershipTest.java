package dev.weft.ha.zookeeper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.cluster.LeaderElection;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeadershipTest {
  @TempDir File directory;
  private TestingServer server;

  @BeforeEach
  void startServer() throws Exception {
    server = Servers.start(directory);
  }

  @AfterEach
  void stopServer() throws IOException {
    server.close();
  }

  private String quorum() {
    return "127.0.0.1:" + server.getPort();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void theSecondCandidateLeadsUnderAHigherEpochWhenTheFirstLeaves() throws Exception {
    Recorder first = new Recorder();
    Recorder second = new Recorder();
    ZooKeeperElection one = Servers.open(quorum());
    try (ZooKeeperElection two = Servers.open(quorum())) {
      one.start("one", first);
      long epoch = first.granted();
      two.start("two", second);
      assertTrue(second.isSilent());
      one.close();
      assertTrue(second.granted() > epoch);
      assertTrue(first.isSilent(), "leaving is no loss");
    }
  }

  @Test
  void aHigherAttemptLeadsAtOnceAndTheLowerStepsDown() throws Exception {
    Recorder first = new Recorder();
    Recorder second = new Recorder();
    try (ZooKeeperElection one = Servers.openAttempt(quorum(), 1);
        ZooKeeperElection two = Servers.openAttempt(quorum(), 2)) {
      one.start("attempt 1", first);
      assertEquals(1, first.granted());
      two.start("attempt 2", second);
      assertEquals(2, second.granted());
      first.expect("lost: epoch 1 was superseded by epoch 2 by attempt 2");
    }
  }

  @Test
  void aLowerAttemptNeverLeadsAgain() throws Exception {
    Recorder newer = new Recorder();
    Recorder older = new Recorder();
    try (ZooKeeperElection two = Servers.openAttempt(quorum(), 2);
        ZooKeeperElection one = Servers.openAttempt(quorum(), 1)) {
      two.start("attempt 2", newer);
      newer.granted();
      one.start("attempt 1", older);
      older.expect("lost: attempt 2 (attempt 2) is newer");
      assertTrue(newer.isSilent());
    }
  }

  @Test
  void anExpiredSessionEndsTheLeadershipAndTheSameProcessLeadsAgain() throws Exception {
    for (int attempt : new int[] {0, 3}) {
      Recorder recorder = new Recorder();
      try (ZooKeeperElection election = Servers.openAttempt(quorum(), attempt)) {
        election.start("one", recorder);
        long epoch = recorder.granted();
        election
            .client()
            .getZookeeperClient()
            .getZooKeeper()
            .getTestable()
            .injectSessionExpiration();
        assertTrue(recorder.lost().contains("expired"));
        assertTrue(recorder.granted() > epoch);
      }
    }
  }

  @Test
  void aServersRestartSuspendsAndResumesTheSameLeadership() throws Exception {
    for (int attempt : new int[] {0, 3}) {
      Recorder recorder = new Recorder();
      try (ZooKeeperElection election = Servers.openAttempt(quorum(), attempt)) {
        election.start("one", recorder);
        long epoch = recorder.granted();
        server.restart();
        recorder.expect("suspended");
        recorder.expect("resumed");
        election.writePointer(epoch, "job", bytes("still mine"));
        assertTrue(recorder.isSilent());
      }
    }
  }

  @Test
  void aServerThatStaysAwayEndsTheLeadershipWithoutRemovingAnything() throws Exception {
    Recorder recorder = new Recorder();
    try (ZooKeeperElection election = Servers.open(quorum())) {
      election.start("one", recorder);
      long epoch = recorder.granted();
      election.writePointer(epoch, "job", bytes("kept"));
      server.stop();
      recorder.expect("suspended");
      assertTrue(recorder.lost().contains("session with ZooKeeper expired"));
      server.restart();
      long next = recorder.granted();
      assertTrue(next > epoch);
      assertEquals("kept", new String(election.readPointer(next, "job").orElseThrow()));
    }
  }

  @Test
  void anEpochTakenDuringASuspensionIsALossNotAResumption() throws Exception {
    Recorder first = new Recorder();
    Recorder second = new Recorder();
    try (FaultProxy proxy = new FaultProxy(server.getPort());
        ZooKeeperElection one = Servers.openAttempt(proxy.address(), 1);
        ZooKeeperElection two = Servers.openAttempt(quorum(), 2)) {
      one.start("attempt 1", first);
      first.granted();
      proxy.breakNext(FaultProxy.Fault.LOSE_REQUEST);
      Thread writer =
          new Thread(
              () ->
                  assertThrows(IOException.class, () -> one.writePointer(1, "job", bytes("late"))));
      writer.start();
      proxy.awaitStruck();
      two.start("attempt 2", second);
      second.granted();
      first.expect("suspended");
      proxy.acceptAgain();
      assertTrue(first.lost().contains("superseded"));
      writer.join();
    }
  }

  @Test
  void theRemovedEpochIsALossAndNothingBeginsAnew() throws Exception {
    Recorder recorder = new Recorder();
    try (ZooKeeperElection election = Servers.openAttempt(quorum(), 1)) {
      election.start("one", recorder);
      election.writePointer(recorder.granted(), "job", bytes("state"));
      election.client().delete().forPath("/weft/application_1_0001/epoch");
      recorder.expect("lost: /weft/application_1_0001/epoch was removed from ZooKeeper");
    }
    try (ZooKeeperElection next = Servers.openAttempt(quorum(), 2)) {
      IOException failure =
          assertThrows(IOException.class, () -> next.start("two", new Recorder()));
      assertTrue(failure.getMessage().contains("removed by hand"), failure.getMessage());
    }
  }

  @Test
  void theLeaderIsFoundWithoutJoining() throws Exception {
    Recorder recorder = new Recorder();
    try (ZooKeeperElection election = Servers.open(quorum());
        ZooKeeperElection client = Servers.open(quorum())) {
      assertEquals(Optional.empty(), client.findLeader());
      election.start("one", recorder);
      long epoch = recorder.granted();
      assertEquals(Optional.empty(), client.findLeader());
      election.publishLeader(epoch, "host:1234");
      assertEquals(Optional.of(new LeaderElection.Leader(epoch, "host:1234")), client.findLeader());
    }
  }

  @Test
  void anUnreachableServerIsNamed() throws Exception {
    String quorum = quorum();
    server.stop();
    try (ZooKeeperElection election = Servers.open(quorum)) {
      IOException failure =
          assertThrows(IOException.class, () -> election.start("one", new Recorder()));
      assertTrue(failure.getMessage().contains(quorum), failure.getMessage());
    }
  }
}
