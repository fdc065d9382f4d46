package dev.weft.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.cluster.WorkerProvisioner;
import dev.weft.engine.conformance.WorkerProvisionerContract;
import dev.weft.engine.protocol.FailureReport;
import dev.weft.engine.simulated.SimulatedCluster;
import dev.weft.engine.simulated.SimulatedWorld;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** The contract of platforms on what stands for YARN in the simulator, and what only it does. */
class SimulatedYarnTest extends WorkerProvisionerContract {
  private static final int PATIENCE_MILLIS = 10_000;

  private final SimulatedCluster cluster = new SimulatedCluster(7);
  private final Map<String, SimulatedWorld> workers = new HashMap<>();
  private final Map<WorkerProvisioner, SimulatedWorld> masters = new IdentityHashMap<>();
  private final SimulatedYarn yarn = new SimulatedYarn(cluster, 1, this::startWorker);

  private SimulatedWorld startWorker(String id) {
    SimulatedWorld worker = cluster.start(id);
    workers.put(id, worker);
    return worker;
  }

  @Override
  protected WorkerProvisioner connect() {
    SimulatedWorld process = cluster.start("master-" + masters.size());
    WorkerProvisioner provisioner = yarn.provisioner(process);
    masters.put(provisioner, process);
    return provisioner;
  }

  @Override
  protected void crash(WorkerProvisioner provisioner) {
    cluster.kill(masters.get(provisioner));
  }

  @Override
  protected void call(WorkerProvisioner provisioner, Runnable action) {
    masters.get(provisioner).loop().execute(action);
  }

  @Override
  protected void kill(String workerId) {
    yarn.killed(workers.get(workerId));
  }

  @Override
  protected void loseNode(String workerId) {
    yarn.nodeLost(workers.get(workerId));
  }

  @Override
  protected boolean runs(String workerId) {
    return workers.get(workerId).alive();
  }

  @Override
  protected void await(String what, BooleanSupplier condition) {
    cluster.runUntil(what, PATIENCE_MILLIS, condition);
  }

  @Override
  protected void settle() {
    cluster.runFor(PATIENCE_MILLIS);
  }

  @Test
  void theProcessOnALostNodeRunsOn() {
    List<SimulatedWorld> one = startOne();
    yarn.nodeLost(one.get(0));
    settle();
    assertTrue(one.get(0).alive());
    assertEquals(1, yarn.workers().size());
    assertTrue(yarn.workers().get(0) != one.get(0));
  }

  @Test
  void aContainerThatDiesAtItsStartIsReplaced() {
    yarn.nextContainerDies();
    assertEquals("container-2", startOne().get(0).name());
  }

  private List<SimulatedWorld> startOne() {
    WorkerProvisioner master = connect();
    call(
        master,
        () -> {
          master.start(1, new Deaf());
          master.want(1, List.of());
        });
    settle();
    return yarn.workers();
  }

  /** Hears nothing. */
  private static final class Deaf implements WorkerProvisioner.Listener {
    @Override
    public void previousWorkers(List<String> workerIds) {}

    @Override
    public void workerStarted(String workerId, String host) {}

    @Override
    public void workerLost(String workerId, FailureReport why) {}

    @Override
    public void waiting(String reason) {}

    @Override
    public void failed(FailureReport why) {}
  }
}
