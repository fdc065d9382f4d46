package dev.weft.engine.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.ErrorCode;
import dev.weft.engine.cluster.WorkerProvisioner;
import dev.weft.engine.protocol.FailureReport;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/**
 * What a platform of containers must do that outlive the ApplicationMaster. Each test has an
 * application of its own; the ids of its workers differ from those of all others.
 */
public abstract class WorkerProvisionerContract {
  private static final int WORKERS = 2;

  /** Starts a process of the ApplicationMaster. The one before it is not ended by that. */
  protected abstract WorkerProvisioner connect() throws Exception;

  /** Ends a process of the ApplicationMaster, which says nothing to the platform. */
  protected abstract void crash(WorkerProvisioner provisioner) throws Exception;

  /** Does something on the control thread of a provisioner. */
  protected abstract void call(WorkerProvisioner provisioner, Runnable action) throws Exception;

  /** Kills a worker's process. */
  protected abstract void kill(String workerId) throws Exception;

  /** Takes the node of a worker out of the platform at once. */
  protected abstract void loseNode(String workerId) throws Exception;

  /** Whether the process of a worker runs. */
  protected abstract boolean runs(String workerId);

  /**
   * Waits for something that must come true.
   *
   * @throws AssertionError naming it, when it does not in good time
   */
  protected abstract void await(String what, BooleanSupplier condition);

  /** Waits until what is under way has come to its end for sure. */
  protected abstract void settle();

  @Test
  void nothingIsStartedThatNobodyWants() throws Exception {
    Leader leader = lead(connect(), 1);
    assertEquals(Set.of(), leader.previous());
    settle();
    assertEquals(List.of(), leader.started);
  }

  @Test
  void asManyAsWantedAreStarted() throws Exception {
    Leader leader = lead(connect(), 1);
    leader.want(WORKERS);
    leader.awaitStarted(WORKERS);
    await("nothing is waited for", () -> leader.waiting.isEmpty());
    settle();
    assertEquals(WORKERS, leader.started.size());
    assertEquals(Map.of(), leader.lost);
  }

  @Test
  void whatIsMissingIsSaid() throws Exception {
    Leader leader = lead(connect(), 1);
    leader.previous();
    call(
        leader.provisioner,
        () -> {
          leader.provisioner.want(1, List.of());
          assertFalse(leader.waiting.isEmpty());
        });
    leader.awaitStarted(1);
  }

  @Test
  void wantingFewerEndsNobody() throws Exception {
    Leader leader = lead(connect(), 1);
    leader.want(WORKERS);
    leader.awaitStarted(WORKERS);
    leader.want(1);
    settle();
    assertTrue(leader.started.stream().allMatch(this::runs));
    assertEquals(Map.of(), leader.lost);
  }

  @Test
  void whatIsNoLongerWantedWhenItComesIsGivenBack() throws Exception {
    Leader leader = lead(connect(), 1);
    leader.previous();
    call(
        leader.provisioner,
        () -> {
          leader.provisioner.want(3, List.of());
          leader.provisioner.want(1, List.of());
        });
    leader.awaitStarted(1);
    settle();
    assertEquals(1, leader.started.size());
  }

  @Test
  void aKilledWorkerIsReportedOnceAndReplaced() throws Exception {
    Leader leader = lead(connect(), 1);
    leader.want(WORKERS);
    leader.awaitStarted(WORKERS);
    String victim = leader.started.get(0);
    kill(victim);
    leader.awaitStarted(WORKERS + 1);
    assertEquals(Set.of(victim), leader.lost.keySet());
    assertEquals(ErrorCode.RESOURCE, leader.lost.get(victim).code());
    settle();
    assertEquals(WORKERS + 1, leader.started.size());
    assertEquals(1, leader.losses.get());
  }

  @Test
  void theWorkersOfALostNodeAreReportedAndReplaced() throws Exception {
    Leader leader = lead(connect(), 1);
    leader.want(1);
    leader.awaitStarted(1);
    String victim = leader.started.get(0);
    loseNode(victim);
    leader.awaitStarted(2);
    assertEquals(Set.of(victim), leader.lost.keySet());
    assertEquals(ErrorCode.DEPENDENCY, leader.lost.get(victim).code());
    await("the other runs", () -> runs(leader.started.get(1)));
  }

  @Test
  void aReleasedWorkerEndsAndIsNoLoss() throws Exception {
    Leader leader = lead(connect(), 1);
    leader.want(WORKERS);
    leader.awaitStarted(WORKERS);
    String surplus = leader.started.get(1);
    leader.want(1);
    leader.release(surplus);
    await("its process ends", () -> !runs(surplus));
    settle();
    assertEquals(Map.of(), leader.lost);
    assertEquals(WORKERS, leader.started.size());
    assertTrue(runs(leader.started.get(0)));
  }

  @Test
  void aReleasedWorkerThatIsWantedIsReplaced() throws Exception {
    Leader leader = lead(connect(), 1);
    leader.want(1);
    leader.awaitStarted(1);
    String former = leader.started.get(0);
    leader.release(former);
    leader.release("nobody");
    leader.awaitStarted(2);
    await("its process ends", () -> !runs(former));
    assertEquals(Map.of(), leader.lost);
  }

  @Test
  void workersOutliveTheApplicationMasterAndCountForTheNext() throws Exception {
    Leader former = lead(connect(), 1);
    former.want(WORKERS);
    former.awaitStarted(WORKERS);
    crash(former.provisioner);
    Leader next = lead(connect(), 2);
    next.want(WORKERS);
    assertEquals(new TreeSet<>(former.started), next.previous());
    settle();
    assertEquals(List.of(), next.started);
    assertTrue(former.started.stream().allMatch(this::runs));
  }

  @Test
  void theNextApplicationMasterHearsOfTheWorkersOfTheOneBefore() throws Exception {
    Leader former = lead(connect(), 1);
    former.want(WORKERS);
    former.awaitStarted(WORKERS);
    crash(former.provisioner);
    Leader next = lead(connect(), 2);
    next.want(WORKERS);
    next.previous();
    String victim = former.started.get(0);
    kill(victim);
    next.awaitStarted(1);
    assertEquals(Set.of(victim), next.lost.keySet());
    String other = former.started.get(1);
    next.release(other);
    await("the other ends", () -> !runs(other));
    next.awaitStarted(2);
  }

  @Test
  void aWorkerThatEndsWhileNobodyLeadsIsReplaced() throws Exception {
    Leader former = lead(connect(), 1);
    former.want(WORKERS);
    former.awaitStarted(WORKERS);
    crash(former.provisioner);
    kill(former.started.get(0));
    settle();
    Leader next = lead(connect(), 2);
    next.want(WORKERS);
    assertEquals(Set.of(former.started.get(1)), next.previous());
    next.awaitStarted(1);
    settle();
    assertEquals(1, next.started.size());
  }

  @Test
  void aFormerApplicationMasterHasNoSayAndHearsNothing() throws Exception {
    Leader former = lead(connect(), 1);
    former.want(1);
    former.awaitStarted(1);
    String worker = former.started.get(0);
    Leader next = lead(connect(), 2);
    next.want(1);
    assertEquals(Set.of(worker), next.previous());
    former.want(WORKERS + 1);
    former.release(worker);
    settle();
    assertEquals(1, former.started.size());
    assertTrue(runs(worker));
    kill(worker);
    next.awaitStarted(1);
    settle();
    assertEquals(Set.of(worker), next.lost.keySet());
    assertEquals(Map.of(), former.lost);
    assertEquals(1, former.started.size());
    assertEquals(1, next.started.size());
  }

  @Test
  void whoLeadsAgainFindsItsWorkersAndOnlyTheNewTermHears() throws Exception {
    WorkerProvisioner provisioner = connect();
    Leader first = lead(provisioner, 1);
    first.want(WORKERS);
    first.awaitStarted(WORKERS);
    Leader second = lead(provisioner, 2);
    second.want(WORKERS);
    assertEquals(new TreeSet<>(first.started), second.previous());
    kill(first.started.get(0));
    second.awaitStarted(1);
    assertEquals(Set.of(first.started.get(0)), second.lost.keySet());
    assertEquals(Map.of(), first.lost);
    assertEquals(WORKERS, first.started.size());
  }

  @Test
  void theEndOfTheApplicationEndsItsWorkers() throws Exception {
    Leader leader = lead(connect(), 1);
    leader.want(1);
    leader.awaitStarted(1);
    String worker = leader.started.get(0);
    await("it runs", () -> runs(worker));
    AtomicInteger taken = new AtomicInteger();
    call(
        leader.provisioner,
        () -> leader.provisioner.finish(true, "it is done", taken::incrementAndGet));
    await("the platform has taken the result", () -> taken.get() == 1);
    await("the worker ends", () -> !runs(worker));
    settle();
    assertEquals(1, taken.get());
    assertEquals(1, leader.started.size());
  }

  private Leader lead(WorkerProvisioner provisioner, long epoch) throws Exception {
    Leader leader = new Leader(provisioner);
    call(provisioner, () -> provisioner.start(epoch, leader));
    return leader;
  }

  /** One term of leadership; it hears on the control thread of its process. */
  private final class Leader implements WorkerProvisioner.Listener {
    private final WorkerProvisioner provisioner;
    private final List<String> started = new CopyOnWriteArrayList<>();
    private final Map<String, FailureReport> lost = new ConcurrentHashMap<>();
    private final AtomicInteger losses = new AtomicInteger();
    private volatile Set<String> previous;
    private volatile String waiting = "";

    Leader(WorkerProvisioner provisioner) {
      this.provisioner = provisioner;
    }

    void want(int workers) throws Exception {
      call(provisioner, () -> provisioner.want(workers, List.of()));
    }

    void release(String workerId) throws Exception {
      call(provisioner, () -> provisioner.release(workerId));
    }

    Set<String> previous() {
      await("the workers of the leader before are told", () -> previous != null);
      return previous;
    }

    /** Waits for so many started workers in all, whose processes were there. */
    void awaitStarted(int count) {
      await(count + " workers are started", () -> started.size() >= count);
      await("the last one runs", () -> runs(started.get(count - 1)));
    }

    @Override
    public void previousWorkers(List<String> workerIds) {
      previous = new TreeSet<>(workerIds);
    }

    @Override
    public void workerStarted(String workerId, String host) {
      started.add(workerId);
    }

    @Override
    public void workerLost(String workerId, FailureReport why) {
      lost.put(workerId, why);
      losses.incrementAndGet();
    }

    @Override
    public void waiting(String reason) {
      waiting = reason;
    }

    @Override
    public void failed(FailureReport why) {
      throw new AssertionError(why.message());
    }
  }
}
