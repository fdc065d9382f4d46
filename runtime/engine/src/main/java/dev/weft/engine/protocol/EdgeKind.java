package dev.weft.engine.protocol;

/** How records choose among the channels of an edge. */
public enum EdgeKind {
  /** Subtask i to subtask i. */
  FORWARD,
  /** In turn, by lot or as the user says: to any one. */
  REBALANCE,
  /** By key group. */
  HASH,
  /** To all. */
  BROADCAST,
  /** To subtask 0. */
  GLOBAL,
  /** In turn to the subtasks of the part of its number. */
  RESCALE;

  /** Subtasks in a row; {@code end} is the first that is not among them. */
  public record Span(int first, int end) {
    /** How many there are. */
    public int size() {
      return end - first;
    }
  }

  /** The consumers that a producer is connected to. */
  public Span consumersOf(int producer, int producers, int consumers) {
    return switch (this) {
      case FORWARD -> new Span(producer, producer + 1);
      case RESCALE -> across(producer, producers, consumers);
      default -> new Span(0, consumers);
    };
  }

  /** The producers that a consumer is connected to. */
  public Span producersOf(int consumer, int producers, int consumers) {
    return switch (this) {
      case FORWARD -> new Span(consumer, consumer + 1);
      case RESCALE -> across(consumer, consumers, producers);
      default -> new Span(0, producers);
    };
  }

  /**
   * What subtask {@code i} of {@code n} is connected to on the other side. The side of more
   * subtasks is cut into as many contiguous parts as the other has subtasks, of sizes that differ
   * by one at most.
   */
  private static Span across(int i, int n, int others) {
    if (n <= others) {
      return new Span((int) ((long) i * others / n), (int) ((long) (i + 1) * others / n));
    }
    int part = (int) (((long) (i + 1) * others - 1) / n);
    return new Span(part, part + 1);
  }
}
