package dev.weft.testing.differential;

import dev.weft.testing.TestRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Says what a program emits: one record at a time, depth first, everything that was ever seen kept
 * in lists and looked through again. Slow and obvious.
 */
final class Interpreter {
  private final RandomProgram program;
  private final List<Node> nodes = new ArrayList<>();
  private final List<List<Reader>> readers = new ArrayList<>();
  private final Map<Integer, List<TestRecord<Item>>> emitted = new TreeMap<>();

  /** A stage that reads a stream as one of its inputs. */
  private record Reader(Node node, int input) {}

  Interpreter(RandomProgram program) {
    this.program = program;
    for (int stream = 0; stream < program.streams(); stream++) {
      readers.add(new ArrayList<>());
      emitted.put(stream, new ArrayList<>());
    }
    int stream = program.inputs();
    for (Stage stage : program.stages()) {
      Node node = new Node(stage, stream);
      nodes.add(node);
      for (int input = 0; input < stage.inputs().size(); input++) {
        readers.get(stage.inputs().get(input)).add(new Reader(node, input));
      }
      stream += stage.kind().outputs();
    }
  }

  /** Runs a script to its end; then all inputs end. */
  Map<Integer, List<TestRecord<Item>>> run(RandomScript script) {
    for (RandomScript.Event event : script.events()) {
      if (event instanceof RandomScript.Event.Rows rows) {
        rows.rows().forEach(row -> row(rows.input(), row.value(), row.timestamp()));
      } else if (event instanceof RandomScript.Event.Watermark watermark) {
        watermark(watermark.input(), watermark.timestamp());
      } else if (event instanceof RandomScript.Event.Time time) {
        nodes.forEach(node -> node.time(time.millis()));
      }
      nodes.forEach(Node::settle);
    }
    for (int input = 0; input < program.inputs(); input++) {
      watermark(input, Long.MAX_VALUE);
    }
    return emitted;
  }

  private void row(int stream, Item item, long timestamp) {
    emitted.get(stream).add(TestRecord.at(item, timestamp));
    for (Reader reader : readers.get(stream)) {
      reader.node.row(reader.input, item, timestamp);
    }
  }

  private void watermark(int stream, long timestamp) {
    for (Reader reader : readers.get(stream)) {
      reader.node.watermark(reader.input, timestamp);
    }
  }

  /** A row that a stage has seen. */
  private record Seen(Item item, long timestamp, int group, int input) {}

  /** A session that is not over yet. */
  private record Session(int group, long begin, long end, long sum) {}

  /** One stage and all that it has seen. */
  private final class Node {
    final Stage stage;
    final int stream;
    final long[] watermarks;
    final List<Seen> seen = new ArrayList<>();
    final List<long[]> timers = new ArrayList<>();
    final List<Session> sessions = new ArrayList<>();
    final WindowOracle windows;
    long watermark = Long.MIN_VALUE;

    Node(Stage stage, int stream) {
      this.stage = stage;
      this.stream = stream;
      this.watermarks = new long[stage.inputs().size()];
      Arrays.fill(watermarks, Long.MIN_VALUE);
      this.windows =
          stage.window() == null
              ? null
              : new WindowOracle(
                  stage.window(),
                  this::emit,
                  (item, timestamp) -> Interpreter.this.row(stream + 1, item, timestamp));
    }

    void time(long millis) {
      if (windows != null) {
        windows.time(millis);
      }
    }

    void settle() {
      if (windows != null) {
        windows.settle();
      }
    }

    void emit(Item item, long timestamp) {
      Interpreter.this.row(stream, item, timestamp);
    }

    void row(int input, Item item, long timestamp) {
      int a = stage.a();
      switch (stage.kind()) {
        case UNION, REBALANCE, RESCALE -> emit(item, timestamp);
        case MAP -> emit(new Item(item.key(), item.value() * 3 + a, item.text()), timestamp);
        case ASYNC -> emit(new Item(item.key(), item.value() * 5 + a, item.text()), timestamp);
        case REKEY -> emit(new Item(item.key() * 7 + a, item.value(), item.text()), timestamp);
        case FILTER -> {
          if ((item.value() + a) % 3 != 0) {
            emit(item, timestamp);
          }
        }
        case FLAT_MAP -> {
          for (int i = 0; i < Math.abs(item.value() + a) % 3; i++) {
            emit(new Item(item.key(), item.value() + i, item.text()), timestamp);
          }
        }
        case SPLIT ->
            Interpreter.this.row(item.value() % 2 == 0 ? stream + 1 : stream, item, timestamp);
        case WINDOW -> windows.row(stage.group(item), item, timestamp);
        default -> keyedRow(new Seen(item, timestamp, stage.group(item), input));
      }
    }

    private void keyedRow(Seen row) {
      if (stage.kind() == Stage.Kind.SESSION) {
        sessionRow(row);
        return;
      }
      if (stage.kind().windowed()) {
        windowRow(row);
        return;
      }
      if (stage.kind() == Stage.Kind.INTERVAL_JOIN) {
        intervalRow(row);
        return;
      }
      seen.add(row);
      if (stage.kind().timed()) {
        timedRow(row);
        return;
      }
      List<Item> group = seen.stream().filter(s -> s.group == row.group).map(Seen::item).toList();
      Item first = group.get(0);
      Item item = row.item;
      switch (stage.kind()) {
        case REDUCE ->
            emit(
                new Item(first.key(), group.stream().mapToLong(Item::value).sum(), item.text()),
                row.timestamp);
        case SUM ->
            emit(
                new Item(first.key(), group.stream().mapToLong(Item::value).sum(), first.text()),
                row.timestamp);
        case MAX ->
            emit(
                new Item(
                    first.key(),
                    group.stream().mapToLong(Item::value).max().orElseThrow(),
                    first.text()),
                row.timestamp);
        case MAX_BY -> {
          long most = group.stream().mapToLong(Item::value).max().orElseThrow();
          List<Item> all = group.stream().filter(one -> one.value() == most).toList();
          emit(stage.a() % 2 == 0 ? all.get(0) : all.get(all.size() - 1), row.timestamp);
        }
        case LIST -> {
          StringBuilder texts = new StringBuilder();
          for (Item one : group.subList((group.size() - 1) / 3 * 3, group.size())) {
            texts.append(one.text()).append(one.value());
          }
          emit(new Item(item.key(), group.size(), texts.toString()), row.timestamp);
        }
        case MAP_STATE -> emit(textCount(item, group), row.timestamp);
        default -> throw new IllegalStateException(stage.toString());
      }
    }

    private Item textCount(Item item, List<Item> group) {
      Map<String, Integer> counts = new TreeMap<>();
      group.forEach(one -> counts.merge(String.valueOf(one.text()), 1, Integer::sum));
      String text = String.valueOf(item.text());
      int now = (counts.get(text) - 1) % 3 + 1;
      long known = counts.values().stream().filter(count -> count % 3 != 0).count();
      return new Item(item.key(), now * 100L + known, text);
    }

    private void timedRow(Seen row) {
      if (stage.kind() == Stage.Kind.BROADCAST && row.input == 1) {
        return;
      }
      long at = Functions.timer(row.timestamp, watermark, stage.a());
      if (timers.stream().noneMatch(t -> t[0] == at && t[1] == row.group)) {
        timers.add(new long[] {at, row.group});
      }
    }

    private void onTimer(long time, long group) {
      long sum = 0;
      long rules = 0;
      TreeSet<String> texts = new TreeSet<>();
      for (Seen one : seen) {
        if (stage.kind() == Stage.Kind.BROADCAST && one.input == 1) {
          rules += one.item.value();
          texts.add(String.valueOf(one.item.text()));
        } else if (one.group == group) {
          sum += one.input == 0 ? one.item.value() : -one.item.value();
        }
      }
      String text = "at " + time;
      if (stage.kind() == Stage.Kind.BROADCAST) {
        text += " under " + rules + " of " + texts.size();
      }
      emit(new Item((int) group, sum, text), time);
    }

    private void intervalRow(Seen row) {
      if (row.timestamp < watermark) {
        return;
      }
      for (Seen other : seen) {
        Seen left = row.input == 0 ? row : other;
        Seen right = row.input == 0 ? other : row;
        long after = right.timestamp - left.timestamp;
        if (other.input != row.input
            && other.group == row.group
            && -stage.a() <= after
            && after <= stage.b()) {
          emit(Functions.pair(left.item, right.item), Math.max(left.timestamp, right.timestamp));
        }
      }
      seen.add(row);
    }

    /** Until when a row of an interval join is kept. */
    private long keptUntil(Seen row) {
      return row.timestamp + (row.input == 0 ? stage.b() : stage.a());
    }

    private void windowRow(Seen row) {
      long end = windowEnd(row);
      if (end - 1 + stage.b() <= watermark) {
        if (stage.kind().outputs() > 1) {
          Interpreter.this.row(stream + 1, row.item, row.timestamp);
        }
        return;
      }
      seen.add(row);
      if (end - 1 <= watermark) {
        fire(row.group, end);
      }
    }

    /** A row joins the sessions that it touches, unless what comes of that is over already. */
    private void sessionRow(Seen row) {
      Session grown = new Session(row.group, row.timestamp, row.timestamp + stage.a(), 0);
      List<Session> touched = new ArrayList<>();
      for (Session session : sessions) {
        if (session.group == row.group
            && session.begin <= row.timestamp + stage.a()
            && row.timestamp <= session.end) {
          touched.add(session);
          grown =
              new Session(
                  row.group,
                  Math.min(grown.begin, session.begin),
                  Math.max(grown.end, session.end),
                  grown.sum + session.sum);
        }
      }
      if (grown.end - 1 <= watermark) {
        Interpreter.this.row(stream + 1, row.item, row.timestamp);
        return;
      }
      sessions.removeAll(touched);
      sessions.add(new Session(row.group, grown.begin, grown.end, grown.sum + row.item.value()));
    }

    private void fireSessions() {
      List<Session> over =
          sessions.stream()
              .filter(session -> session.end - 1 <= watermark)
              .sorted((x, y) -> Long.compare(x.end, y.end))
              .toList();
      sessions.removeAll(over);
      for (Session session : over) {
        emit(
            new Item(session.group, session.sum, session.begin + " to " + session.end),
            session.end - 1);
      }
    }

    private long windowEnd(Seen row) {
      return Math.floorDiv(row.timestamp, stage.a()) * stage.a() + stage.a();
    }

    private void fire(int group, long end) {
      if (stage.kind() == Stage.Kind.CO_GROUP) {
        fireBoth(group, end);
        return;
      }
      if (stage.kind() == Stage.Kind.JOIN) {
        firePairs(group, end);
        return;
      }
      long sum =
          seen.stream()
              .filter(s -> s.group == group && windowEnd(s) == end)
              .mapToLong(s -> s.item.value())
              .sum();
      emit(new Item(group, sum, (end - stage.a()) + " to " + end), end - 1);
    }

    private void fireBoth(int group, long end) {
      long sum = 0;
      int[] counts = new int[2];
      for (Seen one : seen) {
        if (one.group == group && windowEnd(one) == end) {
          sum += one.input == 0 ? one.item.value() : -one.item.value();
          counts[one.input]++;
        }
      }
      emit(new Item(group, sum, counts[0] + " and " + counts[1]), end - 1);
    }

    private void firePairs(int group, long end) {
      List<Seen> window =
          seen.stream().filter(s -> s.group == group && windowEnd(s) == end).toList();
      for (Seen left : window) {
        for (Seen right : window) {
          if (left.input == 0 && right.input == 1) {
            emit(Functions.pair(left.item, right.item), end - 1);
          }
        }
      }
    }

    void watermark(int input, long timestamp) {
      watermarks[input] = timestamp;
      long merged = Arrays.stream(watermarks).min().orElseThrow();
      if (merged <= watermark) {
        return;
      }
      long before = watermark;
      watermark = merged;
      if (stage.kind() == Stage.Kind.SESSION) {
        fireSessions();
      } else if (stage.kind().windowed()) {
        seen.stream()
            .map(s -> List.of(windowEnd(s), (long) s.group))
            .distinct()
            .sorted((x, y) -> Long.compare(x.get(0), y.get(0)))
            .filter(w -> w.get(0) - 1 > before && w.get(0) - 1 <= watermark)
            .toList()
            .forEach(w -> fire(w.get(1).intValue(), w.get(0)));
      } else if (windows != null) {
        windows.watermark(merged);
      } else if (stage.kind() == Stage.Kind.INTERVAL_JOIN) {
        seen.removeIf(row -> keptUntil(row) <= watermark);
      } else if (stage.kind().timed()) {
        List<long[]> due =
            timers.stream()
                .filter(timer -> timer[0] <= watermark)
                .sorted((x, y) -> Long.compare(x[0], y[0]))
                .toList();
        timers.removeAll(due);
        due.forEach(timer -> onTimer(timer[0], timer[1]));
      }
      for (int output = 0; output < stage.kind().outputs(); output++) {
        Interpreter.this.watermark(stream + output, merged);
      }
    }
  }
}
