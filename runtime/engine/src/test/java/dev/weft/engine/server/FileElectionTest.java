package dev.weft.engine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.cluster.LeaderElection;
import dev.weft.engine.cluster.LeaderElection.FencedException;
import dev.weft.engine.conformance.LeaderElectionContract;
import dev.weft.engine.server.host.LocalFileStore;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileElectionTest extends LeaderElectionContract {
  @TempDir private Path directory;

  @Override
  protected LeaderElection open() {
    return new FileElection(new LocalFileStore(), "file://" + directory + "/election");
  }

  /** The newest candidate leads at once. */
  @Override
  protected void depose(LeaderElection leader) {}

  @Test
  void aDeposedLeaderReadsNothing() throws Exception {
    Candidate one = join("one");
    long epoch = one.epoch();
    join("two").epoch();
    assertThrows(FencedException.class, () -> one.election().readPointer(epoch, "job-a"));
    assertThrows(FencedException.class, () -> one.election().listPointers(epoch));
  }

  @Test
  void epochsGoOnAfterEverythingIsRemoved() throws Exception {
    for (int epoch = 1; epoch < 4; epoch++) {
      Candidate candidate = join("candidate");
      assertEquals(epoch, candidate.epoch());
      LeaderElection election = candidate.election();
      election.removeAll(epoch);
      assertTrue(election.findLeader().isEmpty());
      election.close();
    }
  }
}
