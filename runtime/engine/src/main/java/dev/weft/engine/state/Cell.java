package dev.weft.engine.state;

/**
 * What a row holds for a state whose value can change in place. While a frozen state is open, a
 * cell older than its generation is only read; a copy takes its place when the state is touched.
 */
final class Cell {
  Object value;
  int since;

  /** What its contents count for {@link Contents}. */
  int counted;

  Cell(Object value, int since) {
    this.value = value;
    this.since = since;
  }
}
