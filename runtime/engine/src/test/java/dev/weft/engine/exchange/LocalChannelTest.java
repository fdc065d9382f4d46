package dev.weft.engine.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LocalChannelTest {
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
                  while (!channel.offer(new Frame.Watermark(i))) {
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
      assertEquals(i, ((Frame.Watermark) frame).timestamp());
    }
    thread.join();
    assertNull(failure.get());
  }
}
