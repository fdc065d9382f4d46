package dev.weft.engine.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.protocol.EdgeKind;
import dev.weft.engine.protocol.EdgeSpec;
import dev.weft.engine.protocol.VertexSpec;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RescaleRequestTest {
  /** 0 =forward=> 1 =hash=> 2 =forward=> 3, of which the step in 3 sets its own parallelism. */
  private static final JobPlan PLAN =
      new JobPlan(
          "j",
          "j",
          List.of(vertex(0, 2, 128), vertex(1, 2, 128), vertex(2, 1, 128), vertex(3, 1, 4)),
          List.of(
              new EdgeSpec(0, 0, 1, 0, EdgeKind.FORWARD),
              new EdgeSpec(1, 1, 2, 0, EdgeKind.HASH),
              new EdgeSpec(2, 2, 3, 0, EdgeKind.FORWARD)),
          Map.of(),
          Map.of(),
          false,
          Collections.nCopies(4, JobPlan.DEFAULT_GROUP),
          Map.of(),
          Set.of(3));

  private static VertexSpec vertex(int index, int parallelism, int maxParallelism) {
    return new VertexSpec(
        index,
        "id" + index,
        "v" + index,
        parallelism,
        maxParallelism,
        List.of("uid" + index),
        new byte[0]);
  }

  private static List<Integer> resolve(int parallelism, Map<String, Integer> byVertex) {
    return new RescaleRequest("r", parallelism, byVertex).resolve(PLAN).parallelisms();
  }

  private static void refused(String why, int parallelism, Map<String, Integer> byVertex) {
    WeftException refused = assertThrows(WeftException.class, () -> resolve(parallelism, byVertex));
    assertEquals(ErrorCode.USER, refused.code());
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
  }

  @Test
  void theParallelismOfTheJobLeavesThoseAloneThatSetTheirOwn() {
    assertEquals(List.of(5, 5, 1, 1), resolve(5, Map.of()));
  }

  @Test
  void verticesAreNamedByIdNameOrUid() {
    assertEquals(List.of(3, 3, 1, 1), resolve(0, Map.of("id0", 3)));
    assertEquals(List.of(3, 3, 1, 1), resolve(0, Map.of("v1", 3)));
    assertEquals(List.of(2, 2, 4, 4), resolve(0, Map.of("uid2", 4)));
    assertEquals(List.of(6, 6, 2, 2), resolve(6, Map.of("uid3", 2)));
  }

  @Test
  void whatCanNotBeIsRefused() {
    refused("no vertex has the id, uid or name 'x'; the job has [id0 (v0)", 0, Map.of("x", 1));
    refused("one parallelism, not [3, 4]", 0, Map.of("id0", 3, "id1", 4));
    refused("both 3 and 4", 0, Map.of("id0", 3, "v0", 4));
    refused("v3 can not have parallelism 5; it lies between 1 and", 0, Map.of("id2", 5));
    refused("v0 can not have parallelism 129", 129, Map.of());
    refused("at least 1", -1, Map.of());
  }

  @Test
  void aJobWhoseStepsAllSetTheirOwnIsChangedByVertexOnly() {
    JobPlan fixed =
        new JobPlan(
            "j",
            "j",
            PLAN.vertices(),
            PLAN.edges(),
            Map.of(),
            Map.of(),
            false,
            PLAN.slotSharingGroups(),
            Map.of(),
            Set.of(0, 3));
    WeftException refused =
        assertThrows(
            WeftException.class, () -> new RescaleRequest("r", 3, Map.of()).resolve(fixed));
    assertTrue(refused.getMessage().contains("name the vertices"), refused.getMessage());
  }
}
