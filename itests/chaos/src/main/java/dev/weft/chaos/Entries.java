package dev.weft.chaos;

import dev.weft.chaos.job.LedgerJob;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * Entries of the ledger that were seen, held against what must be: every index of a split from its
 * start without a gap and once; the numbers of an account from 1.
 */
final class Entries {
  private final long accounts;
  private final BitSet[] splits = new BitSet[LedgerJob.SPLITS];
  private final Map<Long, BitSet> numbers = new HashMap<>();

  Entries(long accounts) {
    this.accounts = accounts;
    for (int split = 0; split < splits.length; split++) {
      splits[split] = new BitSet();
    }
  }

  long count() {
    long entries = 0;
    for (BitSet split : splits) {
      entries += split.cardinality();
    }
    return entries;
  }

  /** How many places of a split were reached. */
  int length(int split) {
    return splits[split].length();
  }

  /** Takes the fields of a line; {@code where} says of which file. */
  void add(String[] fields, String where) {
    long index = Long.parseLong(fields[0]);
    long account = Long.parseLong(fields[1]);
    if (account != LedgerJob.accountOf(index, accounts)) {
      throw new AssertionError(where + ": entry " + index + " has account " + account);
    }
    BitSet split = splits[(int) (index % LedgerJob.SPLITS)];
    int place = (int) (index / LedgerJob.SPLITS);
    if (split.get(place)) {
      throw new AssertionError(where + " repeats entry " + index);
    }
    split.set(place);
    BitSet ofAccount = numbers.computeIfAbsent(account, a -> new BitSet());
    int number = Integer.parseInt(fields[2]);
    if (ofAccount.get(number)) {
      throw new AssertionError(where + " repeats number " + number + " of account " + account);
    }
    ofAccount.set(number);
  }

  /** The first thing that is missing between others; null when there is none. */
  String firstGap() {
    for (int split = 0; split < splits.length; split++) {
      if (splits[split].nextClearBit(0) < splits[split].length()) {
        return "split " + split + " lacks place " + splits[split].nextClearBit(0);
      }
    }
    for (Map.Entry<Long, BitSet> account : numbers.entrySet()) {
      BitSet of = account.getValue();
      if (of.get(0) || of.nextClearBit(1) < of.length()) {
        return "account " + account.getKey() + " lacks number " + of.nextClearBit(1);
      }
    }
    return null;
  }
}
