package dev.weft.engine.worker;

import dev.weft.engine.exchange.DataExchange;
import dev.weft.engine.exec.Cores;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.protocol.ToLeader;
import dev.weft.engine.world.World;
import java.util.Set;

/** What the jobs on a worker share. Used on the control thread. */
interface WorkerParts {
  World world();

  WorkerSettings settings();

  DataExchange exchange();

  Cores cores();

  /** What sorting, grouping and joining may take. */
  MemoryPool memory();

  /** The uids of a job's operators whose state did not fit on the heap; thread-safe. */
  Set<String> outgrown(String jobId);

  /** Sends to the leader if there is one; what must not be lost is repeated on registration. */
  void send(ToLeader message);

  /** A task of an attempt has ended. */
  void taskEnded(JobAttempt attempt);

  /** The worker cannot go on. */
  void end(WorkerEnd.Reason how, String reason);
}
