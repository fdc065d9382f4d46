package dev.weft.engine.simulated;

import dev.weft.api.fs.FileStore;
import dev.weft.engine.cluster.JournalContract;
import dev.weft.engine.cluster.LeaderElection;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;

/** The contract of the journal on what stands for HDFS and ZooKeeper in the simulator. */
class SimulatedJournalTest extends JournalContract {
  private static final int PATIENCE_MILLIS = 30_000;

  private final SimulatedCluster cluster = new SimulatedCluster(7);
  private final FileStore files = cluster.start("files").files();
  private int processes;

  @Override
  protected FileStore files() {
    return files;
  }

  @Override
  protected String directory() throws IOException {
    files.createDirectories("/application");
    return "/application";
  }

  @Override
  protected LeaderElection open() {
    processes++;
    return cluster.start("process-" + processes).election();
  }

  @Override
  protected void depose(LeaderElection leader) {
    cluster.coordination().expireLeader();
  }

  @Override
  protected void await(BlockingQueue<String> events) {
    cluster.runUntil("an event", PATIENCE_MILLIS, () -> !events.isEmpty());
  }
}
