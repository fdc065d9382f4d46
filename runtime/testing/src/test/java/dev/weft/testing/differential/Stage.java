package dev.weft.testing.differential;

import java.io.Serializable;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A step of a random program.
 *
 * @param kind what it does
 * @param inputs numbers of streams
 * @param groups into how many groups keys fall, where the step is keyed
 * @param keyType of the groups
 * @param a a parameter of the kind
 * @param b another
 * @param chain how the step may share a chain: 0 as it likes, 1 not with its input, 2 not at all
 * @param window null unless the kind is {@link Kind#WINDOW}
 */
record Stage(
    Kind kind,
    List<Integer> inputs,
    int groups,
    KeyType keyType,
    int a,
    int b,
    int chain,
    RandomWindow window)
    implements Serializable {

  /** As what a group is given to the engine. */
  enum KeyType {
    NUMBER,
    TEXT,
    RECORD
  }

  /** What a step does. */
  enum Kind {
    /** Changes the value. */
    MAP,
    /** Changes the key. */
    REKEY,
    FILTER,
    /** 0 to 2 records each. */
    FLAT_MAP,
    /** Even values go to a side output. */
    SPLIT,
    UNION,
    /** Rows go to any subtask. */
    REBALANCE,
    /** Rows go to near subtasks. */
    RESCALE,
    /** The running sum. */
    REDUCE,
    /** The running sum of a field. */
    SUM,
    /** The running maximum of a field, with the record it is of. */
    MAX,
    /** The record with the greatest value so far: the first such if a is even, else the last. */
    MAX_BY,
    /** Sums until a timer fires, at multiples of a. */
    TIMERS,
    /** Remembers the last records in a list. */
    LIST,
    /** Counts texts in a map. */
    MAP_STATE,
    /** Sums over windows of a, late by b at most; what is later goes to a side output. */
    TUMBLING,
    /** Sums over sessions with a gap of a; what is later goes to a side output. */
    SESSION,
    /** Windows of any kind; what is later goes to a side output. */
    WINDOW,
    /** Sums of two streams over windows of a. */
    CO_GROUP,
    /** Pairs of two streams over windows of a. */
    JOIN,
    /** Pairs of two streams, the second at most a before and b after the first; late ones drop. */
    INTERVAL_JOIN,
    /** The difference of the sums of two streams until a timer fires, at multiples of a. */
    CONNECT,
    /** Sums until a timer fires, at multiples of a, with what a broadcast stream has brought. */
    BROADCAST,
    /** Changes the value, by an answer that comes later; in order if a is even. */
    ASYNC;

    /** What a bounded stream makes the same of, in whatever order its records come. */
    static final Set<Kind> ORDERLESS = orderless();

    private static Set<Kind> orderless() {
      Set<Kind> kinds = EnumSet.allOf(Kind.class);
      kinds.removeIf(kind -> kind.needsOrder(0));
      return kinds;
    }

    /** Whether what is emitted depends on the order of the records of a group. */
    boolean needsOrder(int b) {
      return switch (this) {
        case REDUCE, SUM, MAX, MAX_BY, LIST, MAP_STATE, SESSION, WINDOW -> true;
        case TUMBLING -> b > 0;
        default -> false;
      };
    }

    /** Whether a is the length of windows. */
    boolean windowed() {
      return this == TUMBLING || this == SESSION || this == CO_GROUP || this == JOIN;
    }

    /** Whether a is the period of timers. */
    boolean timed() {
      return this == TIMERS || this == CONNECT || this == BROADCAST;
    }

    /** Whether it pairs records, so that there may be many more than before. */
    boolean pairs() {
      return this == JOIN || this == INTERVAL_JOIN;
    }

    /** Whether it has two inputs. */
    boolean twoInputs() {
      return this == UNION || this == CO_GROUP || this == CONNECT || this == BROADCAST || pairs();
    }

    /** Whether it asks records of its input for their time. */
    boolean needsTime(int input) {
      return windowed() || this == INTERVAL_JOIN || timed() && !(this == BROADCAST && input == 1);
    }

    /** How many streams come out. */
    int outputs() {
      return this == SPLIT || this == TUMBLING || this == SESSION || this == WINDOW ? 2 : 1;
    }
  }

  int group(Item item) {
    return Math.floorMod(item.key(), groups);
  }
}
