package dev.weft.engine.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.weft.engine.job.SlotProvider.Slot;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.protocol.ToLeader;
import dev.weft.engine.simulated.SimulatedCluster;
import dev.weft.engine.world.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PlacementTest {
  private static final String JOB = "job";
  private static final int FORGOTTEN_MILLIS = 121_000;

  private final SimulatedCluster cluster = new SimulatedCluster(1);
  private final Placement placement = new Placement(cluster.start("leader"));
  private final List<Worker> workers = new ArrayList<>();

  private Worker worker(String id, int slots) {
    Worker worker =
        new Worker(
            null,
            new ToLeader.RegisterWorker(id, "1", new Address(id, 1), slots, 0, List.of(), Map.of()),
            0);
    workers.add(worker);
    return worker;
  }

  private void holds(Worker worker, int slot) {
    worker.used.put(slot, JOB);
  }

  private String chosen(int count, Slot... kept) {
    List<Slot> slots = placement.choose(workers, JOB, count, Set.of(kept));
    return slots == null
        ? null
        : String.join(" ", new TreeSet<>(slots.stream().map(Slot::workerId).toList()));
  }

  @Test
  void whatTheJobHoldsComesFirst() {
    worker("a", 1);
    holds(worker("b", 2), 1);
    assertEquals("b", chosen(1));
    assertEquals("a b", chosen(2));
    assertNull(chosen(4));
  }

  @Test
  void workersThatDoNotReachEachOtherArePartedWhereASpareIs() {
    holds(worker("a", 1), 0);
    holds(worker("b", 1), 0);
    worker("c", 1);
    assertEquals("a b", chosen(2));
    placement.parted("a", "b");
    assertEquals("a c", chosen(2));
  }

  @Test
  void theOneThatOthersDoNotReachEitherIsLeftOut() {
    holds(worker("a", 1), 0);
    holds(worker("b", 1), 0);
    worker("c", 1);
    worker("d", 1);
    placement.parted("a", "b");
    placement.parted("a", "c");
    assertEquals("b c", chosen(2));
  }

  @Test
  void oneWorkerMayTakeAll() {
    holds(worker("a", 2), 0);
    holds(worker("b", 1), 0);
    placement.parted("a", "b");
    assertEquals("a", chosen(2));
  }

  @Test
  void withoutASpareTheyAreUsedTogether() {
    holds(worker("a", 1), 0);
    holds(worker("b", 1), 0);
    placement.parted("a", "b");
    assertEquals("a b", chosen(2));
  }

  @Test
  void slotsOfSubtasksThatGoOnStay() {
    Worker a = worker("a", 1);
    Worker b = worker("b", 1);
    holds(a, 0);
    holds(b, 0);
    worker("c", 1);
    placement.parted("a", "b");
    assertEquals("b c", chosen(2, b.usedBy(JOB).get(0)));
    assertEquals("a b", chosen(2, a.usedBy(JOB).get(0), b.usedBy(JOB).get(0)));
  }

  @Test
  void aWorkerThatRegistersAgainIsTried() {
    holds(worker("a", 1), 0);
    holds(worker("b", 1), 0);
    worker("c", 1);
    placement.parted("a", "b");
    placement.registered("b");
    assertEquals("a b", chosen(2));
  }

  @Test
  void itIsForgottenAfterAWhile() {
    holds(worker("a", 1), 0);
    holds(worker("b", 1), 0);
    worker("c", 1);
    placement.parted("a", "b");
    cluster.runFor(FORGOTTEN_MILLIS);
    assertEquals("a b", chosen(2));
  }

  @Test
  void thePlantedBugKeepsThemTogether() {
    cluster.breakRule(Rule.PART_STRANGERS);
    holds(worker("a", 1), 0);
    holds(worker("b", 1), 0);
    worker("c", 1);
    placement.parted("a", "b");
    assertEquals("a b", chosen(2));
  }
}
