package dev.weft.engine.state.panes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.Types;
import dev.weft.engine.batch.KeyHasher;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.state.StateStore;
import dev.weft.engine.state.StateStores;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class PaneMemoryTest {
  private static final int BATCH = 1_000;

  /** An accumulator. */
  public record Tally(long count, String last) {}

  /** What earlier tests left behind may go while a table is measured. */
  private static final int ATTEMPTS = 5;

  private final MemoryPool pool = MemoryPool.root("test", 256L << 20);

  private static long usedBytes() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private PaneTable table(TypeInformation<?> keys, TypeInformation<?> accumulators) {
    StateStore store = StateStores.heap("Count (1/1)", keys, 0, 4, 4, pool);
    PaneTable table = new PaneTable(new PaneTable.Layout(keys, accumulators, 10, 0, 4));
    store.attach(table);
    return table;
  }

  /** Adds keys to a pane. */
  private static void fill(PaneTable table, Pane pane, int from, int to, boolean whole) {
    Object[] keys = new Object[BATCH];
    int[] hashes = new int[BATCH];
    int[] ids = new int[BATCH];
    KeyHasher hasher = KeyHasher.of(whole ? Types.LONG : Types.STRING);
    for (int first = from; first < to; first += BATCH) {
      for (int i = 0; i < BATCH; i++) {
        keys[i] = whole ? (Object) (long) (first + i) : "key number " + (first + i);
        hashes[i] = hasher.hash(keys[i]);
      }
      table.numbers(keys, hashes, ids, BATCH);
      table.prepare(pane);
      for (int i = 0; i < BATCH; i++) {
        if (whole) {
          pane.longs[ids[i]] = 1;
        } else {
          pane.objects[ids[i]] = new Tally(1, "value of " + (first + i));
        }
        table.entered(pane, ids[i]);
      }
    }
  }

  private void measure(TypeInformation<?> keys, TypeInformation<?> accumulators, boolean whole) {
    double used = 0;
    double reserved = 0;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      long reservedBefore = pool.reserved();
      long before = usedBytes();
      PaneTable table = table(keys, accumulators);
      fill(table, table.add(0), 0, 300_000, whole);
      fill(table, table.add(10), 0, 150_000, whole);
      used = usedBytes() - before;
      reserved = pool.reserved() - reservedBefore;
      table.dropFirst();
      assertTrue(pool.reserved() - reservedBefore < reserved, "a pane is given back");
      if (reserved > used / 2 && reserved < used * 2) {
        return;
      }
    }
    fail(reserved + " reserved of " + used + " used");
  }

  @Test
  void numbersAreAccountedFor() {
    measure(Types.LONG, Types.LONG, true);
  }

  @Test
  void objectsAreAccountedFor() {
    measure(Types.STRING, TypeInformation.of(Tally.class), false);
  }

  @Test
  void panesThatOutgrowTheMemoryAreRefused() {
    PaneTable table = table(Types.LONG, Types.LONG);
    Pane pane = table.add(0);
    WeftException refused =
        assertThrows(WeftException.class, () -> fill(table, pane, 0, 20_000_000, true));
    assertEquals(ErrorCode.RESOURCE, refused.code());
    assertTrue(refused.getMessage().contains("state of Count (1/1)"), refused.getMessage());
  }
}
