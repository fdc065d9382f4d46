package dev.weft.engine.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryPoolTest {
  private final MemoryPool worker = MemoryPool.root("worker w1", 1000);
  private final MemoryPool job = worker.child("job a", MemoryPool.UNLIMITED);
  private final MemoryPool other = worker.child("job b", 300);
  private final MemoryPool task = job.child("count (1/2)", MemoryPool.UNLIMITED);

  @Test
  void reservationsCountForAllAbove() {
    task.reserve(600);
    other.reserve(100);
    assertEquals(600, job.reserved());
    assertEquals(700, worker.reserved());
    task.release(200);
    assertEquals(400, task.reserved());
    assertEquals(500, worker.reserved());
  }

  @Test
  void aRefusalNamesWhoWantsAndWhoHolds() {
    task.reserve(600);
    other.reserve(200);
    WeftException e = assertThrows(WeftException.class, () -> other.reserve(101));
    assertEquals(ErrorCode.RESOURCE, e.code());
    assertTrue(
        e.getMessage().startsWith("job b needs 101 bytes more, but of the 300 bytes of job b"));
    e = assertThrows(WeftException.class, () -> task.reserve(201));
    assertTrue(
        e.getMessage()
            .contains(
                "1000 bytes of worker w1 800 bytes are taken"
                    + " (job a: 600 bytes (count (1/2): 600 bytes), job b: 200 bytes)"),
        e.getMessage());
    assertEquals(800, worker.reserved());
    assertFalse(task.tryReserve(201));
    assertTrue(task.tryReserve(200));
  }

  @Test
  void closingGivesEverythingBack() {
    task.reserve(600);
    job.reserve(50);
    job.close();
    assertEquals(0, worker.reserved());
    task.release(600);
    job.close();
    assertThrows(IllegalStateException.class, () -> task.reserve(1));
    other.reserve(300);
    assertEquals(300, worker.reserved());
  }

  @Test
  void givingBackMoreThanHeldIsAProgrammersError() {
    task.reserve(10);
    assertThrows(IllegalStateException.class, () -> task.release(11));
  }

  @Test
  void threadsLoseNothing() throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      MemoryPool pool = job.child("t" + i, MemoryPool.UNLIMITED);
      threads.add(
          new Thread(
              () -> {
                for (int k = 0; k < 20_000; k++) {
                  if (pool.tryReserve(k % 400)) {
                    pool.release(k % 400);
                  }
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(0, worker.reserved());
  }
}
