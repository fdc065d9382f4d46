package dev.weft.engine.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.Regions;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.TaskReport;
import dev.weft.engine.protocol.TaskState;
import dev.weft.engine.protocol.VertexSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a new leader makes of the subtasks of a job whose vertices are in two groups of slots. */
class ReconciliationTest {
  private static final Address DATA = new Address("localhost", 1);
  private static final JobPlan PLAN =
      new JobPlan(
          "j",
          "j",
          List.of(vertex(0, 2), vertex(1, 1), vertex(2, 2)),
          List.of(),
          Map.of(),
          Map.of(),
          false,
          List.of("default", "other", "default"),
          Map.of(),
          Set.of());

  private final Reconciliation reconciliation =
      new Reconciliation(PLAN, Regions.of(PLAN), region -> 1);

  private static VertexSpec vertex(int index, int parallelism) {
    return new VertexSpec(index, "v" + index, "v", parallelism, 8, List.of(), new byte[0]);
  }

  private void reports(String worker, TaskId... tasks) {
    reconciliation.add(
        worker,
        DATA,
        Arrays.stream(tasks)
            .map(task -> new TaskReport(task, 1, TaskState.RUNNING, 0, 0, List.of(), false))
            .toList());
  }

  private static TaskId task(int vertex, int subtask) {
    return new TaskId("j", vertex, subtask);
  }

  @Test
  void subtasksOfOneNumberInTwoGroupsMayBeOnTwoWorkers() {
    reports("a", task(0, 0), task(2, 0));
    assertFalse(reconciliation.isComplete());
    reports("b", task(0, 1), task(2, 1), task(1, 0));
    assertTrue(reconciliation.isComplete());
    assertEquals(
        List.of("a", "b", "b"),
        reconciliation.slots().stream().map(SlotProvider.Slot::workerId).toList());
    assertEquals(
        "b", reconciliation.table(reconciliation.slots(), 0).find(task(1, 0)).slot.workerId());
    assertEquals(
        "a", reconciliation.table(reconciliation.slots(), 0).find(task(2, 0)).slot.workerId());
  }

  @Test
  void onlyRegionsThatLackASubtaskStartAgain() {
    Regions regions = Regions.of(PLAN);
    reports("a", task(0, 0), task(2, 0), task(1, 0));
    assertEquals(Set.of(regions.of(task(0, 1)), regions.of(task(2, 1))), reconciliation.lacking());
    TaskTable table = reconciliation.table(reconciliation.slots(), 0);
    assertEquals(TaskState.FAILED, table.find(task(0, 1)).state);
    assertEquals(TaskState.RUNNING, table.find(task(1, 0)).state);
    assertEquals("a", table.find(task(1, 0)).slot.workerId());
    assertEquals(2, table.locations().stream().filter(l -> l.workerId().isEmpty()).count());
  }

  @Test
  void whereSubtasksOfAFormerAttemptRunOnAllStartsAgain() {
    reports("a", task(0, 0), task(2, 0), task(1, 0));
    TaskReport former = new TaskReport(task(0, 1), 0, TaskState.RUNNING, 0, 0, List.of(), false);
    reconciliation.add("b", DATA, List.of(former));
    assertEquals(Regions.of(PLAN).all(), reconciliation.lacking());
    reconciliation.workerLost("b");
    assertTrue(reconciliation.lacking().size() < Regions.of(PLAN).count());
  }

  @Test
  void subtasksOfOneNumberInOneGroupMustBeOnOneWorker() {
    reports("a", task(0, 0), task(2, 1));
    reports("b", task(0, 1), task(2, 0), task(1, 0));
    assertTrue(reconciliation.missing().isEmpty());
    assertFalse(reconciliation.isComplete());
  }
}
