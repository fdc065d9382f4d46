package dev.weft.engine.server.net;

import dev.weft.engine.world.Loop;
import dev.weft.engine.world.Transport;
import org.junit.jupiter.api.AfterEach;

/** The contract of networks among the parts of one process. */
class InProcessNetworkContractTest extends RealNetworkContract {
  private final InProcessNetwork network = new InProcessNetwork();

  @Override
  Transport join(String name, Loop loop) {
    return network.join(name, loop);
  }

  @Override
  void leave(Transport transport) {
    network.leave(transport);
  }

  @AfterEach
  void closeNetwork() {
    network.close();
  }
}
