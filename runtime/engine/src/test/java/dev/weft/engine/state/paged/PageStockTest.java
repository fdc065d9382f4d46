package dev.weft.engine.state.paged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.api.error.WeftException;
import dev.weft.engine.memory.MemoryPool;
import org.junit.jupiter.api.Test;

class PageStockTest {
  private static final int PAGE = PageStock.PAGE_BYTES;

  private final MemoryPool pool = MemoryPool.root("worker", 8L * PAGE);
  private final Generation generation = new Generation(pool, () -> {});
  private final PageStock stock = generation.pages();

  @Test
  void aPageIsUsedAgainOnceNoFrozenStateMayReadIt() {
    stock.take();
    byte[] page = stock.take();
    generation.freeze();
    stock.giveBack(page);
    byte[] other = stock.take();
    assertNotSame(page, other);
    generation.thaw();
    assertSame(page, stock.take());
    assertEquals(3L * PAGE, pool.reserved());
  }

  @Test
  void aPageHeldByOneFrozenStateIsFreeInTheNext() {
    stock.take();
    byte[] page = stock.take();
    generation.freeze();
    stock.giveBack(page);
    generation.thaw();
    generation.freeze();
    assertSame(page, stock.take());
  }

  @Test
  void thereAreAtMostAsManyFreePagesAsPagesInUse() {
    byte[][] pages = new byte[6][];
    for (int i = 0; i < 6; i++) {
      pages[i] = stock.take();
    }
    for (int i = 0; i < 5; i++) {
      stock.giveBack(pages[i]);
    }
    assertEquals(2L * PAGE, pool.reserved());
    stock.giveBack(pages[5]);
    assertEquals(0, pool.reserved());
  }

  @Test
  void aFreezeGivesUpWhatWasNotNeededSinceTheOneBefore() {
    byte[][] pages = new byte[4][];
    for (int i = 0; i < 4; i++) {
      pages[i] = stock.take();
    }
    stock.giveBack(pages[0]);
    stock.giveBack(pages[1]);
    generation.freeze();
    generation.thaw();
    assertEquals(4L * PAGE, pool.reserved());
    byte[] needed = stock.take();
    stock.giveBack(needed);
    generation.freeze();
    assertEquals(3L * PAGE, pool.reserved());
  }

  @Test
  void freePagesGoBeforeMemoryIsRefused() {
    byte[][] pages = new byte[4][];
    for (int i = 0; i < 4; i++) {
      pages[i] = stock.take();
    }
    stock.giveBack(pages[0]);
    stock.giveBack(pages[1]);
    generation.reserve(6L * PAGE);
    assertEquals(8L * PAGE, pool.reserved());
    assertThrows(WeftException.class, () -> generation.reserve(1));
  }
}
