package dev.weft.engine.server.net;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.conformance.DataExchangeContract;
import dev.weft.engine.server.host.ProductionWorld;
import dev.weft.engine.world.Loop;
import dev.weft.engine.world.Transport;
import dev.weft.engine.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;

/** The contract of networks in real time. */
abstract class RealNetworkContract extends DataExchangeContract {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long POLL_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

  private final List<ProductionWorld> worlds = new ArrayList<>();

  /** The network as one process sees it. */
  abstract Transport join(String name, Loop loop);

  /** Breaks all connections of a process, which can not be reached any more. */
  abstract void leave(Transport transport);

  @Override
  protected World start(String name) {
    ProductionWorld world =
        new ProductionWorld(
            name, null, null, loop -> join(name, loop), failure -> assertNull(failure, name));
    worlds.add(world);
    return world;
  }

  @Override
  protected void kill(World process) {
    leave(process.transport());
  }

  @AfterEach
  void closeWorlds() {
    worlds.forEach(ProductionWorld::close);
  }

  @Override
  protected void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, () -> "no " + what);
      LockSupport.parkNanos(POLL_NANOS);
    }
  }
}
