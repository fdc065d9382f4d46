package dev.weft.engine.server.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.world.Loop;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ControlThreadTest {
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final ControlThread loop = new ControlThread("loop", failure::set);

  @AfterEach
  void stop() {
    loop.stop();
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    assertTrue(latch.await(60, TimeUnit.SECONDS), "an action was never run");
  }

  @Test
  void noActionIsLostWhenManyThreadsAppendWhileTheLoopParks() throws Exception {
    int threads = 4;
    int rounds = 20_000;
    List<Thread> producers = new ArrayList<>();
    CountDownLatch done = new CountDownLatch(threads);
    for (int t = 0; t < threads; t++) {
      Thread producer =
          new Thread(
              () -> {
                for (int i = 0; i < rounds; i++) {
                  // Every action is waited for, so that the loop parks again and again.
                  CountDownLatch ran = new CountDownLatch(1);
                  loop.execute(ran::countDown);
                  try {
                    await(ran);
                  } catch (InterruptedException e) {
                    return;
                  }
                }
                done.countDown();
              });
      producers.add(producer);
      producer.start();
    }
    await(done);
  }

  @Test
  void actionsOfOneThreadRunInOrder() throws Exception {
    List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch done = new CountDownLatch(1);
    for (int i = 0; i < 10_000; i++) {
      int number = i;
      loop.execute(() -> seen.add(number));
    }
    loop.execute(done::countDown);
    await(done);
    for (int i = 0; i < 10_000; i++) {
      assertEquals(i, seen.get(i));
    }
  }

  @Test
  void timersRunByTimeThenByOrderAndCanceledOnesDoNot() throws Exception {
    List<String> seen = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch done = new CountDownLatch(1);
    loop.execute(
        () -> {
          loop.schedule(
              30,
              () -> {
                seen.add("late");
                done.countDown();
              });
          loop.schedule(1, () -> seen.add("first"));
          loop.schedule(1, () -> seen.add("second"));
          Loop.Timer never = loop.schedule(1, () -> seen.add("never"));
          never.cancel();
          never.cancel();
        });
    await(done);
    assertEquals(List.of("first", "second", "late"), seen);
  }

  @Test
  void manyCanceledTimersAreForgotten() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    loop.execute(
        () -> {
          for (int i = 0; i < 100_000; i++) {
            loop.schedule(3_600_000, () -> {}).cancel();
          }
          loop.schedule(0, done::countDown);
        });
    await(done);
  }

  @Test
  void anActionThatThrowsIsReportedAndTheNextRuns() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    loop.execute(
        () -> {
          throw new IllegalStateException("planned");
        });
    loop.execute(done::countDown);
    await(done);
    assertEquals("planned", failure.get().getMessage());
  }
}
