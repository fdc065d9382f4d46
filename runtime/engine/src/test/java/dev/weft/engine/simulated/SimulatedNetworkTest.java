package dev.weft.engine.simulated;

import dev.weft.engine.conformance.DataExchangeContract;
import dev.weft.engine.world.World;
import java.util.function.BooleanSupplier;

/** The contract of networks on what stands for one in the simulator. */
class SimulatedNetworkTest extends DataExchangeContract {
  private static final long PATIENCE_MILLIS = 30_000;

  private final SimulatedCluster cluster = new SimulatedCluster(11);

  @Override
  protected World start(String name) {
    return cluster.start(name);
  }

  @Override
  protected void kill(World process) {
    cluster.kill((SimulatedWorld) process);
  }

  @Override
  protected void await(String what, BooleanSupplier condition) {
    cluster.runUntil(what, PATIENCE_MILLIS, condition);
  }
}
