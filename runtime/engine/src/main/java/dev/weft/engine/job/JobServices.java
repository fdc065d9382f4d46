package dev.weft.engine.job;

import dev.weft.api.config.Configuration;
import dev.weft.engine.protocol.ToWorker;
import dev.weft.engine.world.World;

/** What the leader lends to its jobs. On the control thread. */
public interface JobServices {
  /** The world of this process. */
  World world();

  /** The epoch under which everything is sent and written. */
  long epoch();

  /** The cluster's configuration; a job's own goes before it. */
  Configuration configuration();

  /** Sends a message to a worker; nothing happens when it is not connected. */
  void send(String workerId, ToWorker message);

  /** The slots of all workers. */
  SlotProvider slots();

  /** A job needs another number of slots than before. */
  void slotsNeededChanged();

  /** Ends a worker that does not do what it is told. */
  void expel(String workerId, String reason);

  /** The job ended for good and that is recorded, or it could not be recovered. */
  void jobEnded(JobMaster job);
}
