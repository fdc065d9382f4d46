package dev.weft.testing.differential;

import dev.weft.testing.TestRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What happens to a program, drawn from a seed. */
record RandomScript(List<Event> events) {
  private static final String[] TEXTS = {"", "a", "b", "word", "ü", null};
  private static final int EVENTS_MAX = 40;
  private static final int ROWS_MAX = 6;

  /** Something that happens. */
  sealed interface Event {
    /** Rows of an input that arrive in one batch. */
    record Rows(int input, List<TestRecord<Item>> rows) implements Event {}

    /** A watermark of an input, larger than its last one. */
    record Watermark(int input, long timestamp) implements Event {}

    /** The wall clock moves on. */
    record Time(long millis) implements Event {}
  }

  /** The same with the wall clock now and then. */
  static RandomScript drawTimed(Random random, RandomProgram program) {
    List<Event> events = new ArrayList<>();
    long now = 0;
    for (Event event : draw(random, program).events) {
      if (random.nextInt(3) == 0) {
        now += 1 + random.nextInt(25);
        events.add(new Event.Time(now));
      }
      events.add(event);
    }
    return new RandomScript(events);
  }

  static RandomScript draw(Random random, RandomProgram program) {
    List<Event> events = new ArrayList<>();
    long[] watermarks = new long[program.inputs()];
    int count = random.nextInt(EVENTS_MAX);
    for (int i = 0; i < count; i++) {
      int input = random.nextInt(program.inputs());
      if (!program.reads(input)) {
        continue;
      }
      if (random.nextInt(3) == 0) {
        watermarks[input] += 1 + random.nextInt(40);
        events.add(new Event.Watermark(input, watermarks[input]));
      } else {
        List<TestRecord<Item>> rows = new ArrayList<>();
        for (int row = random.nextInt(ROWS_MAX); row >= 0; row--) {
          rows.add(row(random, watermarks[input]));
        }
        events.add(new Event.Rows(input, rows));
      }
    }
    return new RandomScript(events);
  }

  private static TestRecord<Item> row(Random random, long watermark) {
    Item item =
        new Item(
            random.nextInt(12) - 3,
            random.nextInt(2000) - 1000,
            TEXTS[random.nextInt(TEXTS.length)]);
    return TestRecord.at(item, Math.max(0, watermark + random.nextInt(100) - 40));
  }
}
