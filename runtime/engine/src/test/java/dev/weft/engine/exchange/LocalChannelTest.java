package dev.weft.engine.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.batch.ObjectBatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LocalChannelTest {
  private static final ObjectBatch EMPTY = new ObjectBatch(new Object[0], null, null, 0);

  private final LocalChannel channel = new LocalChannel();

  @Test
  void framesComeOutInOrderAndAFullRingRefuses() {
    for (int i = 0; i < LocalChannel.FRAMES_MAX; i++) {
      assertTrue(channel.hasRoom());
      assertTrue(channel.offer(new Frame.Watermark(i)));
    }
    assertFalse(channel.hasRoom());
    assertFalse(channel.offer(new Frame.Watermark(99)));
    for (int i = 0; i < LocalChannel.FRAMES_MAX; i++) {
      assertEquals(new Frame.Watermark(i), channel.poll());
    }
    assertNull(channel.poll());
  }

  @Test
  void theConsumerIsWokenByEveryFrame() {
    AtomicInteger wakes = new AtomicInteger();
    channel.consumer(wakes::incrementAndGet);
    channel.offer(new Frame.Watermark(1));
    channel.offer(new Frame.Watermark(2));
    assertEquals(2, wakes.get());
  }

  @Test
  void aWaitingProducerIsWokenWhenHalfTheRingIsFree() {
    AtomicInteger wakes = new AtomicInteger();
    channel.producer(wakes::incrementAndGet);
    while (channel.hasRoom()) {
      channel.offer(new Frame.Watermark(1));
    }
    for (int i = 1; i < LocalChannel.FRAMES_MAX / 2; i++) {
      channel.poll();
      assertEquals(0, wakes.get());
    }
    for (int i = 0; i < LocalChannel.FRAMES_MAX; i++) {
      channel.poll();
    }
    assertEquals(1, wakes.get());
  }

  @Test
  void ofLargeFramesTheRingHoldsFewer() {
    for (long mebibytes : new long[] {0, 1, 2, 5, 8, 16, 40}) {
      LocalChannel ring = new LocalChannel();
      AtomicInteger wakes = new AtomicInteger();
      ring.producer(wakes::incrementAndGet);
      Frame frame = new Frame.Data(new ObjectBatch(new Object[1], null, null, 1), mebibytes << 20);
      int held = 0;
      while (ring.offer(frame)) {
        held++;
      }
      int fitting = mebibytes == 0 ? LocalChannel.FRAMES_MAX : (int) (16 / mebibytes);
      assertEquals(Math.max(2, fitting), held, mebibytes + " MiB each");
      assertFalse(ring.hasRoom());
      while (wakes.get() == 0) {
        assertTrue(ring.poll() != null, "the producer is not woken");
      }
      assertTrue(ring.hasRoom());
      assertTrue(ring.offer(frame));
    }
  }

  @Test
  void aLargeFrameWaitsForSmallOnesAndControlFramesDoNotWaitForIt() {
    for (int i = 0; i < 3; i++) {
      assertTrue(channel.offer(new Frame.Watermark(i)));
    }
    Frame large = new Frame.Data(new ObjectBatch(new Object[1], null, null, 1), 16 << 20);
    assertFalse(channel.offer(large));
    assertEquals(new Frame.Watermark(0), channel.poll());
    assertFalse(channel.offer(large));
    assertEquals(new Frame.Watermark(1), channel.poll());
    assertTrue(channel.offer(large));
    assertFalse(channel.hasRoom());
    assertTrue(channel.offer(new Frame.Watermark(4)));
    assertEquals(new Frame.Watermark(2), channel.poll());
    assertEquals(large, channel.poll());
    assertEquals(new Frame.Watermark(4), channel.poll());
  }

  /** Both sides sleep whenever they cannot go on: a lost wake-up would hang. */
  @Test
  @Timeout(60)
  void noFrameAndNoWakeUpIsLostBetweenTwoThreads() throws Exception {
    int count = 200_000;
    Semaphore producer = new Semaphore(0);
    Semaphore consumer = new Semaphore(0);
    channel.producer(producer::release);
    channel.consumer(consumer::release);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                for (int i = 0; i < count; i++) {
                  while (!channel.offer(frame(i))) {
                    producer.acquire();
                  }
                }
              } catch (Throwable e) {
                failure.set(e);
              }
            });
    thread.start();
    for (int i = 0; i < count; i++) {
      Frame frame = channel.poll();
      while (frame == null) {
        consumer.acquire();
        frame = channel.poll();
      }
      assertEquals(frame(i), frame);
    }
    thread.join();
    assertNull(failure.get());
  }

  /** Of all sizes, so that the ring's limit changes all the time. */
  private static Frame frame(int i) {
    return i % 7 == 0 ? new Frame.Watermark(i) : new Frame.Data(EMPTY, (long) (i % 41) << 20 | i);
  }
}
