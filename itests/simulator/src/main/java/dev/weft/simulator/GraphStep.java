package dev.weft.simulator;

/** A step of a simulated job between the source and the sink. */
enum GraphStep {
  /** Changes the value of each record. */
  MAP(true),
  /** Even and odd records go two ways and come together again. */
  UNION(true),
  /** Records go to the subtasks in turn. */
  REBALANCE(true),
  /** Some records also go to all subtasks, which keep in broadcast state how far they came. */
  BROADCAST(true),
  /** Neighbours wait for each other in the state of an operator with two inputs. */
  PAIR(false),
  /** Records wait for the end of a window of event time. */
  WINDOW(false),
  /** Records wait for a timer of event time. */
  TIMER(false),
  /** Each record is joined with itself. */
  JOIN(false);

  /** Whether a record is always in one place only: in a channel, or through. */
  final boolean exact;

  GraphStep(boolean exact) {
    this.exact = exact;
  }
}
