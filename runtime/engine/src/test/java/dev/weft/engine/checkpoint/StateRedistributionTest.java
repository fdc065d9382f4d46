package dev.weft.engine.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.WeftException;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.protocol.CheckpointKind;
import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.protocol.KeyedSlice;
import dev.weft.engine.protocol.OperatorSnapshot;
import dev.weft.engine.protocol.SnapshotHandle;
import dev.weft.engine.protocol.VertexSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StateRedistributionTest {
  private static final int GROUPS = 16;

  private static VertexSpec vertex(int parallelism, int groups) {
    return new VertexSpec(0, "v", "v", parallelism, groups, List.of("op", "reader"), new byte[0]);
  }

  private static JobPlan plan(VertexSpec vertex) {
    return new JobPlan(
        "j",
        "j",
        List.of(vertex),
        List.of(),
        Map.of(),
        Map.of(),
        true,
        List.of(JobPlan.DEFAULT_GROUP),
        Map.of(),
        Set.of());
  }

  private static Manifest manifest(int parallelism) {
    List<OperatorSnapshot> subtasks = new ArrayList<>();
    List<OperatorSnapshot> readers = new ArrayList<>();
    for (int i = 0; i < parallelism; i++) {
      int first = KeyGroups.first(i, parallelism, GROUPS);
      int end = KeyGroups.first(i + 1, parallelism, GROUPS);
      KeyedSlice slice =
          new KeyedSlice(
              first,
              new long[end - first + 1],
              1,
              new SnapshotHandle("f" + i, 0, 0, 0, new byte[0]));
      subtasks.add(new OperatorSnapshot("op", List.of(slice), List.of(new byte[] {99})));
      readers.add(
          new OperatorSnapshot(
              "reader", List.of(), List.of(new byte[] {(byte) i}, new byte[] {(byte) (50 + i)})));
    }
    return new Manifest(
        "j",
        1,
        9,
        1,
        false,
        0,
        List.of(
            new Manifest.OperatorState("op", GROUPS, subtasks),
            new Manifest.OperatorState("reader", GROUPS, readers)),
        List.of(),
        List.of(),
        CheckpointKind.CHECKPOINT);
  }

  @ParameterizedTest
  @CsvSource({"1,1", "1,4", "4,1", "2,3", "3,2", "5,16", "16,5", "4,4"})
  void everyKeyGroupAndItemGoesToExactlyOneSubtask(int before, int after) {
    VertexSpec vertex = vertex(after, GROUPS);
    StateRedistribution state = StateRedistribution.of(manifest(before), plan(vertex), false);
    Set<Byte> items = new TreeSet<>();
    for (int subtask = 0; subtask < after; subtask++) {
      List<OperatorSnapshot> restore = state.forSubtask(vertex, subtask);
      Set<Integer> covered = new TreeSet<>();
      for (OperatorSnapshot snapshot : restore) {
        for (KeyedSlice slice : snapshot.keyed()) {
          for (int i = 0; i < slice.keyGroupCount(); i++) {
            covered.add(slice.firstKeyGroup() + i);
          }
        }
        if (snapshot.operatorUid().equals("reader")) {
          snapshot.items().forEach(item -> assertTrue(items.add(item[0])));
        } else {
          assertFalse(snapshot.items().isEmpty());
        }
      }
      for (int g = KeyGroups.first(subtask, after, GROUPS);
          g < KeyGroups.first(subtask + 1, after, GROUPS);
          g++) {
        assertTrue(covered.contains(g), "group " + g);
      }
    }
    assertEquals(2 * before, items.size());
  }

  @Test
  void anotherNumberOfKeyGroupsIsRefused() {
    WeftException e =
        assertThrows(
            WeftException.class,
            () -> StateRedistribution.of(manifest(2), plan(vertex(2, 32)), false));
    assertTrue(e.getMessage().contains("pipeline.max-parallelism to 16"), e.getMessage());
  }

  @Test
  void stateThatNobodyClaimsIsRefusedUnlessAllowed() {
    VertexSpec other = new VertexSpec(0, "v", "v", 1, GROUPS, List.of("other"), new byte[0]);
    assertThrows(
        WeftException.class, () -> StateRedistribution.of(manifest(2), plan(other), false));
    assertTrue(
        StateRedistribution.of(manifest(2), plan(other), true).forSubtask(other, 0).isEmpty());
  }
}
