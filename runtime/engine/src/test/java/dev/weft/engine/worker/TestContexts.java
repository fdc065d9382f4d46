package dev.weft.engine.worker;

import dev.weft.api.config.Configuration;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.protocol.TaskDeployment;
import dev.weft.engine.protocol.VertexSpec;
import java.util.List;

/** Contexts of operators that use nothing of them. */
final class TestContexts {
  private TestContexts() {}

  static TaskContext empty() {
    TaskPlan plan =
        new TaskPlan(
            null,
            new VertexSpec(0, "id", "vertex", 1, 1, List.of(), new byte[0]),
            new TaskDeployment(TestJob.task(0, 0), 0, List.of(), 0),
            1,
            new Configuration(),
            List.of(),
            new TaskPlan.Room(MemoryPool.root("test", 1 << 20), "/scratch"));
    return new TaskContext(
        plan,
        0,
        new ChainSpec.OperatorSpec("u", "op", "Job.java:1", null, null, null, null),
        null,
        new Mailbox(),
        new TaskCounters());
  }
}
