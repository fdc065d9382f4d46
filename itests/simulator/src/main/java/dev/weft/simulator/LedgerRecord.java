package dev.weft.simulator;

/**
 * A record of the ledger.
 *
 * @param partition of the ledger
 * @param number within the partition, from 0
 * @param key the partition and one of its keys
 * @param value that follows from the seed and the place
 * @param count how many records of the key came, this one included; 0 before it is counted
 */
public record LedgerRecord(int partition, long number, String key, long value, long count) {
  /** The record that a ledger holds at a place, not counted. */
  static LedgerRecord at(long seed, int keys, int partition, long number) {
    return new LedgerRecord(
        partition, number, partition + ":" + number % keys, mix(mix(seed ^ partition) + number), 0);
  }

  /** The same, counted as it must be. */
  static LedgerRecord counted(long seed, int keys, int partition, long number) {
    return at(seed, keys, partition, number).withCount(number / keys + 1);
  }

  LedgerRecord withCount(long newCount) {
    return new LedgerRecord(partition, number, key, value, newCount);
  }

  LedgerRecord withValue(long newValue) {
    return new LedgerRecord(partition, number, key, newValue, count);
  }

  String line() {
    return partition + " " + number + " " + key + " " + value + " " + count;
  }

  /** Reads what {@link #line} wrote; anything else is refused. */
  static LedgerRecord parse(String line) {
    String[] parts = line.split(" ", -1);
    if (parts.length != 5) {
      throw new IllegalArgumentException("not a record: '" + line + "'");
    }
    return new LedgerRecord(
        Integer.parseInt(parts[0]),
        Long.parseLong(parts[1]),
        parts[2],
        Long.parseLong(parts[3]),
        Long.parseLong(parts[4]));
  }

  /** The finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). */
  private static long mix(long z) {
    long a = z + 0x9e3779b97f4a7c15L;
    a = (a ^ (a >>> 30)) * 0xbf58476d1ce4e5b9L;
    a = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
    return a ^ (a >>> 31);
  }
}
