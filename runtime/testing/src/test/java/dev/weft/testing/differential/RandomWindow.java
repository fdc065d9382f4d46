package dev.weft.testing.differential;

import java.io.Serializable;
import java.util.List;
import java.util.Random;

/**
 * A windowed step of a random program.
 *
 * @param shape of the windows
 * @param eventTime whether they go by event time, else by the wall clock
 * @param size of windows, or the gap of sessions; records for windows that count
 * @param slide between the starts of windows; records for windows that count
 * @param offset of windows of time
 * @param firing when they emit; null as is usual for the shape
 * @param evicting what leaves them; null nothing
 * @param lateness for how long they live on
 * @param result what comes out of them
 * @param all whether there is one window for all keys
 */
record RandomWindow(
    Shape shape,
    boolean eventTime,
    int size,
    int slide,
    int offset,
    Firing firing,
    Evicting evicting,
    int lateness,
    Result result,
    boolean all)
    implements Serializable {

  /** Which windows there are. */
  enum Shape {
    TUMBLING,
    SLIDING,
    SESSION,
    /** The gap follows from the value. */
    DYNAMIC_SESSION,
    GLOBAL,
    /** So many records. */
    COUNT,
    /** The last so many records, whenever some have come. */
    COUNT_SLIDE;

    boolean merges() {
      return this == SESSION || this == DYNAMIC_SESSION;
    }

    boolean global() {
      return this == GLOBAL || this == COUNT || this == COUNT_SLIDE;
    }
  }

  /** When windows emit. */
  sealed interface Firing extends Serializable {
    record EventTime() implements Firing {}

    record ProcessingTime() implements Firing {}

    record Count(int count) implements Firing {}

    record ContinuousEventTime(int interval) implements Firing {}

    record ContinuousProcessingTime(int interval) implements Firing {}

    record Delta(int threshold) implements Firing {}

    record Purging(Firing nested) implements Firing {}

    record Timeout(Firing nested, int millis, boolean reset, boolean clear) implements Firing {}
  }

  /** What leaves windows, before or after they emit. */
  sealed interface Evicting extends Serializable {
    record Count(int kept, boolean after) implements Evicting {}

    record Time(int millis, boolean after) implements Evicting {}

    record Delta(int threshold, boolean after) implements Evicting {}
  }

  /** What comes out. */
  enum Result {
    /** The sum. */
    AGGREGATE,
    /** The sum, kept in an accumulator that changes in place. */
    MUTABLE,
    /** The sum, without a word of the window. */
    REDUCE,
    /** All records, and how often the window has fired. */
    PROCESS
  }

  /** The length of the session that a record begins. */
  int gap(Item item) {
    return shape == Shape.SESSION ? size : 1 + (int) Math.floorMod(item.value(), (long) size);
  }

  /** Any window step. */
  static RandomWindow draw(Random random) {
    return draw(random, random.nextInt(3) > 0, true);
  }

  /**
   * A window step that the wall clock does not matter to.
   *
   * @param timeless whether the records that come carry the end of time
   */
  static RandomWindow drawForPipeline(Random random, boolean timeless) {
    while (true) {
      RandomWindow step = draw(random, true, false);
      boolean counts = step.firing == null || step.firing instanceof Firing.Count;
      if (!timeless || step.shape.global() && counts) {
        return step;
      }
    }
  }

  /** The same but for a number. */
  RandomWindow changed() {
    return new RandomWindow(
        shape, eventTime, size + 1, slide, offset, firing, evicting, lateness, result, all);
  }

  private static RandomWindow draw(Random random, boolean eventTime, boolean clock) {
    if (random.nextInt(3) == 0) {
      return aligned(random);
    }
    Shape shape = Shape.values()[random.nextInt(Shape.values().length)];
    boolean counts = shape == Shape.COUNT || shape == Shape.COUNT_SLIDE;
    int slide = counts ? 1 + random.nextInt(4) : 1 + random.nextInt(25);
    int size =
        switch (shape) {
          case TUMBLING -> slide;
          case SLIDING -> Math.max(1, slide + random.nextInt(40) - 5);
          case COUNT, COUNT_SLIDE -> 1 + random.nextInt(5);
          default -> 1 + random.nextInt(30);
        };
    int offset = shape.global() || random.nextBoolean() ? 0 : random.nextInt(slide);
    Firing firing = counts || random.nextInt(3) == 0 ? null : firing(random, shape, clock);
    Evicting evicting =
        counts || random.nextInt(4) > 0 ? null : evicting(random, shape, random.nextBoolean());
    int lateness = shape.global() || random.nextBoolean() ? 0 : random.nextInt(40);
    Result result = Result.values()[random.nextInt(Result.values().length)];
    return new RandomWindow(
        shape,
        eventTime,
        size,
        slide,
        offset,
        firing,
        evicting,
        lateness,
        result,
        random.nextInt(6) == 0);
  }

  /** Sums over windows of one length, which the engine puts together from panes. */
  private static RandomWindow aligned(Random random) {
    int slide = 1 + random.nextInt(12);
    int size = random.nextInt(3) == 0 ? slide : slide + random.nextInt(20);
    return new RandomWindow(
        size == slide ? Shape.TUMBLING : Shape.SLIDING,
        true,
        size,
        slide,
        random.nextInt(slide),
        null,
        null,
        random.nextBoolean() ? 0 : random.nextInt(15),
        random.nextInt(3) == 0
            ? Result.REDUCE
            : random.nextBoolean() ? Result.AGGREGATE : Result.MUTABLE,
        random.nextInt(6) == 0);
  }

  private static Firing firing(Random random, Shape shape, boolean clock) {
    Firing firing = plainFiring(random, shape, clock);
    if (clock && !shape.merges() && random.nextInt(5) == 0) {
      firing =
          new Firing.Timeout(
              firing, 1 + random.nextInt(30), random.nextBoolean(), random.nextBoolean());
    }
    return random.nextInt(4) == 0 ? new Firing.Purging(firing) : firing;
  }

  private static Firing plainFiring(Random random, Shape shape, boolean clock) {
    while (true) {
      switch (random.nextInt(6)) {
        case 0 -> {
          if (!shape.global()) {
            return new Firing.EventTime();
          }
        }
        case 1 -> {
          if (!shape.global() && clock) {
            return new Firing.ProcessingTime();
          }
        }
        case 2 -> {
          return new Firing.Count(1 + random.nextInt(4));
        }
        case 3 -> {
          return new Firing.ContinuousEventTime(1 + random.nextInt(20));
        }
        case 4 -> {
          if (clock) {
            return new Firing.ContinuousProcessingTime(1 + random.nextInt(20));
          }
        }
        default -> {
          if (!shape.merges()) {
            return new Firing.Delta(random.nextInt(800));
          }
        }
      }
    }
  }

  /** Where windows merge, only what does not ask for an order of their records. */
  private static Evicting evicting(Random random, Shape shape, boolean after) {
    return switch (shape.merges() ? 0 : random.nextInt(3)) {
      case 0 -> new Evicting.Time(1 + random.nextInt(20), after);
      case 1 -> new Evicting.Count(1 + random.nextInt(4), after);
      default -> new Evicting.Delta(1 + random.nextInt(1000), after);
    };
  }

  /** What a window of records emits. */
  Item emitted(int group, List<Item> records, String window, int fired) {
    long sum = records.stream().mapToLong(Item::value).sum();
    if (result == Result.PROCESS) {
      // the order within windows that were merged is nobody's promise
      List<String> texts =
          shape.merges()
              ? records.stream().map(String::valueOf).sorted().toList()
              : records.stream().map(String::valueOf).toList();
      return new Item(group, records.size(), fired + ": " + texts + " in " + window);
    }
    if (result == Result.REDUCE) {
      int key = records.stream().mapToInt(Item::key).min().orElseThrow();
      return new Item(key, sum, records.size() == 1 ? records.get(0).text() : "of several");
    }
    return new Item(group, sum, window);
  }
}
