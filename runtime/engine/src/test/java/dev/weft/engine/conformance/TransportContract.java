package dev.weft.engine.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.protocol.Address;
import dev.weft.engine.world.Link;
import dev.weft.engine.world.LinkHandler;
import dev.weft.engine.world.Transport.Delivery;
import dev.weft.engine.world.Transport.Service;
import dev.weft.engine.world.World;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every network must do. A test class extends this with its network. */
public abstract class TransportContract {
  /** A process that has proved its name to those it connects to. */
  protected abstract World start(String name) throws Exception;

  /** Ends a process as if its machine had taken it away. */
  protected abstract void kill(World process) throws Exception;

  /** Lets things happen until the condition holds; fails when it does not within a while. */
  protected abstract void await(String what, BooleanSupplier condition);

  /** Keeps what happens on a link. */
  protected static final class Ear implements LinkHandler {
    private final List<byte[]> frames = new CopyOnWriteArrayList<>();
    private volatile Link link;
    private volatile Throwable cause;
    private volatile int closings;
    private volatile boolean heardAfterwards;

    @Override
    public void opened(Link opened) {
      heardAfterwards |= closings > 0;
      link = opened;
    }

    @Override
    public void received(Link from, ByteBuffer frame) {
      heardAfterwards |= closings > 0;
      byte[] bytes = new byte[frame.remaining()];
      frame.get(bytes);
      frames.add(bytes);
    }

    @Override
    public void closed(Link closing, Throwable why) {
      heardAfterwards |= closings > 0;
      cause = why;
      closings = 1;
    }

    final boolean isOpen() {
      return link != null && closings == 0;
    }

    final boolean isClosed() {
      return closings > 0;
    }

    /** Sends a frame of one byte. */
    final void send(int number) {
      link.send(ByteBuffer.wrap(new byte[] {(byte) number}));
    }

    /** The link, which is open. */
    public Link link() {
      return link;
    }
  }

  /** Two processes with an open connection between them. */
  private final class Pair {
    final World left = start("left");
    final World right = start("right");
    final Ear here = new Ear();
    final Ear there = new Ear();
    final Address address;

    Pair(Delivery delivery) throws Exception {
      address =
          right
              .transport()
              .listen(Service.DATA, delivery, peer -> isWhole(peer, "left") ? there : new Ear());
      left.transport().connect(address, Service.DATA, delivery, here);
      await("the connection", () -> here.isOpen() && there.isOpen());
    }

    private boolean isWhole(String peer, String name) {
      return peer.equals(name) && there.link == null;
    }

    /** Sends a frame over a new connection and back, so that whatever was under way has come. */
    void exchangeAnew() {
      Ear again = new Ear();
      left.transport().connect(address, Service.DATA, Delivery.NETWORK, again);
      await("another connection", again::isOpen);
      again.link.close();
      await("its end", again::isClosed);
    }
  }

  /** Sizes on both sides of the limits up to which frames are handled together. */
  private static byte[] frame(int number) {
    int[] sizes = {4, 5, 100, 4095, 4096, 4097, 16_384, 70_000, 300_000};
    byte[] bytes = new byte[sizes[number % sizes.length]];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (number * 31 + i);
    }
    return bytes;
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  void framesArriveInOrderAsTheyWereSentInBothDirections(Delivery delivery) throws Exception {
    Pair pair = new Pair(delivery);
    int count = 200;
    for (int i = 0; i < count; i++) {
      pair.here.link.send(ByteBuffer.wrap(frame(i)));
      pair.there.link.send(ByteBuffer.wrap(frame(i + 1)));
    }
    await("frames", () -> pair.there.frames.size() == count && pair.here.frames.size() == count);
    for (int i = 0; i < count; i++) {
      assertArrayEquals(frame(i), pair.there.frames.get(i));
      assertArrayEquals(frame(i + 1), pair.here.frames.get(i));
    }
  }

  @Test
  void eachSideKnowsWhoTheOtherIs() throws Exception {
    Pair pair = new Pair(Delivery.NETWORK);
    assertEquals("right", pair.here.link.peer());
    assertEquals("left", pair.there.link.peer());
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  void whatWasSentBeforeTheEndArrivesAndNothingAfterIt(Delivery delivery) throws Exception {
    Pair pair = new Pair(delivery);
    for (int i = 0; i < 100; i++) {
      pair.here.send(i);
    }
    pair.here.link.close();
    pair.here.send(100);
    await("the end on both sides", () -> pair.here.isClosed() && pair.there.isClosed());
    assertNull(pair.here.cause, "this side wanted it");
    assertNotNull(pair.there.cause);
    assertEquals(100, pair.there.frames.size());
    pair.here.send(101);
    pair.there.send(102);
    pair.here.link.close();
    pair.there.link.close();
    pair.exchangeAnew();
    assertEquals(100, pair.there.frames.size());
    assertTrue(pair.here.frames.isEmpty());
    assertFalse(pair.here.heardAfterwards || pair.there.heardAfterwards);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  void theLossOfAProcessIsToldToTheOtherAfterWhatItSent(Delivery delivery) throws Exception {
    Pair pair = new Pair(delivery);
    for (int i = 0; i < 100; i++) {
      pair.there.send(i);
    }
    kill(pair.right);
    await("the loss", pair.here::isClosed);
    assertNotNull(pair.here.cause);
    for (int i = 0; i < pair.here.frames.size(); i++) {
      assertEquals(i, pair.here.frames.get(i)[0], "a prefix of what was sent, in order");
    }
    pair.here.send(1);
    assertFalse(pair.here.heardAfterwards);
  }

  @Test
  void connectionsEndOneByOne() throws Exception {
    Pair pair = new Pair(Delivery.NETWORK);
    pair.exchangeAnew();
    assertTrue(pair.here.isOpen() && pair.there.isOpen());
    pair.here.send(1);
    await("a frame", () -> pair.there.frames.size() == 1);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  void whereNobodyListensNothingOpens(Delivery delivery) throws Exception {
    Pair pair = new Pair(delivery);
    kill(pair.right);
    await("the loss", pair.here::isClosed);
    Ear again = new Ear();
    pair.left.transport().connect(pair.address, Service.DATA, delivery, again);
    await("the refusal", again::isClosed);
    assertNull(again.link);
    assertNotNull(again.cause);
  }

  @Test
  void aServiceThatNobodyOffersIsRefused() throws Exception {
    Pair pair = new Pair(Delivery.NETWORK);
    Ear other = new Ear();
    pair.left.transport().connect(pair.address, Service.CONTROL, Delivery.NETWORK, other);
    await("the refusal", other::isClosed);
    assertTrue(pair.here.isOpen(), "others go on");
  }

  @Test
  void afterALossAProcessThatCameBackIsReachedAnew() throws Exception {
    Pair pair = new Pair(Delivery.NETWORK);
    pair.here.send(1);
    kill(pair.right);
    await("the loss", pair.here::isClosed);
    World again = start("right");
    Ear here = new Ear();
    Ear there = new Ear();
    Address address = again.transport().listen(Service.DATA, Delivery.NETWORK, peer -> there);
    pair.left.transport().connect(address, Service.DATA, Delivery.NETWORK, here);
    await("the connection", () -> here.isOpen() && there.isOpen());
    here.send(7);
    await("a frame", () -> there.frames.size() == 1);
    assertEquals(7, there.frames.get(0)[0], "and nothing of before");
    assertFalse(pair.here.heardAfterwards);
  }
}
