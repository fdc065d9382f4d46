package dev.weft.engine.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.cluster.LeaderElection;
import dev.weft.engine.cluster.LeaderElection.FencedException;
import dev.weft.engine.cluster.LeaderElection.Leader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every leader election must do. A test class extends this with its election. */
public abstract class LeaderElectionContract {
  private static final int PATIENCE_SECONDS = 30;

  private final List<LeaderElection> opened = new ArrayList<>();

  /** An election of the same application in one more process, which has not joined. */
  protected abstract LeaderElection open() throws Exception;

  /**
   * Makes the leader's leadership end against its will, with another candidate waiting or, where
   * the newest candidate always leads, already granted.
   */
  protected abstract void depose(LeaderElection leader) throws Exception;

  /** Lets simulated time pass while there is no event; what runs by itself needs nothing. */
  protected void await(BlockingQueue<String> events) {}

  /** Lets everything happen that is under way, where that is known. */
  protected void settle() {}

  /** Closes all elections, for a test that has to before it stops a server. */
  @AfterEach
  protected final void closeElections() throws IOException {
    for (LeaderElection election : opened) {
      election.close();
    }
    opened.clear();
  }

  /** A process that takes part. */
  protected final class Candidate implements LeaderElection.Listener {
    private final LeaderElection election;
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    private Candidate(LeaderElection election) {
      this.election = election;
    }

    /** The election as this process sees it. */
    public LeaderElection election() {
      return election;
    }

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
      events.add("lost: " + reason);
    }

    /** What is heard next. */
    public String next() throws InterruptedException {
      await(events);
      String event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertNotNull(event, "nothing heard");
      return event;
    }

    /** The epoch of the grant that is heard next. */
    public long epoch() throws InterruptedException {
      String event = next();
      assertTrue(event.startsWith("granted "), event);
      return Long.parseLong(event.substring("granted ".length()));
    }

    /** Expects a loss, after a suspension or without one. */
    public void expectLoss() throws InterruptedException {
      String event = next();
      if (event.equals("suspended")) {
        event = next();
      }
      assertTrue(event.startsWith("lost: "), event);
    }

    /** Whether nothing was heard that was not asked for yet. */
    public boolean isSilent() {
      settle();
      return events.isEmpty();
    }
  }

  /** A process that joins. */
  protected final Candidate join(String name) throws Exception {
    Candidate candidate = new Candidate(outsider());
    candidate.election.start(name, candidate);
    return candidate;
  }

  /** A process that does not join. */
  protected final LeaderElection outsider() throws Exception {
    LeaderElection election = open();
    opened.add(election);
    return election;
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void epochsOnlyGrowAndTheFormerLeaderHearsOfItsLoss() throws Exception {
    Candidate leader = join("one");
    long epoch = leader.epoch();
    assertTrue(epoch > 0);
    for (String name : List.of("two", "three")) {
      Candidate next = join(name);
      depose(leader.election());
      long newer = next.epoch();
      assertTrue(newer > epoch, newer + " after " + epoch);
      leader.expectLoss();
      leader.election().close();
      leader = next;
      epoch = newer;
    }
  }

  @Test
  void leavingIsNoLossAndRemovesNothing() throws Exception {
    Candidate one = join("one");
    long epoch = one.epoch();
    one.election().writePointer(epoch, "job", bytes("kept"));
    one.election().close();
    Candidate two = join("two");
    long newer = two.epoch();
    assertTrue(newer > epoch);
    assertArrayEquals(bytes("kept"), two.election().readPointer(newer, "job").orElseThrow());
    assertTrue(one.isSilent());
  }

  @Test
  void pointersAreWrittenReplacedListedAndRemoved() throws Exception {
    Candidate leader = join("one");
    long epoch = leader.epoch();
    LeaderElection election = leader.election();
    assertEquals(List.of(), election.listPointers(epoch));
    assertEquals(Optional.empty(), election.readPointer(epoch, "job-b"));
    byte[] value = bytes("1");
    election.writePointer(epoch, "job-b", value);
    value[0] = '9';
    election.writePointer(epoch, "job-a", new byte[0]);
    assertEquals(List.of("job-a", "job-b"), election.listPointers(epoch));
    assertArrayEquals(bytes("1"), election.readPointer(epoch, "job-b").orElseThrow());
    assertArrayEquals(new byte[0], election.readPointer(epoch, "job-a").orElseThrow());
    election.writePointer(epoch, "job-b", bytes("2"));
    assertArrayEquals(bytes("2"), election.readPointer(epoch, "job-b").orElseThrow());
    election.writePointer(epoch, "job-b", null);
    election.writePointer(epoch, "job-b", null);
    election.writePointer(epoch, "job-absent", null);
    assertEquals(Optional.empty(), election.readPointer(epoch, "job-b"));
    assertEquals(List.of("job-a"), election.listPointers(epoch));
  }

  @Test
  void onlyTheNewestEpochWrites() throws Exception {
    Candidate leader = join("one");
    long epoch = leader.epoch();
    for (long other : new long[] {epoch - 1, epoch + 1}) {
      assertThrows(
          FencedException.class, () -> leader.election().writePointer(other, "job", bytes("no")));
      assertThrows(FencedException.class, () -> leader.election().publishLeader(other, "no:1"));
    }
    assertEquals(List.of(), leader.election().listPointers(epoch));
    assertEquals(Optional.empty(), leader.election().findLeader());
  }

  @Test
  void aDeposedLeaderChangesNothing() throws Exception {
    Candidate former = join("one");
    long epoch = former.epoch();
    LeaderElection zombie = former.election();
    zombie.writePointer(epoch, "gone", bytes("x"));
    zombie.writePointer(epoch, "gone", null);
    zombie.writePointer(epoch, "job", bytes("old"));
    Candidate next = join("two");
    depose(zombie);
    long newer = next.epoch();
    assertArrayEquals(bytes("old"), next.election().readPointer(newer, "job").orElseThrow());
    next.election().publishLeader(newer, "new:1");
    assertThrows(FencedException.class, () -> zombie.writePointer(epoch, "job", bytes("zombie")));
    assertThrows(FencedException.class, () -> zombie.writePointer(epoch, "new", bytes("zombie")));
    assertThrows(FencedException.class, () -> zombie.writePointer(epoch, "job", null));
    assertThrows(FencedException.class, () -> zombie.writePointer(epoch, "gone", null));
    assertThrows(FencedException.class, () -> zombie.publishLeader(epoch, "zombie:1"));
    assertThrows(FencedException.class, () -> zombie.removeAll(epoch));
    assertEquals(List.of("job"), next.election().listPointers(newer));
    assertArrayEquals(bytes("old"), next.election().readPointer(newer, "job").orElseThrow());
    assertEquals(Optional.of(new Leader(newer, "new:1")), next.election().findLeader());
    former.expectLoss();
  }

  @Test
  void theLeaderIsFoundUnderTheEpochThatPublishedIt() throws Exception {
    LeaderElection outsider = outsider();
    assertEquals(Optional.empty(), outsider.findLeader());
    Candidate former = join("one");
    long epoch = former.epoch();
    assertEquals(Optional.empty(), outsider.findLeader());
    former.election().publishLeader(epoch, "old:1");
    assertEquals(Optional.of(new Leader(epoch, "old:1")), outsider.findLeader());
    Candidate next = join("two");
    depose(former.election());
    long newer = next.epoch();
    assertEquals(Optional.of(new Leader(epoch, "old:1")), outsider.findLeader());
    next.election().publishLeader(newer, "new:2");
    assertEquals(Optional.of(new Leader(newer, "new:2")), outsider.findLeader());
  }

  @Test
  void removingAllLeavesNothingToFind() throws Exception {
    Candidate leader = join("one");
    long epoch = leader.epoch();
    leader.election().publishLeader(epoch, "host:1");
    leader.election().writePointer(epoch, "job-1", bytes("a"));
    leader.election().writePointer(epoch, "job-2", bytes("b"));
    leader.election().removeAll(epoch);
    assertEquals(Optional.empty(), outsider().findLeader());
    assertEquals(List.of(), leader.election().listPointers(epoch));
    assertTrue(leader.isSilent());
  }
}
