package dev.weft.testing;

import java.util.ArrayList;
import java.util.List;

/**
 * Two lists side by side.
 *
 * @param missing what is expected but did not come
 * @param surplus what came but is not expected
 * @param firstDifference where an ordered comparison first fails, or -1
 */
record Comparison(
    List<?> expected,
    List<?> actual,
    List<Object> missing,
    List<Object> surplus,
    int firstDifference) {
  static Comparison of(List<?> expected, List<?> actual, boolean ordered) {
    List<Object> surplus = new ArrayList<>(actual);
    List<Object> missing = new ArrayList<>();
    for (Object value : expected) {
      if (!surplus.remove(value)) {
        missing.add(value);
      }
    }
    int difference = -1;
    for (int i = 0;
        ordered && difference < 0 && i < Math.min(expected.size(), actual.size());
        i++) {
      if (!java.util.Objects.equals(expected.get(i), actual.get(i))) {
        difference = i;
      }
    }
    return new Comparison(expected, actual, missing, surplus, difference);
  }

  void orFail(String where) {
    if (missing.isEmpty() && surplus.isEmpty() && firstDifference < 0) {
      return;
    }
    StringBuilder text = new StringBuilder(where).append(": ");
    if (missing.isEmpty() && surplus.isEmpty()) {
      text.append("another order from position ").append(firstDifference);
    } else {
      text.append(missing.isEmpty() ? "" : "missing " + missing);
      text.append(missing.isEmpty() || surplus.isEmpty() ? "" : ", ");
      text.append(surplus.isEmpty() ? "" : "not expected " + surplus);
    }
    throw new AssertionError(text + "\n  expected " + expected + "\n  came     " + actual);
  }
}
