package dev.weft.ha.zookeeper;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.cluster.LeaderElection.FencedException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FencedWritesTest {
  private static final String APPLICATION = "/weft/application_1_0001";

  @TempDir File directory;
  private TestingServer server;
  private FaultProxy proxy;
  private ZooKeeperElection election;
  private long epoch;

  @BeforeEach
  void lead() throws Exception {
    server = Servers.start(directory);
    proxy = new FaultProxy(server.getPort());
    election = Servers.openAttempt(proxy.address(), 1);
    Recorder recorder = new Recorder();
    election.start("attempt 1", recorder);
    epoch = recorder.granted();
  }

  @AfterEach
  void close() throws IOException {
    proxy.acceptAgain();
    election.close();
    proxy.close();
    server.close();
  }

  private ZooKeeperElection successor(Recorder recorder) throws Exception {
    ZooKeeperElection next = Servers.openAttempt("127.0.0.1:" + server.getPort(), 2);
    next.start("attempt 2", recorder);
    return next;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Writes on a thread of its own, for the caller to act while the connection is broken. */
  private CompletableFuture<Void> write(String name, byte[] value) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            election.writePointer(epoch, name, value);
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static Throwable failureOf(CompletableFuture<Void> write) {
    ExecutionException failure =
        assertThrows(ExecutionException.class, () -> write.get(30, TimeUnit.SECONDS));
    return failure.getCause().getCause();
  }

  @Test
  void pointersAreWrittenReplacedListedAndRemoved() throws Exception {
    election.writePointer(epoch, "b", bytes("1"));
    election.writePointer(epoch, "a", bytes("2"));
    election.writePointer(epoch, "b", bytes("3"));
    assertEquals(List.of("a", "b"), election.listPointers(epoch));
    assertArrayEquals(bytes("3"), election.readPointer(epoch, "b").orElseThrow());
    election.writePointer(epoch, "b", null);
    election.writePointer(epoch, "b", null);
    assertEquals(Optional.empty(), election.readPointer(epoch, "b"));
    assertEquals(List.of("a"), election.listPointers(epoch));
  }

  @Test
  void aDeposedLeaderChangesNothing() throws Exception {
    election.writePointer(epoch, "job", bytes("old"));
    Recorder recorder = new Recorder();
    try (ZooKeeperElection next = successor(recorder)) {
      long newer = recorder.granted();
      next.publishLeader(newer, "new:1");
      assertThrows(
          FencedException.class, () -> election.writePointer(epoch, "job", bytes("zombie")));
      assertThrows(
          FencedException.class, () -> election.writePointer(epoch, "other", bytes("zombie")));
      assertThrows(FencedException.class, () -> election.writePointer(epoch, "job", null));
      assertThrows(FencedException.class, () -> election.writePointer(epoch, "absent", null));
      assertThrows(FencedException.class, () -> election.publishLeader(epoch, "zombie:1"));
      assertThrows(FencedException.class, () -> election.removeAll(epoch));
      assertEquals(List.of("job"), next.listPointers(newer));
      assertArrayEquals(bytes("old"), next.readPointer(newer, "job").orElseThrow());
      assertEquals("new:1", next.findLeader().orElseThrow().address());
    }
  }

  @Test
  void aLostReplyIsFoundOutAndTheWriteStandsOnce() throws Exception {
    for (byte[] value : new byte[][] {bytes("created"), bytes("replaced"), null}) {
      proxy.breakNext(FaultProxy.Fault.LOSE_REPLY);
      CompletableFuture<Void> write = write("job", value);
      proxy.awaitStruck();
      proxy.acceptAgain();
      write.get(30, TimeUnit.SECONDS);
      byte[] stored = election.readPointer(epoch, "job").orElse(null);
      assertArrayEquals(value, stored);
    }
  }

  @Test
  void aLostRequestIsSentAgain() throws Exception {
    proxy.breakNext(FaultProxy.Fault.LOSE_REQUEST);
    CompletableFuture<Void> write = write("job", bytes("second try"));
    proxy.awaitStruck();
    proxy.acceptAgain();
    write.get(30, TimeUnit.SECONDS);
    assertArrayEquals(bytes("second try"), election.readPointer(epoch, "job").orElseThrow());
  }

  @Test
  void aWriteBeforeTheSuccessorCountsAlthoughItsReplyWasLost() throws Exception {
    proxy.breakNext(FaultProxy.Fault.LOSE_REPLY);
    CompletableFuture<Void> write = write("job", bytes("done"));
    proxy.awaitStruck();
    Recorder recorder = new Recorder();
    try (ZooKeeperElection next = successor(recorder)) {
      long newer = recorder.granted();
      proxy.acceptAgain();
      write.get(30, TimeUnit.SECONDS);
      assertArrayEquals(bytes("done"), next.readPointer(newer, "job").orElseThrow());
    }
  }

  @Test
  void aWriteThatNeverArrivedBeforeTheSuccessorIsFenced() throws Exception {
    election.writePointer(epoch, "job", bytes("first"));
    proxy.breakNext(FaultProxy.Fault.LOSE_REQUEST);
    CompletableFuture<Void> write = write("job", bytes("second"));
    proxy.awaitStruck();
    Recorder recorder = new Recorder();
    try (ZooKeeperElection next = successor(recorder)) {
      long newer = recorder.granted();
      proxy.acceptAgain();
      assertEquals(FencedException.class, failureOf(write).getClass());
      assertArrayEquals(bytes("first"), next.readPointer(newer, "job").orElseThrow());
    }
  }

  @Test
  void anOutcomeThatTheSuccessorOverwroteStaysUnknown() throws Exception {
    proxy.breakNext(FaultProxy.Fault.LOSE_REPLY);
    CompletableFuture<Void> write = write("job", bytes("done"));
    proxy.awaitStruck();
    Recorder recorder = new Recorder();
    try (ZooKeeperElection next = successor(recorder)) {
      next.writePointer(recorder.granted(), "job", bytes("overwritten"));
      proxy.acceptAgain();
      Throwable failure = failureOf(write);
      assertEquals(IOException.class, failure.getClass());
      assertTrue(failure.getMessage().contains("unknown"), failure.getMessage());
    }
  }

  @Test
  void removingAllLeavesNothingAndIsNoLoss() throws Exception {
    Recorder recorder = new Recorder();
    try (ZooKeeperElection next = successor(recorder)) {
      long newer = recorder.granted();
      next.publishLeader(newer, "new:1");
      next.writePointer(newer, "job-1", bytes("a"));
      next.writePointer(newer, "job-2", bytes("b"));
      next.removeAll(newer);
      var application = next.client().checkExists().forPath(APPLICATION);
      assertTrue(application == null || application.getNumChildren() == 0);
      assertThrows(FencedException.class, () -> next.writePointer(newer, "job-1", bytes("again")));
      assertNull(next.client().checkExists().forPath(APPLICATION + "/epoch"));
    }
    assertTrue(recorder.isSilent());
  }
}
