package dev.weft.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.chaos.job.LedgerJob;
import org.junit.jupiter.api.Test;

/** The check itself must turn red. */
class EntriesTest {
  private static final long ACCOUNTS = 1;

  private final Entries entries = new Entries(ACCOUNTS);

  @Test
  void aPrefixOfEverySplitHasNoGap() {
    assertNull(entries.firstGap());
    for (int index = 0; index < 3 * LedgerJob.SPLITS; index++) {
      add(index, index + 1);
      assertNull(entries.firstGap());
    }
    assertEquals(3 * LedgerJob.SPLITS, entries.count());
    assertEquals(3, entries.length(0));
  }

  @Test
  void aMissingEntryAndAMissingNumberAreGaps() {
    add(0, 1);
    add(2 * LedgerJob.SPLITS, 2);
    assertNotNull(entries.firstGap());
    add(LedgerJob.SPLITS, 4);
    assertNotNull(entries.firstGap());
    add(1, 3);
    assertNull(entries.firstGap());
  }

  @Test
  void whatComesTwiceOrWronglyIsNeverRight() {
    add(0, 1);
    assertThrows(AssertionError.class, () -> add(0, 2));
    assertThrows(AssertionError.class, () -> add(1, 1));
    assertThrows(AssertionError.class, () -> entries.add(new String[] {"2", "7", "2"}, "a test"));
  }

  private void add(long index, long number) {
    entries.add(new String[] {"" + index, "0", "" + number}, "a test");
  }
}
