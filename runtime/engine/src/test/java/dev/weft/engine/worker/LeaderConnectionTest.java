package dev.weft.engine.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.weft.engine.protocol.Address;
import dev.weft.engine.protocol.ToLeader;
import dev.weft.engine.protocol.ToWorker;
import dev.weft.engine.simulated.SimulatedCluster;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LeaderConnectionTest {
  private final SimulatedCluster cluster = new SimulatedCluster(1);
  private final ScriptedLeader leader = new ScriptedLeader(cluster.start("leader"), 7);
  private final LeaderConnection connection =
      new LeaderConnection(cluster.start("one"), () -> Optional.of(leader.address), new Idle());

  @Test
  void aLostConnectionIsMadeAnew() {
    connect();
    leader.workers.get("one").close();
    cluster.runFor(5_000);
    assertEquals(2, registrations());
  }

  @Test
  void aWorkerThatLeavesKeepsItsConnectionAndMakesNoOther() {
    connect();
    connection.leave();
    cluster.runFor(5_000);
    assertEquals(1, leader.workers.size());
    leader.workers.get("one").close();
    cluster.runFor(60_000);
    assertEquals(1, registrations());
    assertFalse(connection.isRegistered());
  }

  private void connect() {
    connection.start();
    cluster.runUntil("registered", 5_000, connection::isRegistered);
  }

  private int registrations() {
    return leader.heard(ToLeader.RegisterWorker.class).size();
  }

  private static final class Idle implements LeaderConnection.Listener {
    @Override
    public ToLeader.RegisterWorker registration(long highestEpoch) {
      return new ToLeader.RegisterWorker(
          "one", "one-1", new Address("one", 1), 1, highestEpoch, List.of(), Map.of());
    }

    @Override
    public void registered(ToWorker.WorkerAccepted accepted) {}

    @Override
    public void received(ToWorker message) {}

    @Override
    public void lost() {}

    @Override
    public void leaderless(long millis) {}
  }
}
