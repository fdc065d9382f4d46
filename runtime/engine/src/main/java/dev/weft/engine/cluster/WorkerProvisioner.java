package dev.weft.engine.cluster;

import dev.weft.engine.protocol.FailureReport;
import java.util.List;

/**
 * Gets and ends worker processes: containers on YARN, threads in one JVM, nothing where workers are
 * started by hand. Called on the control thread and must not block; answers come to the listener on
 * the control thread.
 */
public interface WorkerProvisioner {
  /**
   * Begins; called before everything else by a leader, again with another epoch and listener when
   * the same process leads again.
   */
  void start(long epoch, Listener listener);

  /**
   * Says how many workers are wanted in all. The provisioner requests what is missing, replaces
   * what is lost and gives back grants that are no longer wanted; it never ends a worker by itself.
   *
   * @param preferredHosts where state lies; a wish
   */
  void want(int workers, List<String> preferredHosts);

  /** Ends a worker that is no longer wanted. */
  void release(String workerId);

  /** How many subtasks of one chain a worker takes; 0 when workers bring their own number. */
  int slotsPerWorker();

  /** Ends: the application's result is known. Workers are ended by messages beforehand. */
  void finish(boolean succeeded, String diagnostics);

  /**
   * The same, and says when the platform has taken the result and will not start the application
   * again. Only then may what a successor would read be removed.
   *
   * @param then called once on the control thread
   */
  default void finish(boolean succeeded, String diagnostics, Runnable then) {
    finish(succeeded, diagnostics);
    then.run();
  }

  /** Hears about workers. */
  interface Listener {
    /** Workers of an earlier leader that still run and should register soon. */
    void previousWorkers(List<String> workerIds);

    /** A worker process was started and should register soon. */
    void workerStarted(String workerId, String host);

    /** A worker process ended or its node is lost; its slots are gone. */
    void workerLost(String workerId, FailureReport why);

    /** Why wanted workers are not there yet, in a line for people; empty when all are there. */
    void waiting(String reason);

    /** Workers can never be had: the application fails. */
    void failed(FailureReport why);
  }
}
