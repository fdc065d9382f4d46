package dev.weft.engine.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.engine.protocol.EdgeKind;
import dev.weft.engine.protocol.EdgeSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StagesTest {
  private final List<EdgeSpec> edges = new ArrayList<>();

  private void edge(int source, int target, EdgeKind kind) {
    edges.add(new EdgeSpec(edges.size(), source, target, 0, kind));
  }

  private List<Integer> materialized(int vertices) {
    return Stages.cut(edges, vertices).stream()
        .filter(EdgeSpec::materialized)
        .map(EdgeSpec::index)
        .toList();
  }

  @Test
  void everyExchangeBetweenSubtasksIsCut() {
    edge(0, 1, EdgeKind.HASH);
    edge(1, 2, EdgeKind.FORWARD);
    edge(2, 3, EdgeKind.REBALANCE);
    edge(0, 3, EdgeKind.BROADCAST);
    edge(3, 4, EdgeKind.GLOBAL);
    assertEquals(List.of(0, 2, 3, 4), materialized(5));
  }

  @Test
  void anExchangeBesideAForwardEdgeStaysPipelined() {
    edge(0, 1, EdgeKind.FORWARD);
    edge(0, 2, EdgeKind.HASH);
    edge(1, 2, EdgeKind.FORWARD);
    edge(2, 3, EdgeKind.HASH);
    assertEquals(List.of(3), materialized(4));
  }

  @Test
  void noStageWaitsForItself() {
    edge(0, 1, EdgeKind.FORWARD);
    edge(0, 2, EdgeKind.HASH);
    edge(2, 3, EdgeKind.HASH);
    edge(3, 1, EdgeKind.HASH);
    edge(1, 4, EdgeKind.HASH);
    List<Integer> cut = materialized(5);
    assertEquals(List.of(4), cut, "records leave the stage of 0 and come back to it by 2 and 3");
  }
}
