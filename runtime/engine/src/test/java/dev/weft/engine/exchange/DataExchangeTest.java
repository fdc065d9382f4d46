package dev.weft.engine.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.types.TypeInformation;
import dev.weft.engine.batch.BatchCodec;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.protocol.Address;
import dev.weft.engine.protocol.CheckpointKind;
import dev.weft.engine.simulated.SimulatedCluster;
import dev.weft.engine.simulated.SimulatedWorld;
import dev.weft.engine.world.Link;
import dev.weft.engine.world.LinkHandler;
import dev.weft.engine.world.Transport;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DataExchangeTest {
  private static final long NETWORK_BYTES = 8 << 20;
  private static final ChannelKey KEY = new ChannelKey("job", 2, 0, 0, 0);

  private final SimulatedCluster cluster = new SimulatedCluster(5);
  private final SimulatedWorld left = cluster.start("left");
  private final SimulatedWorld right = cluster.start("right");
  private final DataExchange producer = new DataExchange(left, NETWORK_BYTES);
  private final DataExchange consumer = new DataExchange(right, NETWORK_BYTES);
  private final Side out = new Side();
  private final Side in = new Side();
  private OutputChannel output;
  private InputChannel input;

  /** What one end of a channel reported. */
  private static final class Side {
    int wakes;
    long announced;
    int records;
    WeftException failure;

    ChannelEnd end() {
      return new ChannelEnd(
          BatchCodec.of(TypeInformation.of(String.class)),
          () -> wakes++,
          (checkpointId, urgent) -> announced = checkpointId,
          (rows, bytes) -> records += rows,
          new RecordCheck(TypeInformation.of(String.class), 1 << 20, "'test'"),
          cause -> failure = cause);
    }
  }

  @BeforeEach
  void openOneChannel() {
    input = consumer.openInput(KEY, in.end());
    output = producer.openOutput(KEY, consumer.address(), out.end());
  }

  private static Frame.Data data(String... values) {
    return new Frame.Data(new ObjectBatch(values, null, null, values.length));
  }

  private void connect() {
    cluster.runUntil("connected", 1000, output::hasRoom);
  }

  @Test
  void framesArriveInOrderWithTheirValues() {
    assertFalse(output.offer(data("too early")));
    connect();
    assertTrue(out.wakes > 0);
    assertTrue(output.offer(data("a", null, "c")));
    assertTrue(output.offer(new Frame.Watermark(17)));
    assertTrue(output.offer(new Frame.Barrier(3, CheckpointKind.CHECKPOINT, "dir", 0)));
    assertTrue(output.offer(new Frame.EndOfInput()));
    cluster.runFor(50);
    ObjectBatch batch = ((Frame.Data) input.poll()).batch();
    assertEquals(3, batch.size());
    assertEquals("a", batch.value(0));
    assertNull(batch.value(1));
    assertEquals(new Frame.Watermark(17), input.poll());
    assertEquals(new Frame.Barrier(3, CheckpointKind.CHECKPOINT, "dir", 0), input.poll());
    assertEquals(new Frame.EndOfInput(), input.poll());
    assertNull(input.poll());
    assertEquals(4, in.wakes);
    assertEquals(3, in.records);
    assertEquals(3, out.records);
  }

  @Test
  void aRecordOverTheLimitIsRefusedWithItsProducer() {
    connect();
    WeftException refused =
        assertThrows(
            WeftException.class, () -> output.offer(data("small", "x".repeat((1 << 20) + 1))));
    assertTrue(refused.getMessage().startsWith("Operator 'test' emits a record of 1048"));
    assertTrue(refused.getMessage().contains("taskmanager.network.record-size.max"));
  }

  @Test
  void aBatchOfManyLargeRecordsGoesInSeveralFrames() {
    connect();
    String[] rows = new String[150];
    Arrays.fill(rows, "y".repeat(500_000));
    assertTrue(output.offer(data(rows)));
    int received = 0;
    for (int i = 0; i < 4; i++) {
      cluster.runFor(1000);
      output.hasRoom();
      for (Frame frame = input.poll(); frame != null; frame = input.poll()) {
        received += ((Frame.Data) frame).batch().size();
      }
    }
    assertEquals(rows.length, received);
  }

  @Test
  void withoutCreditDataWaitsButControlFramesPass() {
    connect();
    String big = "x".repeat(100_000);
    int sent = 0;
    while (output.offer(data(big))) {
      sent++;
    }
    assertEquals(1, sent, "the window of 32 KiB, overshot by less than one batch");
    assertFalse(output.hasRoom());
    assertTrue(output.offer(new Frame.Watermark(1)));
    cluster.runFor(100);
    assertFalse(output.hasRoom());
    int wakes = out.wakes;
    for (int i = 0; i < sent; i++) {
      assertNotNull(input.poll());
    }
    cluster.runFor(100);
    assertTrue(output.hasRoom());
    assertTrue(out.wakes > wakes);
    assertEquals(1, output.rowsMax(), "batches adapt to the size of rows");
  }

  /**
   * Sends as much as there is room for and takes in so many bytes, each millisecond for a while.
   */
  private void flow(int millis, long bytesPerMilli) {
    String[] rows = new String[100];
    Arrays.fill(rows, "z".repeat(78));
    long owed = 0;
    for (int i = 0; i < millis; i++) {
      while (output.hasRoom()) {
        output.offer(data(Arrays.copyOf(rows, Math.min(rows.length, output.rowsMax()))));
      }
      cluster.runFor(1);
      owed += bytesPerMilli;
      Frame next = owed > 0 ? input.poll() : null;
      while (next instanceof Frame.Data some) {
        owed -= some.bytes();
        next = owed > 0 ? input.poll() : null;
      }
      owed = Math.min(owed, bytesPerMilli);
    }
  }

  private long used() {
    return consumer.gauges().get("network.memory.used");
  }

  private long queued() {
    return consumer.gauges().get("network.memory.queued");
  }

  @Test
  void theWindowFollowsTheConsumer() {
    connect();
    assertEquals(CreditWindow.BYTES_LEAST, used());
    flow(1000, 1 << 30);
    long hot = used();
    assertTrue(hot >= 512 << 10, "a consumer that waits gets more: " + hot);
    flow(5000, 1000); // what it was granted while it was fast is worked off meanwhile
    long slow = queued();
    assertTrue(slow <= 120_000, "1 MB/s for 100 ms and a batch, not " + slow);
    assertTrue(used() <= 150_000, "what it had is given back: " + used());
    flow(6000, 20);
    assertTrue(queued() <= 45_000, "20 kB/s: the least and a batch, not " + queued());
    flow(1000, 1 << 30);
    assertTrue(used() >= hot / 2, "fast again: " + used());
  }

  @Test
  void aBarrierPassesASlowConsumerSoon() {
    connect();
    flow(1000, 1 << 30);
    flow(5000, 1000);
    assertTrue(output.offer(new Frame.Barrier(3, CheckpointKind.CHECKPOINT, "dir", 0)));
    int millis = 0;
    long owed = 0;
    Frame next = null;
    while (!(next instanceof Frame.Barrier)) {
      cluster.runFor(1);
      millis++;
      owed += 1000;
      next = owed > 0 ? input.poll() : null;
      owed -= next instanceof Frame.Data some ? some.bytes() : 0;
      assertTrue(millis < 150, "the barrier waits longer than what 1 MB/s takes in within 100 ms");
    }
  }

  @Test
  void aProducerThatRestsGivesItsCreditBack() {
    connect();
    flow(1000, 1 << 30);
    assertTrue(used() > 2 * CreditWindow.BYTES_LEAST);
    cluster.runFor(100);
    while (input.poll() != null) {
      // takes everything in
    }
    cluster.runFor(3000);
    assertEquals(CreditWindow.BYTES_LEAST, used());
    flow(1000, 1 << 30);
    assertTrue(used() > 2 * CreditWindow.BYTES_LEAST, "and gets more again when it is needed");
  }

  @Test
  void aClosedChannelHoldsNothing() {
    connect();
    flow(500, 1 << 30);
    consumer.close("job", 2);
    assertEquals(0, used());
    assertEquals(0, consumer.gauges().get("network.channels"));
  }

  @Test
  void creditThatWasNeverGrantedIsNotTakenBack() {
    Peer peer = new Peer();
    peer.send(watermark(KEY, 0));
    peer.send(WireFrame.returned(WireFrame.prefix(KEY), CreditWindow.BYTES_LEAST + 1));
    assertTrue(peer.closed);
    assertEquals(ErrorCode.ENGINE, in.failure.code());
  }

  @Test
  void rowsPerBatchGrowWhenRowsAreSmall() {
    connect();
    assertEquals(64, output.rowsMax());
    String[] rows = new String[64];
    Arrays.fill(rows, "abc");
    output.offer(data(rows));
    output.offer(data(rows));
    assertEquals(ObjectBatch.ROWS_MAX, output.rowsMax());
  }

  @Test
  void framesOfAStaleAttemptAreDropped() {
    connect();
    consumer.close("job", 2);
    InputChannel next = consumer.openInput(new ChannelKey("job", 3, 0, 0, 0), in.end());
    output.offer(data("stale"));
    cluster.runFor(100);
    assertNull(next.poll());
    assertNull(in.failure);
    assertNull(out.failure);
  }

  @Test
  void aDeadPeerFailsTheOtherEnd() {
    connect();
    output.offer(data("x"));
    cluster.runFor(10);
    cluster.kill(right);
    cluster.runFor(100);
    assertEquals(ErrorCode.DEPENDENCY, out.failure.code());
  }

  @Test
  void aSilentPeerIsDeadAfterFiveSeconds() {
    connect();
    output.offer(data("x"));
    cluster.runFor(3000);
    assertNull(out.failure);
    cluster.network().cut("left", "right");
    cluster.runFor(4000);
    assertNull(out.failure);
    cluster.runFor(4000);
    assertEquals(ErrorCode.DEPENDENCY, out.failure.code());
    assertEquals(ErrorCode.DEPENDENCY, in.failure.code());
  }

  @Test
  void anUnreachablePeerFailsTheProducer() {
    Side lost = new Side();
    producer.openOutput(KEY, new Address("nowhere", 1), lost.end());
    cluster.runFor(100);
    assertEquals(ErrorCode.DEPENDENCY, lost.failure.code());
  }

  @Test
  void closingTheLastChannelSaysGoodbyeAndFailsNobody() {
    connect();
    output.offer(data("x"));
    cluster.runFor(100);
    producer.close("job", 2);
    cluster.runFor(20_000);
    assertNull(out.failure);
    assertNull(in.failure);
  }

  @Test
  void aConnectionIsMadeAnewForALaterAttempt() {
    connect();
    producer.close("job", 2);
    consumer.close("job", 2);
    ChannelKey next = new ChannelKey("job", 3, 0, 0, 0);
    input = consumer.openInput(next, in.end());
    output = producer.openOutput(next, consumer.address(), out.end());
    connect();
    output.offer(data("again"));
    cluster.runFor(100);
    assertEquals("again", ((Frame.Data) input.poll()).batch().value(0));
  }

  /** A peer that sends what it likes. */
  private final class Peer implements LinkHandler {
    Link link;
    boolean closed;

    Peer() {
      left.transport()
          .connect(consumer.address(), Transport.Service.DATA, Transport.Delivery.NETWORK, this);
      cluster.runUntil("connected", 1000, () -> link != null);
    }

    void send(ByteBuffer frame) {
      link.send(frame);
      cluster.runFor(100);
    }

    @Override
    public void opened(Link opened) {
      link = opened;
    }

    @Override
    public void received(Link from, ByteBuffer frame) {}

    @Override
    public void closed(Link closing, Throwable cause) {
      closed = true;
    }
  }

  private static ByteBuffer watermark(ChannelKey key, long sequence) {
    ByteSink sink = new ByteSink(64);
    int offset = WireFrame.begin(sink, WireFrame.WATERMARK, WireFrame.prefix(key), sequence);
    sink.writeLong(sequence);
    return WireFrame.finish(sink, offset);
  }

  @Test
  void aMissingFrameClosesTheConnectionAndFailsTheConsumer() {
    Peer peer = new Peer();
    peer.send(watermark(KEY, 0));
    peer.send(watermark(KEY, 2));
    peer.send(watermark(KEY, 1));
    assertEquals(ErrorCode.ENGINE, in.failure.code());
    assertTrue(peer.closed);
    assertEquals(new Frame.Watermark(0), input.poll());
    assertNull(input.poll(), "nothing after the gap is delivered");
  }

  @Test
  void aDamagedFrameClosesTheConnectionAndFailsTheConsumer() {
    Peer peer = new Peer();
    peer.send(watermark(KEY, 0));
    ByteBuffer damaged = watermark(KEY, 1);
    damaged.put(damaged.limit() - 6, (byte) 1);
    peer.send(damaged);
    assertEquals(ErrorCode.ENGINE, in.failure.code());
    assertTrue(in.failure.getMessage().contains("CRC32C"), in.failure.getMessage());
    assertTrue(peer.closed);
  }

  @Test
  void aBatchThatCannotBeDecodedIsTheTasksFailure() {
    Peer peer = new Peer();
    ByteSink sink = new ByteSink(64);
    int offset = WireFrame.begin(sink, WireFrame.DATA, WireFrame.prefix(KEY), 0);
    sink.writeLong(-1);
    peer.send(WireFrame.finish(sink, offset));
    assertNull(in.failure);
    WeftException refused = assertThrows(WeftException.class, input::poll);
    assertEquals(ErrorCode.ENGINE, refused.code());
    assertTrue(refused.getMessage().startsWith("A batch of version -1"), refused.getMessage());
  }

  @Test
  void anUnknownChannelOfTheAttemptClosesTheConnection() {
    Peer peer = new Peer();
    peer.send(watermark(KEY, 0));
    peer.send(watermark(new ChannelKey("job", 2, 9, 0, 0), 0));
    assertTrue(peer.closed);
    assertEquals(ErrorCode.ENGINE, in.failure.code());
  }

  @Test
  void aChannelIsFedByOneConnection() {
    connect();
    output.offer(new Frame.Watermark(5));
    cluster.runFor(100);
    Peer peer = new Peer();
    peer.send(watermark(KEY, 1));
    assertTrue(peer.closed);
    assertNull(in.failure, "the rightful connection goes on");
    assertEquals(new Frame.Watermark(5), input.poll());
    assertNull(input.poll());
  }

  @Test
  void aSenderThatIgnoresItsCreditIsCutOff() {
    Peer peer = new Peer();
    BatchCodec codec = BatchCodec.of(TypeInformation.of(String.class));
    List<Boolean> closed = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      ByteSink sink = new ByteSink(64);
      int offset = WireFrame.begin(sink, WireFrame.DATA, WireFrame.prefix(KEY), i);
      codec.encode(data("x".repeat(20_000)).batch(), sink);
      peer.send(WireFrame.finish(sink, offset));
      closed.add(peer.closed);
    }
    assertEquals(List.of(false, false, true, true), closed);
    assertEquals(ErrorCode.ENGINE, in.failure.code());
  }
}
