package dev.weft.api.connector.builtin;

import dev.weft.api.connector.SourceSplit;

/**
 * Indexes from {@code next} to before {@code end} in steps of {@code stride}.
 *
 * @param number the number of the split within its source
 * @param next the index that is emitted next
 * @param end the first index that no longer belongs to the split
 * @param stride the distance between two indexes
 */
public record RangeSplit(int number, long next, long end, long stride) implements SourceSplit {
  @Override
  public String splitId() {
    return Integer.toString(number);
  }
}
