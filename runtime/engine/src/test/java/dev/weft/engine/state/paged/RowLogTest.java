package dev.weft.engine.state.paged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.batch.ByteSink;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RowLogTest {
  private static ByteSink row(int key, int valueBytes) {
    ByteSink row = new ByteSink(64);
    row.writeInt(0);
    row.writeInt(key);
    row.writeInt(Integer.BYTES);
    row.writeInt(1);
    row.writeInt(key);
    row.writeInt(valueBytes);
    row.write(new byte[valueBytes], 0, valueBytes);
    return row;
  }

  /** Addresses have an end: what lies beyond must not take the place of what is there. */
  @Test
  void aLogThatHasNoAddressesLeftIsOutgrown() {
    AtomicInteger outgrown = new AtomicInteger();
    RowLog log = new RowLog(new Generation(null, outgrown::incrementAndGet), 40);
    int rows = 0;
    WeftException full = null;
    while (full == null) {
      ByteSink next = row(rows, 30_000);
      try {
        log.put(-1, rows, next);
        rows++;
      } catch (WeftException e) {
        full = e;
      }
    }
    assertTrue(rows >= 40 && rows <= 80, rows + " rows");
    assertEquals(rows, log.size());
    assertEquals(1, outgrown.get());
    assertEquals(ErrorCode.RESOURCE, full.code());
    assertTrue(full.getMessage().contains("pipeline.max-parallelism"), full.getMessage());
    for (int key = 0; key < rows; key++) {
      byte[] name = {(byte) (key >> 24), (byte) (key >> 16), (byte) (key >> 8), (byte) key};
      assertTrue(log.find(key, name, name.length) >= 0, "row " + key);
    }
  }

  /** A row whose last byte tells it from others. */
  private static ByteSink named(int key) {
    ByteSink row = row(key, 8);
    row.array()[row.position() - 1] = (byte) key;
    return row;
  }

  /** What is loaded early must be the row that is then asked for, not what lies in its way. */
  @Test
  void theRowOfAHashIsTouchedWhereverItsPlaceInTheIndexIs() {
    int first = 15; // the last slot of an index of 16: the next ones go on at its beginning
    RowLog alone = new RowLog(new Generation(null, () -> {}));
    alone.put(-1, first + 32, named(first + 32));
    int wanted = alone.touchRow(first + 32);

    RowLog log = new RowLog(new Generation(null, () -> {}));
    assertEquals(0, log.touchRow(first), "in an empty log");
    log.put(-1, first, named(first));
    log.put(-1, first + 16, named(first + 16));
    log.put(-1, first + 32, named(first + 32));
    assertEquals(16, log.capacity());
    assertEquals(wanted, log.touchRow(first + 32));
    assertTrue(wanted != 0 && wanted != log.touchRow(first), wanted + " for both rows");
    assertEquals(0, log.touchRow(first + 48), "a hash that no row has");
    assertEquals(0, log.touchRow(7), "a free slot");
  }

  @Test
  void capturedRowsFillBlocksByTheirBytesToo() {
    RowLog log = new RowLog(new Generation(null, () -> {}));
    for (int key = 0; key < 100; key++) {
      log.put(-1, key, row(key, 1000));
    }
    CapturedLog captured = log.capture(0, true);
    AtomicInteger blocks = new AtomicInteger();
    RowBlocks writer =
        new RowBlocks(
            1024, 10_000, dev.weft.engine.batch.ColumnCodec.of(dev.weft.api.types.Types.INT), 1);
    ByteSink target = new ByteSink(64);
    writer.writeRows(
        captured,
        target,
        () -> {
          assertTrue(target.position() < 12_000, "a block of " + target.position());
          target.reset();
          blocks.incrementAndGet();
        });
    assertEquals(10, blocks.get());
  }
}
