package dev.weft.engine.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.engine.protocol.EdgeKind;
import dev.weft.engine.protocol.EdgeSpec;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.VertexSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RegionsTest {
  private static final int MAX = 128;
  private static final String JOB = "0123456789abcdef0123456789abcdef";

  private static JobPlan plan(
      List<Integer> parallelisms, Map<String, Integer> sources, EdgeSpec... edges) {
    List<VertexSpec> vertices = new ArrayList<>();
    for (int parallelism : parallelisms) {
      int index = vertices.size();
      vertices.add(
          new VertexSpec(index, "" + index, "v" + index, parallelism, MAX, List.of(), new byte[0]));
    }
    return new JobPlan(
        JOB,
        "job",
        vertices,
        List.of(edges),
        sources,
        Map.of(),
        false,
        Collections.nCopies(vertices.size(), JobPlan.DEFAULT_GROUP),
        Map.of(),
        Set.of());
  }

  private static List<Integer> regions(JobPlan plan) {
    Regions regions = Regions.of(plan);
    List<Integer> result = new ArrayList<>();
    for (VertexSpec vertex : plan.vertices()) {
      for (int subtask = 0; subtask < vertex.parallelism(); subtask++) {
        result.add(regions.of(new TaskId(JOB, vertex.index(), subtask)));
      }
    }
    return result;
  }

  @Test
  void exchangesToAllMakeOneRegion() {
    JobPlan plan = plan(List.of(2, 2), Map.of("s", 0), new EdgeSpec(0, 0, 1, 0, EdgeKind.HASH));
    assertEquals(List.of(0, 0, 0, 0), regions(plan));
  }

  @Test
  void pipelinesSideBySideAreApart() {
    JobPlan plan =
        plan(
            List.of(2, 1, 2, 1),
            Map.of("a", 0, "b", 1),
            new EdgeSpec(0, 0, 2, 0, EdgeKind.FORWARD),
            new EdgeSpec(1, 1, 3, 0, EdgeKind.HASH));
    assertEquals(List.of(0, 0, MAX, 0, 0, MAX), regions(plan));
    assertEquals(2, Regions.of(plan).count());
    assertEquals(MAX, Regions.of(plan).ofSource(1));
  }

  @Test
  void readersOfASourceAreTogetherAndOthersOnlyThroughTheirExchanges() {
    JobPlan plan =
        plan(List.of(2, 2, 2), Map.of("a", 0), new EdgeSpec(0, 1, 2, 0, EdgeKind.FORWARD));
    assertEquals(List.of(0, 0, MAX, MAX + 1, MAX, MAX + 1), regions(plan));
  }

  @Test
  void aRescalingExchangeJoinsPartsOnly() {
    JobPlan plan = plan(List.of(2, 4), Map.of(), new EdgeSpec(0, 0, 1, 0, EdgeKind.RESCALE));
    assertEquals(List.of(0, 1, 0, 0, 1, 1), regions(plan));
  }

  @Test
  void aUnionJoinsItsInputs() {
    JobPlan plan =
        plan(
            List.of(1, 1, 1),
            Map.of("a", 0, "b", 1),
            new EdgeSpec(0, 0, 2, 0, EdgeKind.FORWARD),
            new EdgeSpec(1, 1, 2, 0, EdgeKind.FORWARD));
    assertEquals(List.of(0, 0, 0), regions(plan));
  }

  @Test
  void aRegionKeepsItsNumberWhenOtherVerticesAreRescaled() {
    JobPlan plan =
        plan(List.of(2, 1, 2), Map.of("a", 0, "b", 1), new EdgeSpec(0, 1, 2, 0, EdgeKind.HASH));
    Regions before = Regions.of(plan);
    Regions after = Regions.of(plan.withParallelisms(List.of(5, 1, 2)));
    assertEquals(before.all(), after.all());
    assertEquals(before.of(new TaskId(JOB, 2, 1)), after.of(new TaskId(JOB, 2, 1)));
    assertEquals(Set.of(0), after.ofVertices(Set.of(0)));
    assertEquals(1, after.placeOf(MAX));
  }
}
