package dev.weft.engine.job.failure;

import dev.weft.engine.checkpoint.FailureEntry;
import dev.weft.engine.protocol.FailureReport;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The failures of a job, each with one root cause. */
public final class FailureHistory {
  private static final int ENTRIES_MAX = 16;
  private static final int CONCURRENT_MAX = 8;

  private final Deque<FailureEntry> entries = new ArrayDeque<>();

  /** A failure that ended an attempt, or an event that people should know. */
  public void add(FailureEntry entry) {
    entries.addFirst(entry);
    if (entries.size() > ENTRIES_MAX) {
      entries.removeLast();
    }
  }

  /** Another failure of the attempt that has failed already. */
  public void addConcurrent(int attempt, FailureReport failure) {
    FailureEntry newest = entries.peekFirst();
    if (newest == null
        || newest.attempt() != attempt
        || newest.concurrent().size() >= CONCURRENT_MAX) {
      return;
    }
    List<FailureReport> concurrent = new ArrayList<>(newest.concurrent());
    concurrent.add(failure);
    replaceNewest(newest, newest.cause(), newest.task(), newest.workerId(), concurrent);
  }

  /**
   * A worker was lost while its attempt was being ended: what looked like the cause, such as a
   * broken connection to it, was its consequence.
   *
   * @return whether it is the root cause now
   */
  public boolean addLostWorker(int attempt, String workerId, FailureReport why) {
    FailureEntry newest = entries.peekFirst();
    if (newest == null || newest.attempt() != attempt || newest.workerId().equals(workerId)) {
      return false;
    }
    if (newest.cause().code() != dev.weft.api.error.ErrorCode.DEPENDENCY) {
      addConcurrent(attempt, why);
      return false;
    }
    List<FailureReport> concurrent = new ArrayList<>(newest.concurrent());
    concurrent.add(newest.cause());
    replaceNewest(newest, why, "", workerId, concurrent);
    return true;
  }

  private void replaceNewest(
      FailureEntry newest,
      FailureReport cause,
      String task,
      String workerId,
      List<FailureReport> concurrent) {
    entries.removeFirst();
    entries.addFirst(
        new FailureEntry(
            newest.atMillis(),
            newest.attempt(),
            cause,
            task,
            workerId,
            newest.consequence(),
            List.copyOf(concurrent)));
  }

  /** The newest first. */
  public List<FailureEntry> all() {
    return List.copyOf(entries);
  }
}
