package dev.weft.engine.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.world.Clock;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.junit.jupiter.api.Test;

/**
 * A frame that is put before its channel is marked is found, whatever the threads' order; and the
 * checker finds the loss when one of the two sides does its two steps the wrong way round.
 */
class ReadySetTest {
  private static final int INVOCATIONS = 400;

  /** A loss is found in the first few hundred. */
  private static final int INVOCATIONS_OF_LOSSES = 20_000;

  private static final int ROUNDS = 50_000;

  /** What the two sides do. */
  private enum Order {
    /** Put, mark; take the mark, look. */
    RIGHT,
    /** The producer marks before it puts. */
    MARK_BEFORE_PUT,
    /** The consumer takes marks away after it looked. */
    TAKE_AFTER_LOOK
  }

  /** One channel that counts in place of frames, and its gate. */
  private static final class Side {
    final AtomicInteger frames = new AtomicInteger();
    final ReadySet ready = new ReadySet(1);
    final ReadySet.Bit bit = new ReadySet.Bit();
    final Order order;
    int found;

    Side(Order order) {
      this.order = order;
      bit.attach(ready, 0);
    }

    void put() {
      if (order == Order.MARK_BEFORE_PUT) {
        bit.set();
      }
      frames.incrementAndGet();
      if (order != Order.MARK_BEFORE_PUT) {
        bit.set();
      }
    }

    /** As a gate does it, until no channel is to be looked into. */
    void takeAll() {
      while (ready.next(0) == 0) {
        int some = frames.getAndSet(0);
        if (some == 0) {
          if (order == Order.TAKE_AFTER_LOOK) {
            ready.next(0);
          }
          ready.empty(0);
        }
        found += some;
      }
    }
  }

  private static void run(Order order) {
    Side side = new Side(order);
    Thread producer =
        new Thread(
            () -> {
              side.put();
              side.put();
            });
    producer.start();
    side.takeAll();
    join(producer);
    side.takeAll();
    assertEquals(2, side.found);
  }

  @Test
  void noFrameIsForgotten() {
    Lincheck.runConcurrentTest(INVOCATIONS, () -> run(Order.RIGHT));
  }

  @Test
  void aMarkBeforeTheFrameIsFoundToLoseIt() {
    assertThrows(
        LincheckAssertionError.class,
        () -> Lincheck.runConcurrentTest(INVOCATIONS_OF_LOSSES, () -> run(Order.MARK_BEFORE_PUT)));
  }

  @Test
  void aMarkTakenAfterTheLookIsFoundToLoseTheFrame() {
    assertThrows(
        LincheckAssertionError.class,
        () -> Lincheck.runConcurrentTest(INVOCATIONS_OF_LOSSES, () -> run(Order.TAKE_AFTER_LOOK)));
  }

  /**
   * The model checker knows no store buffers, a processor has them: two threads meet in each round,
   * one puts a frame into a marked channel while the other takes the mark and looks. Without the
   * fences a few of 100,000 rounds lose their frame on a busy x86 machine.
   */
  @Test
  void noFrameIsForgottenByAProcessorThatWritesLate() {
    long[] frame = new long[1];
    VarHandle frames = MethodHandles.arrayElementVarHandle(long[].class);
    ReadySet ready = new ReadySet(1);
    ReadySet.Bit bit = new ReadySet.Bit();
    bit.attach(ready, 0);
    AtomicLong begun = new AtomicLong();
    AtomicLong put = new AtomicLong();
    Thread producer =
        new Thread(
            () -> {
              for (long round = 1; round <= ROUNDS; round++) {
                await(begun, round);
                frames.setRelease(frame, 0, round);
                bit.set();
                put.set(round);
              }
            });
    producer.setDaemon(true);
    producer.start();
    long lost = 0;
    for (long round = 1; round <= ROUNDS; round++) {
      begun.set(round);
      ready.next(0);
      boolean found = (long) frames.getAcquire(frame, 0) == round;
      if (!found) {
        ready.empty(0);
      }
      await(put, round);
      if (!found && ready.next(0) < 0) {
        lost++;
      }
      ready.next(0);
      ready.empty(0);
      bit.set(); // the next round begins with a mark
    }
    join(producer);
    assertEquals(0, lost);
  }

  private static void await(AtomicLong counter, long round) {
    for (int spins = 0; counter.get() < round; spins++) {
      if (spins < 1000) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
  }

  /** The real gate and channels, one of which gets its frames while the gate is made. */
  @Test
  void aGateForgetsNoFrameOfItsChannels() {
    Lincheck.runConcurrentTest(INVOCATIONS / 4, ReadySetTest::gateWithTwoProducers);
  }

  private static void gateWithTwoProducers() {
    LocalChannel left = new LocalChannel();
    LocalChannel right = new LocalChannel();
    Thread first = new Thread(() -> left.offer(row()));
    Thread second = new Thread(() -> right.offer(row()));
    first.start();
    InputGate gate =
        new InputGate(
            List.of(new InputGate.Source(left, 0), new InputGate.Source(right, 0)), STANDING);
    second.start();
    int rows = drain(gate);
    join(first);
    join(second);
    assertEquals(2, rows + drain(gate));
  }

  private static Frame row() {
    return new Frame.Data(new ObjectBatch(new Object[] {"row"}, null, null, 1));
  }

  private static int drain(InputGate gate) {
    int rows = 0;
    for (Frame frame = gate.poll(); frame != null; frame = gate.poll()) {
      rows += ((Frame.Data) frame).batch().size();
    }
    return rows;
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static final Clock STANDING =
      new Clock() {
        @Override
        public long currentTimeMillis() {
          return 0;
        }

        @Override
        public long nanoTime() {
          return 0;
        }
      };
}
