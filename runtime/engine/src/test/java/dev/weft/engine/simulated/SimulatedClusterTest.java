package dev.weft.engine.simulated;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.cluster.LeaderElection;
import dev.weft.engine.world.Background;
import dev.weft.engine.world.Link;
import dev.weft.engine.world.LinkHandler;
import dev.weft.engine.world.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulatedClusterTest {
  private final SimulatedCluster cluster = new SimulatedCluster(7);

  @Test
  void timersFireInOrderOfTime() {
    SimulatedWorld world = cluster.start("a");
    List<Integer> fired = new ArrayList<>();
    world.loop().schedule(20, () -> fired.add(2));
    world.loop().schedule(10, () -> fired.add(1));
    world.loop().schedule(15, () -> fired.add(9)).cancel();
    cluster.runFor(30);
    assertEquals(List.of(1, 2), fired);
  }

  @Test
  void aLaneRunsWorkInSequence() {
    SimulatedWorld world = cluster.start("a");
    Background.Lane lane = world.background().lane("lane");
    List<String> seen = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int number = i;
      lane.run(() -> seen.add("work " + number), outcome -> seen.add("then " + number));
    }
    cluster.runFor(100);
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      expected.add("work " + i);
      expected.add("then " + i);
    }
    assertEquals(expected, seen);
  }

  @Test
  void framesArriveInOrderAndDeathClosesTheLink() {
    SimulatedWorld server = cluster.start("server");
    SimulatedWorld client = cluster.start("client");
    Recorder atServer = new Recorder();
    Recorder atClient = new Recorder();
    var address =
        server
            .transport()
            .listen(Transport.Service.CONTROL, Transport.Delivery.LOOP, peer -> atServer);
    client
        .transport()
        .connect(address, Transport.Service.CONTROL, Transport.Delivery.LOOP, atClient);
    cluster.runFor(10);
    for (byte i = 0; i < 20; i++) {
      atClient.link.send(ByteBuffer.wrap(new byte[] {i}));
    }
    cluster.runFor(50);
    assertEquals(20, atServer.frames.size());
    for (byte i = 0; i < 20; i++) {
      assertEquals(i, atServer.frames.get(i));
    }
    cluster.kill(server);
    cluster.runFor(50);
    assertTrue(atClient.closed);
  }

  @Test
  void filesNeverOverwriteAndNeedTheirDirectory() throws IOException {
    var files = cluster.start("a").files();
    assertThrows(NoSuchFileException.class, () -> files.create("/d/x"));
    files.createDirectories("/d");
    try (var out = files.create("/d/x")) {
      out.write(new byte[] {1, 2, 3});
    }
    assertThrows(FileAlreadyExistsException.class, () -> files.create("/d/x"));
    files.rename("/d/x", "/d/y");
    assertFalse(files.status("/d/x").isPresent());
    try (var in = files.open("/d/y")) {
      assertArrayEquals(new byte[] {1, 2, 3}, in.readAllBytes());
    }
  }

  @Test
  void aDeposedLeaderIsFenced() throws IOException {
    SimulatedWorld one = cluster.start("one");
    SimulatedWorld two = cluster.start("two");
    List<String> heard = new ArrayList<>();
    LeaderElection first = one.election();
    first.start("one", listener("one", heard));
    cluster.runFor(20);
    LeaderElection second = two.election();
    second.start("two", listener("two", heard));
    cluster.pause(one, 10_000);
    cluster.runFor(9_000);
    assertEquals(List.of("one granted 1", "two granted 2"), heard);
    assertThrows(
        LeaderElection.FencedException.class, () -> first.writePointer(1, "p", new byte[] {1}));
    second.writePointer(2, "p", new byte[] {2});
    assertArrayEquals(new byte[] {2}, cluster.coordination().pointer("p"));
    cluster.runFor(5_000);
    assertTrue(heard.contains("one lost"));
  }

  @Test
  void equalSeedsGiveEqualRuns() {
    assertEquals(traceOf(42), traceOf(42));
  }

  private static long traceOf(long seed) {
    SimulatedCluster simulated = new SimulatedCluster(seed);
    SimulatedWorld world = simulated.start("a");
    for (int i = 0; i < 10; i++) {
      int number = i;
      world.background().run("work", () -> number, outcome -> world.note("done " + outcome));
    }
    simulated.runFor(100);
    return simulated.traceHash();
  }

  private static LeaderElection.Listener listener(String name, List<String> heard) {
    return new LeaderElection.Listener() {
      @Override
      public void granted(long epoch) {
        heard.add(name + " granted " + epoch);
      }

      @Override
      public void suspended() {}

      @Override
      public void resumed() {}

      @Override
      public void lost(String reason) {
        heard.add(name + " lost");
      }
    };
  }

  private static final class Recorder implements LinkHandler {
    private final List<Byte> frames = new ArrayList<>();
    private Link link;
    private boolean closed;

    @Override
    public void opened(Link opened) {
      link = opened;
    }

    @Override
    public void received(Link from, ByteBuffer frame) {
      frames.add(frame.get());
    }

    @Override
    public void closed(Link from, Throwable cause) {
      closed = true;
    }
  }
}
