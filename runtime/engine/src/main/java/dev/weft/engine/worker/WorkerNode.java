package dev.weft.engine.worker;

import dev.weft.engine.protocol.Address;
import dev.weft.engine.world.World;

/**
 * A worker: registers with the leader, runs the tasks it is given, and keeps running them while
 * there is no leader. Made and used on the control thread of its world.
 */
public final class WorkerNode {
  private final Worker worker;

  /**
   * A worker that listens for other workers but does not look for a leader before {@link #start}.
   *
   * @param locator knows where the leader is
   * @param end hears when the worker has ended
   */
  public WorkerNode(World world, WorkerSettings settings, LeaderLocator locator, WorkerEnd end) {
    this.worker = new Worker(world, settings, locator, end);
  }

  /** Connects to the leader and stays connected to whoever leads. */
  public void start() {
    worker.start();
  }

  /** Ends all tasks, then the worker. */
  public void shutdown(String reason) {
    worker.shutdown(reason);
  }

  /** Where other workers reach the tasks of this one. */
  public Address dataAddress() {
    return worker.dataAddress();
  }
}
