package dev.weft.engine.checkpoint;

import dev.weft.engine.protocol.CommittableBytes;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.world.Rule;
import dev.weft.engine.world.World;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Publishes what completed checkpoints cover. A streaming job commits at every completed
 * checkpoint; a job that ends commits once, at its last one, so that its output appears as a whole
 * or not at all. What is not known to be committed goes from manifest to manifest, and is committed
 * again after a restore: committers leave alone what is visible already. What a committer lets wait
 * is carried on in the same way, until it is due or the job ends.
 */
public final class CommitCoordinator {
  /** How often a commit is tried again while the job is being cancelled or fails. */
  private static final int ENDING_ATTEMPTS_MAX = 5;

  private final World world;
  private final boolean onlyAtEnd;
  private final Consumer<FailureReport> impossible;
  private final Map<String, SinkCommits> sinks = new TreeMap<>();
  private final Map<String, CommittableBytes> uncommitted = new LinkedHashMap<>();
  private boolean suspended;
  private boolean failed;
  private Consumer<Boolean> drained;
  private int attemptsLeft;

  /**
   * Makes the commits of a job.
   *
   * @param onlyAtEnd whether output is committed at the last checkpoint only
   * @param impossible hears when a commit failed and trying again can not help
   */
  public CommitCoordinator(
      World world,
      Lifetime lifetime,
      Set<String> sinkUids,
      SinkPublisher.Factory factory,
      boolean onlyAtEnd,
      Consumer<FailureReport> impossible) {
    this.world = world;
    this.onlyAtEnd = onlyAtEnd;
    this.impossible = impossible;
    for (String uid : sinkUids) {
      sinks.put(uid, new SinkCommits(world, uid, lifetime, factory, this));
    }
  }

  /** What must be in the next manifest because it is not known to be committed. */
  List<CommittableBytes> uncommitted() {
    return List.copyOf(uncommitted.values());
  }

  /** A job continues from a checkpoint: what that one holds is committed, again if need be. */
  public void restored(Manifest manifest) {
    if (onlyAtEnd) {
      uncommitted.clear();
    }
    covered(manifest.uncommitted(), manifest.last());
    sinks.values().forEach(SinkCommits::release);
  }

  /** A checkpoint is registered. */
  void registered(Manifest manifest) {
    covered(manifest.uncommitted(), manifest.last());
  }

  /** Commits at once; only to show what happens when the order is broken. */
  void commitUnregistered(Manifest manifest) {
    covered(manifest.uncommitted(), true);
  }

  private void covered(List<CommittableBytes> committables, boolean last) {
    Map<String, List<CommittableBytes>> bySink = new TreeMap<>();
    for (CommittableBytes committable : committables) {
      boolean isNew = uncommitted.putIfAbsent(committable.transactionId(), committable) == null;
      if (isNew || onlyAtEnd) {
        bySink.computeIfAbsent(committable.sinkUid(), uid -> new ArrayList<>()).add(committable);
      }
    }
    if (onlyAtEnd && !last) {
      return;
    }
    bySink.forEach(
        (uid, batch) -> {
          SinkCommits sink = sinks.get(uid);
          if (sink == null) {
            batch.forEach(c -> uncommitted.remove(c.transactionId()));
          } else {
            sink.add(batch);
          }
        });
  }

  void committed(List<CommittableBytes> committables) {
    committables.forEach(c -> uncommitted.remove(c.transactionId()));
    checkDrained();
  }

  void commitFailed() {
    if (drained != null && --attemptsLeft <= 0) {
      endDrain(false);
    }
  }

  void commitImpossible(FailureReport why) {
    failed = true;
    if (drained != null) {
      endDrain(false);
    }
    impossible.accept(why);
  }

  /** Whether no commit may begin. */
  boolean isSuspended() {
    return suspended;
  }

  /** Leadership is in doubt: no commit begins until {@link #resume}. */
  public void suspend() {
    suspended = true;
  }

  /** Leadership stands. */
  public void resume() {
    suspended = !world.keeps(Rule.RESUME_AFTER_DOUBT);
    sinks.values().forEach(SinkCommits::pump);
  }

  /**
   * Calls back when everything that a registered checkpoint covers is committed.
   *
   * @param patient whether to go on for ever; else a number of failures ends it
   * @param then hears whether all is committed
   */
  public void drain(boolean patient, Consumer<Boolean> then) {
    drained = then;
    attemptsLeft = patient ? Integer.MAX_VALUE : ENDING_ATTEMPTS_MAX;
    sinks.values().forEach(SinkCommits::release);
    if (failed) {
      endDrain(false);
    } else {
      checkDrained();
    }
  }

  private void checkDrained() {
    if (drained != null && sinks.values().stream().allMatch(SinkCommits::isIdle)) {
      endDrain(true);
    }
  }

  private void endDrain(boolean complete) {
    Consumer<Boolean> then = drained;
    drained = null;
    then.accept(complete);
  }

  /** Lets every committer remove what it staged and did not commit, then closes them. */
  public void finish(boolean succeeded, Runnable then) {
    int[] open = {sinks.size()};
    if (open[0] == 0) {
      then.run();
      return;
    }
    for (SinkCommits sink : sinks.values()) {
      sink.giveUp();
      sink.finish(
          succeeded,
          () -> {
            if (--open[0] == 0) {
              then.run();
            }
          });
    }
  }

  /** Closes the committers; nothing is removed. */
  public void close() {
    sinks.values().forEach(SinkCommits::giveUp);
    sinks.values().forEach(SinkCommits::close);
  }

  /** Begins no commit any more and closes the committers; nothing more is heard of them. */
  public void abandon() {
    sinks.values().forEach(SinkCommits::abandon);
  }

  /** How many commits wait or run, over all sinks. */
  int pending() {
    return sinks.values().stream().mapToInt(SinkCommits::size).sum();
  }

  /** Why commits do not go on; empty when they do. */
  String trouble() {
    String text =
        sinks.values().stream()
            .map(SinkCommits::trouble)
            .filter(t -> !t.isEmpty())
            .findFirst()
            .orElse("");
    return text.isEmpty() && suspended && pending() > 0
        ? "Commits wait because the leadership is in doubt"
        : text;
  }
}
