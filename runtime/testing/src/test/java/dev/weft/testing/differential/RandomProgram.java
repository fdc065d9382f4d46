package dev.weft.testing.differential;

import dev.weft.testing.differential.Stage.KeyType;
import dev.weft.testing.differential.Stage.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * A program drawn from a seed. Streams are numbered: first the inputs, then what the stages emit,
 * in their order. Streams that no stage reads are the outputs.
 *
 * @param inputs how many inputs there are
 */
record RandomProgram(int inputs, List<Stage> stages) {
  private static final int STAGES_MAX = 7;
  private static final int INPUTS_MAX = 3;

  /** A stream in any order. */
  private static final int UNORDERED = 0;

  /** A stream as it came in: in order, before it was spread over subtasks. */
  private static final int ORDERED = -1;

  static RandomProgram draw(Random random) {
    return draw(random, EnumSet.allOf(Kind.class));
  }

  /** A program of steps of these kinds. */
  static RandomProgram draw(Random random, Set<Kind> kinds) {
    int inputs = 1 + random.nextInt(INPUTS_MAX);
    List<Stage> stages = new ArrayList<>();

    // by stream: into how many groups keys fall so that the order within each is sure
    List<Integer> order = new ArrayList<>();
    // by stream: whether its records carry the end of time, as those of endless windows do
    List<Boolean> timeless = new ArrayList<>();
    for (int i = 0; i < inputs; i++) {
      order.add(ORDERED);
      timeless.add(false);
    }
    int count = 1 + random.nextInt(STAGES_MAX);
    while (stages.size() < count) {
      Stage stage = stage(random, kinds, order, timeless);
      if (stage.kind().pairs() && stages.stream().anyMatch(each -> each.kind().pairs())) {
        continue;
      }
      int after = orderAfter(stage, order.get(stage.inputs().get(0)));
      boolean timelessAfter =
          stage.inputs().stream().anyMatch(timeless::get)
              || stage.window() != null && stage.window().shape().global();
      for (int output = 0; output < stage.kind().outputs(); output++) {
        order.add(after);
        timeless.add(timelessAfter && stage.kind() != Kind.BROADCAST);
      }
      stages.add(stage);
    }
    return new RandomProgram(inputs, stages);
  }

  /** A program of one input and any windows of it. */
  static RandomProgram drawWindow(Random random) {
    KeyType keyType = KeyType.values()[random.nextInt(KeyType.values().length)];
    RandomWindow window = RandomWindow.draw(random);
    Stage stage =
        new Stage(Kind.WINDOW, List.of(0), 1 + random.nextInt(4), keyType, 0, 0, 0, window);
    return new RandomProgram(1, List.of(stage));
  }

  private static Stage stage(
      Random random, Set<Kind> kinds, List<Integer> order, List<Boolean> timeless) {
    List<Kind> choice = List.copyOf(kinds);
    while (true) {
      Kind kind = choice.get(random.nextInt(choice.size()));
      // streams that came last are read more often, so that programs get deep
      int input =
          order.size() - 1 - Math.min(random.nextInt(order.size()), random.nextInt(order.size()));
      int groups = 1 + random.nextInt(4);
      if (order.get(input) > 0 && random.nextInt(3) > 0) {
        groups = order.get(input);
      }
      int a = kind.timed() || kind.windowed() ? 10 + random.nextInt(50) : random.nextInt(9);
      int b =
          kind == Kind.INTERVAL_JOIN || kind == Kind.TUMBLING && random.nextBoolean()
              ? random.nextInt(60)
              : 0;
      boolean ordered = order.get(input) == ORDERED || order.get(input) == groups;
      if (kind.needsOrder(b) && !ordered) {
        continue;
      }
      RandomWindow window =
          kind == Kind.WINDOW ? RandomWindow.drawForPipeline(random, timeless.get(input)) : null;
      if (window != null && window.all() && order.get(input) != ORDERED) {
        continue;
      }
      List<Integer> inputs = new ArrayList<>(List.of(input));
      if (kind.twoInputs()) {
        int other = random.nextInt(order.size());
        if (other == input) {
          continue;
        }
        inputs.add(other);
      }
      if (needsMissingTime(kind, inputs, timeless)) {
        continue;
      }
      KeyType keyType = KeyType.values()[random.nextInt(KeyType.values().length)];
      int chain = Math.max(0, random.nextInt(8) - 5);
      return new Stage(kind, inputs, groups, keyType, a, b, chain, window);
    }
  }

  private static boolean needsMissingTime(Kind kind, List<Integer> inputs, List<Boolean> timeless) {
    for (int input = 0; input < inputs.size(); input++) {
      if (kind.needsTime(input) && timeless.get(inputs.get(input))) {
        return true;
      }
    }
    return false;
  }

  private static int orderAfter(Stage stage, int before) {
    return switch (stage.kind()) {
      case REKEY, UNION, REBALANCE, RESCALE, WINDOW, JOIN, INTERVAL_JOIN -> UNORDERED;
      case ASYNC -> stage.a() % 2 == 0 && before != ORDERED ? before : UNORDERED;
      case MAP, FILTER, FLAT_MAP, SPLIT -> before == ORDERED ? UNORDERED : before;
      default ->
          stage.kind().needsOrder(stage.b()) || before != UNORDERED ? stage.groups() : UNORDERED;
    };
  }

  /** The same program but for a parameter of its last stage. */
  RandomProgram withOtherLastStage() {
    List<Stage> changed = new ArrayList<>(stages);
    Stage last = changed.remove(changed.size() - 1);
    changed.add(
        new Stage(
            last.kind(),
            last.inputs(),
            last.groups() + 1,
            last.keyType(),
            last.a() + 1,
            last.b(),
            last.chain(),
            last.window() == null ? null : last.window().changed()));
    return new RandomProgram(inputs, changed);
  }

  /** How many streams there are. */
  int streams() {
    return inputs + stages.stream().mapToInt(stage -> stage.kind().outputs()).sum();
  }

  /** The streams that no stage reads, except those that are inputs. */
  List<Integer> outputs() {
    List<Integer> unread = new ArrayList<>();
    for (int stream = inputs; stream < streams(); stream++) {
      int number = stream;
      if (stages.stream().noneMatch(stage -> stage.inputs().contains(number))) {
        unread.add(stream);
      }
    }
    return unread;
  }

  /** Whether some stage reads an input. */
  boolean reads(int input) {
    return stages.stream().anyMatch(stage -> stage.inputs().contains(input));
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("program of " + inputs + " inputs");
    int stream = inputs;
    for (Stage stage : stages) {
      text.append("\n  ").append(stream).append(" = ").append(stage);
      stream += stage.kind().outputs();
    }
    return text.toString();
  }
}
