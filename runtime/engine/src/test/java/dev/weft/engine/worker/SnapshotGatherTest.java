package dev.weft.engine.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.operator.Operator;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.protocol.SnapshotHandle;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.simulated.SimulatedCluster;
import dev.weft.engine.simulated.SimulatedWorld;
import dev.weft.engine.state.FrozenState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SnapshotGatherTest {
  private static final String DIRECTORY = "/chk/1";

  private final SimulatedCluster cluster = new SimulatedCluster(5);
  private final SimulatedWorld world = cluster.start("worker");
  private final Heard heard = new Heard();

  /** Whether the file of a part was there when the part was said to be durable. */
  private final class Heard implements SnapshotGather.Listener {
    final List<Boolean> durable = new ArrayList<>();

    @Override
    public int liveTasks() {
      return 1;
    }

    @Override
    public void written(SnapshotFile.Written part) {
      SnapshotHandle handle = part.operators().get(0).keyed().get(0).handle();
      durable.add(cluster.files().read(handle.path()) != null);
    }

    @Override
    public void failed(FrozenTask part, FailureReport failure) {
      throw new AssertionError(failure.message());
    }
  }

  /** Too large to travel in a message. */
  private static final class Large implements FrozenState {
    @Override
    public int formatVersion() {
      return 1;
    }

    @Override
    public int firstKeyGroup() {
      return 0;
    }

    @Override
    public long[] write(ByteSink target, Drain drain) {
      byte[] content = new byte[SnapshotHandle.INLINE_BYTES_MAX + 1];
      target.write(content, 0, content.length);
      return new long[] {0, content.length};
    }

    @Override
    public void release() {}
  }

  @Test
  void aPartIsReportedWhenItsFileIsThere() throws IOException {
    world.files().createDirectories(DIRECTORY);
    SnapshotGather gather =
        new SnapshotGather(world, SnapshotFile.plain(world.files()), "worker-1", heard);
    gather.add(
        new FrozenTask(
            new TaskId("0123456789abcdef0123456789abcdef", 0, 0),
            1,
            DIRECTORY,
            List.of("operator"),
            List.of(new Operator.Snapshot(new Large(), List.of(), List.of(), 0)),
            0,
            0,
            new AtomicInteger(1)));
    cluster.runFor(1000);
    assertEquals(1, cluster.files().paths(DIRECTORY).size());
    assertEquals(List.of(true), heard.durable);
  }
}
