package dev.weft.engine.worker;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.StateBackendOptions;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.protocol.TaskDeployment;
import dev.weft.engine.protocol.VertexSpec;
import dev.weft.engine.state.RowDatabases;
import dev.weft.engine.state.StateBackend;
import java.util.List;
import java.util.Set;

/** Contexts of operators that use nothing of them. */
final class TestContexts {
  private TestContexts() {}

  static TaskContext empty() {
    TaskPlan plan =
        new TaskPlan(
            null,
            new VertexSpec(0, "id", "vertex", 1, 1, List.of(), new byte[0]),
            new TaskDeployment(TestJob.task(0, 0), 0, List.of(), 0),
            "job",
            1,
            new Configuration(),
            List.of(),
            room());
    return new TaskContext(
        plan,
        0,
        new ChainSpec.OperatorSpec("u", "op", "Job.java:1", null, null, null, null),
        null,
        new Mailbox(),
        new TaskCounters());
  }

  private static TaskPlan.Room room() {
    MemoryPool memory = MemoryPool.root("test", 1 << 20);
    return new TaskPlan.Room(
        memory,
        "/scratch",
        new StateBackend(
            StateBackendOptions.Backend.HASHMAP,
            RowDatabases.none(),
            memory,
            new StateBackend.Limits(1 << 10, Long.MAX_VALUE)),
        Set.of(),
        null,
        null);
  }
}
