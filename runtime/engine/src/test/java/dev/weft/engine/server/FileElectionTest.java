package dev.weft.engine.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.cluster.LeaderElection;
import dev.weft.engine.cluster.LeaderElection.FencedException;
import dev.weft.engine.server.host.LocalFileStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileElectionTest {
  @TempDir private Path directory;

  private LeaderElection candidate() {
    return new FileElection(new LocalFileStore(), "file://" + directory + "/election");
  }

  private static final class Events implements LeaderElection.Listener {
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    @Override
    public void granted(long epoch) {
      events.add("granted " + epoch);
    }

    @Override
    public void suspended() {
      events.add("suspended");
    }

    @Override
    public void resumed() {
      events.add("resumed");
    }

    @Override
    public void lost(String reason) {
      events.add("lost");
    }

    String next() throws InterruptedException {
      return events.poll(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void theNewestCandidateLeadsAndTheOneBeforeIsFenced() throws Exception {
    LeaderElection one = candidate();
    LeaderElection two = candidate();
    Events eventsOfOne = new Events();
    Events eventsOfTwo = new Events();
    assertEquals(Optional.empty(), one.findLeader());
    one.start("one", eventsOfOne);
    assertEquals("granted 1", eventsOfOne.next());
    one.publishLeader(1, "host:1");
    assertEquals(new LeaderElection.Leader(1, "host:1"), two.findLeader().orElseThrow());
    one.writePointer(1, "job-a", new byte[] {1});
    one.writePointer(1, "job-a", new byte[] {2});
    one.writePointer(1, "job-b", new byte[0]);
    one.writePointer(1, "job-c", new byte[] {3});
    one.writePointer(1, "job-c", null);
    assertEquals(List.of("job-a", "job-b"), one.listPointers(1));

    two.start("two", eventsOfTwo);
    assertEquals("granted 2", eventsOfTwo.next());
    assertThrows(FencedException.class, () -> one.writePointer(1, "job-a", new byte[] {9}));
    assertThrows(FencedException.class, () -> one.publishLeader(1, "host:1"));
    assertThrows(FencedException.class, () -> one.readPointer(1, "job-a"));
    assertThrows(FencedException.class, () -> one.listPointers(1));
    assertThrows(FencedException.class, () -> one.removeAll(1));
    assertEquals("lost", eventsOfOne.next());
    assertArrayEquals(new byte[] {2}, two.readPointer(2, "job-a").orElseThrow());
    assertArrayEquals(new byte[0], two.readPointer(2, "job-b").orElseThrow());
    assertEquals(Optional.empty(), two.readPointer(2, "job-c"));
    two.publishLeader(2, "host:2");
    assertEquals(new LeaderElection.Leader(2, "host:2"), one.findLeader().orElseThrow());

    two.removeAll(2);
    assertEquals(List.of(), two.listPointers(2));
    one.close();
    two.close();
  }

  @Test
  void epochsGoOnAfterEverythingIsRemoved() throws Exception {
    for (int epoch = 1; epoch < 4; epoch++) {
      LeaderElection election = candidate();
      Events events = new Events();
      election.start("candidate", events);
      assertEquals("granted " + epoch, events.next());
      election.removeAll(epoch);
      assertTrue(election.findLeader().isEmpty());
      election.close();
    }
  }
}
