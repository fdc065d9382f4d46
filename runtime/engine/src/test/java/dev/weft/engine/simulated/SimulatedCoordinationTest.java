package dev.weft.engine.simulated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.cluster.LeaderElection;
import dev.weft.engine.cluster.LeaderElection.Leader;
import dev.weft.engine.conformance.SessionElectionContract;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.Test;

/** The contract of elections on what stands for ZooKeeper in the simulator. */
class SimulatedCoordinationTest extends SessionElectionContract {
  private static final int PATIENCE_MILLIS = 30_000;

  private final SimulatedCluster cluster = new SimulatedCluster(5);
  private int processes;

  @Override
  protected LeaderElection open() {
    processes++;
    return cluster.start("process-" + processes).election();
  }

  @Override
  protected void depose(LeaderElection leader) {
    cluster.coordination().expireLeader();
  }

  @Override
  protected void doubt(LeaderElection leader) {
    cluster.coordination().doubtLeader(500);
  }

  @Override
  protected void await(BlockingQueue<String> events) {
    cluster.runUntil("an event", PATIENCE_MILLIS, () -> !events.isEmpty());
  }

  @Override
  protected void settle() {
    cluster.runFor(PATIENCE_MILLIS);
  }

  private void faults(double fails, double replyLost) {
    cluster.faults(new SimulatedFaults(0, 500, 0, 0, fails, replyLost, 2000));
  }

  @Override
  protected IOException loseReplyOf(LeaderElection election, Write write) {
    faults(0, 1);
    try {
      write.run();
      return null;
    } catch (IOException e) {
      return e;
    } finally {
      faults(0, 0);
    }
  }

  @Test
  void aStaleReadFindsWhatWasPublishedBefore() throws Exception {
    Candidate leader = join("one");
    long epoch = leader.epoch();
    leader.election().publishLeader(epoch, "first:1");
    leader.election().publishLeader(epoch, "second:1");
    faults(0.1, 0);
    Set<Leader> found = new LinkedHashSet<>();
    int failures = 0;
    for (int i = 0; i < 100; i++) {
      try {
        found.add(leader.election().findLeader().orElseThrow());
      } catch (IOException e) {
        failures++;
      }
    }
    assertEquals(Set.of(new Leader(epoch, "first:1"), new Leader(epoch, "second:1")), found);
    assertTrue(failures > 0);
  }
}
