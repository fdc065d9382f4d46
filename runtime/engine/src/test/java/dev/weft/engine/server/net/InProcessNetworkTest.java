package dev.weft.engine.server.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.weft.engine.protocol.Address;
import dev.weft.engine.server.host.ControlThread;
import dev.weft.engine.world.Link;
import dev.weft.engine.world.Transport;
import dev.weft.engine.world.Transport.Delivery;
import dev.weft.engine.world.Transport.Service;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InProcessNetworkTest {
  private final InProcessNetwork network = new InProcessNetwork();
  private final ControlThread loop = new ControlThread("test", e -> assertNull(e, "no failure"));
  private final Transport one = network.join("one", loop);
  private final Transport two = network.join("two", loop);
  private final RecordingHandler client = new RecordingHandler();
  private final RecordingHandler server = new RecordingHandler();

  @AfterEach
  void stop() {
    network.close();
    loop.stop();
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  void framesSentBeforeClosingArrive(Delivery delivery) throws Exception {
    Address address = one.listen(Service.DATA, delivery, peer -> server);
    two.connect(address, Service.DATA, delivery, client);
    Link here = client.next(RecordingHandler.Opened.class).link();
    assertEquals("one", here.peer());
    assertEquals("two", server.next(RecordingHandler.Opened.class).link().peer());
    for (byte i = 0; i < 100; i++) {
      here.send(ByteBuffer.wrap(new byte[] {i}));
    }
    here.close();
    here.send(ByteBuffer.wrap(new byte[] {1}));
    for (byte i = 0; i < 100; i++) {
      assertArrayEquals(new byte[] {i}, server.next(RecordingHandler.Received.class).frame());
    }
    assertNotNull(server.next(RecordingHandler.Closed.class).cause());
    assertNull(client.next(RecordingHandler.Closed.class).cause());
  }

  @Test
  void aPartThatLeavesBreaksItsConnections() throws Exception {
    Address address = one.listen(Service.CONTROL, Delivery.LOOP, peer -> server);
    two.connect(address, Service.CONTROL, Delivery.LOOP, client);
    client.next(RecordingHandler.Opened.class);
    network.leave(one);
    assertNotNull(client.next(RecordingHandler.Closed.class).cause());
    two.connect(address, Service.CONTROL, Delivery.LOOP, client);
    assertNull(client.next(RecordingHandler.Closed.class).link());
  }
}
