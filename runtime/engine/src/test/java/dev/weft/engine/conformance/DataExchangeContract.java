package dev.weft.engine.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.types.TypeInformation;
import dev.weft.engine.batch.BatchCodec;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.exchange.ChannelEnd;
import dev.weft.engine.exchange.ChannelKey;
import dev.weft.engine.exchange.DataExchange;
import dev.weft.engine.exchange.Frame;
import dev.weft.engine.exchange.InputChannel;
import dev.weft.engine.exchange.OutputChannel;
import dev.weft.engine.exchange.RecordCheck;
import dev.weft.engine.protocol.CheckpointKind;
import dev.weft.engine.world.Transport.Delivery;
import dev.weft.engine.world.Transport.Service;
import dev.weft.engine.world.World;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What the channels between tasks promise over every network. */
public abstract class DataExchangeContract extends TransportContract {
  private static final long NETWORK_BYTES = 8 << 20;

  /** What every channel may have under way before its consumer has taken anything in. */
  private static final long CREDIT_FIRST = 32 << 10;

  /** One end of a channel as its task sees it. */
  private static final class Side {
    final AtomicInteger wakes = new AtomicInteger();
    final AtomicReference<WeftException> failure = new AtomicReference<>();
    volatile long announced;

    ChannelEnd end() {
      return new ChannelEnd(
          BatchCodec.of(TypeInformation.of(String.class)),
          wakes::incrementAndGet,
          (checkpointId, urgent) -> announced = checkpointId,
          (records, bytes) -> {},
          RecordCheck.NONE,
          failure::set);
    }
  }

  /** A worker. */
  private final class Node {
    final World world;
    final DataExchange exchange;

    Node(String name) throws Exception {
      world = start(name);
      exchange = call(() -> new DataExchange(world, NETWORK_BYTES));
    }

    /** Calls something on the control thread. */
    <T> T call(Supplier<T> what) {
      AtomicReference<T> result = new AtomicReference<>();
      AtomicInteger done = new AtomicInteger();
      world
          .loop()
          .execute(
              () -> {
                result.set(what.get());
                done.set(1);
              });
      await("the control thread", () -> done.get() == 1);
      return result.get();
    }

    void close(int attempt) {
      call(
          () -> {
            exchange.close("job", attempt);
            return true;
          });
    }
  }

  /** A channel between two workers. */
  private final class Wire {
    final Side out = new Side();
    final Side in = new Side();
    final InputChannel input;
    final OutputChannel output;
    private final List<Frame> arrived = new ArrayList<>();

    Wire(Node from, Node to, int attempt, int consumer) {
      ChannelKey key = new ChannelKey("job", attempt, 0, 0, consumer);
      input = to.call(() -> to.exchange.openInput(key, in.end()));
      output = from.call(() -> from.exchange.openOutput(key, to.exchange.address(), out.end()));
    }

    void connect() {
      await("the connection", output::hasRoom);
    }

    void send(String... values) {
      await("room", output::hasRoom);
      assertTrue(output.offer(data(values)));
    }

    boolean takes(int frames) {
      for (Frame next = input.poll(); next != null; next = input.poll()) {
        arrived.add(next);
      }
      return arrived.size() >= frames;
    }

    Frame frame(int index) {
      await("frame " + index, () -> takes(index + 1));
      return arrived.get(index);
    }

    String text(int index) {
      ObjectBatch batch = ((Frame.Data) frame(index)).batch();
      return String.join(
          " ", Arrays.stream(batch.values(), 0, batch.size()).toArray(String[]::new));
    }
  }

  private static Frame.Data data(String... values) {
    return new Frame.Data(new ObjectBatch(values, null, null, values.length));
  }

  @Test
  void eachChannelKeepsItsOrder() throws Exception {
    Node left = new Node("left");
    Node right = new Node("right");
    List<Wire> wires = new ArrayList<>();
    for (int consumer = 0; consumer < 5; consumer++) {
      wires.add(new Wire(left, right, 1, consumer));
    }
    wires.forEach(Wire::connect);
    int rounds = 50;
    for (int round = 0; round < rounds; round++) {
      for (Wire wire : wires) {
        wire.send("a" + round, "b" + round);
        assertTrue(wire.output.offer(new Frame.Watermark(round)));
      }
    }
    for (Wire wire : wires) {
      assertTrue(
          wire.output.offer(new Frame.Barrier(9, CheckpointKind.CHECKPOINT, "directory", 8)));
      assertTrue(wire.output.offer(new Frame.EndOfInput()));
    }
    for (Wire wire : wires) {
      for (int round = 0; round < rounds; round++) {
        assertEquals("a" + round + " b" + round, wire.text(2 * round));
        assertEquals(new Frame.Watermark(round), wire.frame(2 * round + 1));
      }
      assertEquals(
          new Frame.Barrier(9, CheckpointKind.CHECKPOINT, "directory", 8), wire.frame(2 * rounds));
      assertEquals(new Frame.EndOfInput(), wire.frame(2 * rounds + 1));
      assertTrue(wire.in.wakes.get() > 0);
    }
  }

  @Test
  void withoutCreditOnlyControlFramesAndAnnouncementsPass() throws Exception {
    Node left = new Node("left");
    Node right = new Node("right");
    Wire wire = new Wire(left, right, 1, 0);
    wire.connect();
    String text = "x".repeat(10_000);
    int sent = 0;
    while (wire.output.offer(data(text))) {
      sent++;
    }
    assertTrue(sent * 10_000 >= CREDIT_FIRST && (sent - 1) * 10_000 < CREDIT_FIRST, sent + " sent");
    assertFalse(wire.output.hasRoom());
    assertTrue(wire.output.offer(new Frame.Watermark(5)));
    wire.output.announce(3, false);
    await("the announcement", () -> wire.in.announced == 3);
    assertFalse(wire.output.hasRoom(), "nothing was taken in");
    int wakes = wire.out.wakes.get();
    assertEquals(new Frame.Watermark(5), wire.frame(sent));
    await("credit", wire.output::hasRoom);
    assertTrue(wire.out.wakes.get() > wakes, "the producer is woken");
    assertTrue(wire.output.offer(data("y")));
    assertEquals("y", wire.text(sent + 1));
  }

  @Test
  void aLossIsToldToBothEndsAndALaterAttemptGoesOn() throws Exception {
    Node left = new Node("left");
    Node right = new Node("right");
    Wire forth = new Wire(left, right, 1, 0);
    Wire back = new Wire(right, left, 1, 1);
    forth.connect();
    back.connect();
    forth.send("a");
    assertEquals("a", forth.text(0));
    back.send("b");
    assertEquals("b", back.text(0));
    kill(right.world);
    await("the producer's failure", () -> forth.out.failure.get() != null);
    await("the consumer's failure", () -> back.in.failure.get() != null);
    assertEquals(ErrorCode.DEPENDENCY, forth.out.failure.get().code());
    assertEquals(ErrorCode.DEPENDENCY, back.in.failure.get().code());
    left.close(1);
    Node again = new Node("right");
    Wire next = new Wire(left, again, 2, 0);
    next.connect();
    next.send("c");
    assertEquals("c", next.text(0));
    assertNull(next.out.failure.get());
    assertNull(next.in.failure.get());
  }

  @Test
  void framesOfAnEarlierAttemptAreDropped() throws Exception {
    Node left = new Node("left");
    Node right = new Node("right");
    Wire early = new Wire(left, right, 1, 0);
    early.connect();
    early.send("a");
    assertEquals("a", early.text(0));
    right.close(1);
    Wire late = new Wire(left, right, 2, 0);
    late.connect();
    early.send("stale");
    late.send("new");
    assertEquals("new", late.text(0));
    assertNull(early.input.poll());
    assertNull(early.out.failure.get());
    assertNull(late.in.failure.get());
  }

  @Test
  void bytesThatAreNoFrameEndTheirConnectionAndNoOther() throws Exception {
    Node left = new Node("left");
    Node right = new Node("right");
    Wire wire = new Wire(left, right, 1, 0);
    wire.connect();
    wire.send("a");
    assertEquals("a", wire.text(0));
    for (int length : new int[] {0, 1, 7, 100, 100_000}) {
      Ear stranger = new Ear();
      left.world
          .transport()
          .connect(right.exchange.address(), Service.DATA, Delivery.NETWORK, stranger);
      await("a connection", stranger::isOpen);
      byte[] bytes = new byte[length];
      Arrays.fill(bytes, (byte) 7);
      stranger.link().send(ByteBuffer.wrap(bytes));
      await("its end", stranger::isClosed);
    }
    wire.send("b");
    assertEquals("b", wire.text(1));
    assertNull(wire.in.failure.get());
  }

  @Test
  void theEndOfTheLastChannelFailsNobody() throws Exception {
    Node left = new Node("left");
    Node right = new Node("right");
    Wire wire = new Wire(left, right, 1, 0);
    wire.connect();
    wire.send("a");
    assertEquals("a", wire.text(0));
    left.close(1);
    Wire next = new Wire(left, right, 2, 0);
    next.connect();
    next.send("b");
    assertEquals("b", next.text(0));
    assertNull(wire.in.failure.get());
    assertNull(wire.out.failure.get());
  }
}
