package dev.weft.engine.world;

import dev.weft.api.fs.FileStore;
import java.util.random.RandomGenerator;

/**
 * Everything non-deterministic that one process may touch. There is one world per process, or per
 * simulated process. Components get it handed down and reach outside through nothing else.
 */
public interface World {
  /** Time. */
  Clock clock();

  /** The control thread of this process. */
  Loop loop();

  /** Blocking work off the control thread. */
  Background background();

  /** Threads for the data plane. */
  TaskThreads taskThreads();

  /** The network. */
  Transport transport();

  /** All file systems, by scheme. */
  FileStore files();

  /** Class loaders of jobs. */
  CodeLoader code();

  /** Chance; used on the control thread only. */
  RandomGenerator random();

  /** Whether a rule is kept; always in production. */
  default boolean keeps(Rule rule) {
    return true;
  }

  /** Whether something odd that may happen is made to happen now; never in production. */
  default boolean odd(Oddity oddity) {
    return false;
  }
}
