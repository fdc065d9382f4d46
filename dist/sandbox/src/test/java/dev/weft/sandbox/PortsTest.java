package dev.weft.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.sandbox.Ports.Port;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PortsTest {
  private final Random random = new Random(7);

  @Test
  void everyPortGetsANumberOfItsOwn() {
    Map<Port, Integer> ports = Ports.choose(Map.of(), random, number -> true);
    assertEquals(Port.values().length, new HashSet<>(ports.values()).size());
  }

  @Test
  void earlierNumbersAreKept() {
    Map<Port, Integer> first = Ports.choose(Map.of(), random, number -> true);
    assertEquals(first, Ports.choose(first, random, number -> true));
  }

  @Test
  void aTakenNumberIsReplacedAndTheOthersStay() {
    Map<Port, Integer> first = Ports.choose(Map.of(), random, number -> true);
    int taken = first.get(Port.METASTORE);
    Map<Port, Integer> second = Ports.choose(first, random, number -> number != taken);
    assertNotEquals(taken, second.get(Port.METASTORE));
    assertEquals(first.get(Port.ZOOKEEPER), second.get(Port.ZOOKEEPER));
  }

  @Test
  void noFreePortAtAllIsSaidSo() {
    var failure =
        assertThrows(SandboxException.class, () -> Ports.choose(Map.of(), random, number -> false));
    assertTrue(failure.getMessage().contains("No free port"), failure.getMessage());
  }

  @Test
  void aBoundPortIsNotFree() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(Ports.HOST))) {
      assertFalse(Ports.isFree(socket.getLocalPort()));
    }
  }
}
