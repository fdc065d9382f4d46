package dev.weft.engine.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.cluster.LeaderElection;
import dev.weft.engine.cluster.LeaderElection.FencedException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/**
 * What an election over a connection must do, whose session ends and whose replies are lost; here
 * the deposed leader joins again by itself.
 */
public abstract class SessionElectionContract extends LeaderElectionContract {
  /** A write to an election. */
  @FunctionalInterface
  protected interface Write {
    /** Does it; blocks. */
    void run() throws IOException;
  }

  /**
   * Brings the leader's connection in doubt; its session lives on and the connection comes back.
   */
  protected abstract void doubt(LeaderElection leader) throws Exception;

  /**
   * Does a write that is carried out and whose reply is lost.
   *
   * @return how the write failed, or null when it found out that it was carried out
   */
  protected abstract IOException loseReplyOf(LeaderElection election, Write write) throws Exception;

  @Test
  void doubtSuspendsAndResumesTheSameLeadership() throws Exception {
    Candidate leader = join("one");
    long epoch = leader.epoch();
    Candidate waiting = join("two");
    doubt(leader.election());
    assertEquals("suspended", leader.next());
    assertEquals("resumed", leader.next());
    leader.election().writePointer(epoch, "job", bytes("still mine"));
    assertTrue(leader.isSilent());
    assertTrue(waiting.isSilent());
  }

  @Test
  void theLoserOfASessionLeadsAgainUnderAHigherEpoch() throws Exception {
    Candidate leader = join("one");
    long epoch = leader.epoch();
    leader.election().writePointer(epoch, "job", bytes("kept"));
    depose(leader.election());
    leader.expectLoss();
    long newer = leader.epoch();
    assertTrue(newer > epoch);
    assertArrayEquals(bytes("kept"), leader.election().readPointer(newer, "job").orElseThrow());
  }

  @Test
  void aWriteWhoseReplyIsLostStandsOnceAndIsReadBack() throws Exception {
    Candidate leader = join("one");
    long epoch = leader.epoch();
    LeaderElection election = leader.election();
    for (byte[] value : new byte[][] {bytes("created"), bytes("replaced"), null}) {
      IOException failure = loseReplyOf(election, () -> election.writePointer(epoch, "job", value));
      assertFalse(failure instanceof FencedException, "the epoch is the newest");
      assertArrayEquals(value, election.readPointer(epoch, "job").orElse(null));
      election.writePointer(epoch, "job", value);
      assertArrayEquals(value, election.readPointer(epoch, "job").orElse(null));
    }
  }
}
