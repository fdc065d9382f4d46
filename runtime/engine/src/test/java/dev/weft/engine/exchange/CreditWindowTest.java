package dev.weft.engine.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.world.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CreditWindowTest {
  private static final long LEAST = CreditWindow.BYTES_LEAST;

  private final Time time = new Time();
  private final MemoryPool pool = MemoryPool.root("the network", 16 << 20);

  /** Time that stands still but for what the test says. */
  private static final class Time implements Clock {
    long nanos = 1_000_000;

    @Override
    public long currentTimeMillis() {
      return nanos / 1_000_000;
    }

    @Override
    public long nanoTime() {
      return nanos;
    }

    void pass(int millis) {
      nanos += millis * 1_000_000L;
    }
  }

  /** A sender that uses all of its credit. */
  private static final class Sender {
    final CreditWindow window;
    long credit = LEAST;

    Sender(CreditWindow window) {
      this.window = window;
    }

    /** Sends all it may; it waited for the credit if it is told so. */
    long send(boolean waited) {
      long bytes = credit;
      assertTrue(window.arrived(bytes, waited));
      credit = 0;
      return bytes;
    }

    void taken(long bytes) {
      credit += window.consumed(bytes);
    }
  }

  private Sender sender() {
    return new Sender(new CreditWindow(time, pool));
  }

  /** Both wait for each other, so many times. */
  private void bothWait(Sender sender, int rounds) {
    bothWait(sender, rounds, 10);
  }

  private void bothWait(Sender sender, int rounds, int millis) {
    for (int i = 0; i < rounds; i++) {
      long bytes = sender.send(true);
      sender.window.foundNothing();
      time.pass(millis);
      sender.taken(bytes);
    }
  }

  @Test
  void itGrowsWhileBothEndsWait() {
    Sender sender = sender();
    bothWait(sender, 1);
    assertEquals(2 * LEAST, sender.window.bytes());
    bothWait(sender, 3);
    assertEquals(16 * LEAST, sender.window.bytes());
    bothWait(sender, 3, 100);
    assertEquals(16 * LEAST, sender.window.bytes(), "so much is taken in within 100 ms");
    assertEquals(16 * LEAST, pool.reserved());
    bothWait(sender, 100);
    assertEquals(CreditWindow.BYTES_MAX, sender.window.bytes());
  }

  @Test
  void itStaysWhileOnlyOneEndWaits() {
    Sender sender = sender();
    for (int i = 0; i < 5; i++) {
      long bytes = sender.send(true);
      time.pass(10);
      sender.taken(bytes);
    }
    assertEquals(LEAST, sender.window.bytes(), "the receiver is never without work");
    for (int i = 0; i < 5; i++) {
      long bytes = sender.send(false);
      sender.window.foundNothing();
      time.pass(10);
      sender.taken(bytes);
    }
    assertEquals(LEAST, sender.window.bytes(), "the sender has no more to send");
  }

  @Test
  void itChangesOnceInAnInterval() {
    Sender sender = sender();
    for (int i = 0; i < 9; i++) {
      long bytes = sender.send(true);
      sender.window.foundNothing();
      time.pass(1);
      sender.taken(bytes);
    }
    assertEquals(LEAST, sender.window.bytes());
    bothWait(sender, 1);
    assertEquals(2 * LEAST, sender.window.bytes());
  }

  @Test
  void itShrinksToWhatASlowReceiverTakesInAndGrantsNothingMeanwhile() {
    Sender sender = sender();
    for (int i = 0; i < 200; i++) {
      long bytes = sender.send(true);
      sender.window.foundNothing();
      time.pass(1);
      sender.taken(bytes);
    }
    long before = sender.window.bytes();
    assertTrue(before >= 4 << 20, "hot: " + before);
    long queued = sender.send(true);
    long granted = 0;
    for (int i = 0; i < 1000; i++) {
      time.pass(10);
      granted += sender.window.consumed(10_000);
      queued -= 10_000;
      if (granted > 0) {
        break;
      }
    }
    assertEquals(100_000, sender.window.bytes(), "1 MB/s for 100 ms");
    assertTrue(queued + granted <= 100_000, queued + " and " + granted);
    assertEquals(100_000, pool.reserved());
  }

  @Test
  void itIsNeverBelowTheLeast() {
    Sender sender = sender();
    for (int i = 0; i < 10; i++) {
      sender.send(true);
      time.pass(1000);
      sender.taken(LEAST);
    }
    assertEquals(LEAST, sender.window.bytes());
  }

  @Test
  void allTogetherStayWithinTheReservation() {
    List<Sender> hot = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      hot.add(sender());
    }
    for (int round = 0; round < 400; round++) {
      for (Sender sender : hot) {
        long bytes = sender.send(true);
        sender.window.foundNothing();
        sender.taken(bytes);
      }
      time.pass(1);
    }
    long windows = hot.stream().mapToLong(sender -> sender.window.bytes()).sum();
    assertTrue(windows <= 16 << 20, "windows of " + windows);
    assertEquals(windows, pool.reserved());
    assertTrue(windows > 8 << 20, "they use it: " + windows);
    assertTrue(pool.available() > 0, "something is left for others");
    hot.forEach(sender -> sender.window.close());
    assertEquals(0, pool.reserved());
  }

  @Test
  void withoutAReservationAChannelStillHasTheLeast() {
    pool.reserve(pool.available());
    Sender sender = sender();
    bothWait(sender, 5);
    assertEquals(LEAST, sender.window.bytes());
    assertEquals(LEAST, sender.credit);
  }

  @Test
  void aSenderThatRestsGivesBackItsCredit() {
    Sender sender = sender();
    bothWait(sender, 20);
    long window = sender.window.bytes();
    assertEquals(window, sender.credit);
    assertTrue(sender.window.returned(window - LEAST));
    assertEquals(LEAST, sender.window.bytes());
    assertEquals(LEAST, pool.reserved());
    assertFalse(sender.window.returned(LEAST + 1), "it has no more than the least");
    sender.credit = LEAST;
    bothWait(sender, 3);
    assertTrue(sender.window.bytes() > LEAST);
  }

  @Test
  void aFrameWithoutCreditIsRefused() {
    CreditWindow window = new CreditWindow(time, pool);
    assertTrue(window.arrived(LEAST + 1000, false), "the last frame may be larger");
    assertFalse(window.arrived(1, false));
    assertEquals(LEAST + 1001, window.queued());
  }
}
