package dev.weft.testing.differential;

import dev.weft.api.AsyncDataStream;
import dev.weft.api.DataStream;
import dev.weft.api.KeyedStream;
import dev.weft.api.OutputTag;
import dev.weft.api.SingleOutputStreamOperator;
import dev.weft.api.functions.JoinFunction;
import dev.weft.api.functions.KeySelector;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.Types;
import dev.weft.api.windowing.assigners.EventTimeSessionWindows;
import dev.weft.api.windowing.assigners.TumblingEventTimeWindows;
import dev.weft.testing.differential.Item.Group;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Writes a random program with the API. */
final class Translation {
  static final OutputTag<Item> SIDE = new OutputTag<>("side", Item.class);

  private Translation() {}

  /**
   * All streams of the program, given those of its inputs.
   *
   * @param threads whether asynchronous steps may use some
   */
  static List<DataStream<Item>> streams(
      RandomProgram program, List<DataStream<Item>> inputs, boolean threads) {
    List<DataStream<Item>> streams = new ArrayList<>(inputs);
    for (Stage stage : program.stages()) {
      if (stage.kind() == Stage.Kind.ASYNC) {
        one(stage, answers(stage, streams.get(stage.inputs().get(0)), threads), streams);
      } else if (stage.kind().twoInputs()) {
        addPair(stage, streams);
      } else {
        add(stage, streams);
      }
    }
    return streams;
  }

  private static SingleOutputStreamOperator<Item> answers(
      Stage stage, DataStream<Item> in, boolean threads) {
    Functions.Answers answers = new Functions.Answers(stage.a(), threads);
    return stage.a() % 2 == 0
        ? AsyncDataStream.orderedWait(in, answers, 1, TimeUnit.MINUTES, 3)
        : AsyncDataStream.unorderedWait(in, answers, 1, TimeUnit.MINUTES, 3);
  }

  private static void addPair(Stage stage, List<DataStream<Item>> streams) {
    DataStream<Item> in = streams.get(stage.inputs().get(0));
    DataStream<Item> other = streams.get(stage.inputs().get(1));
    Key key = key(stage);
    Duration millis = Duration.ofMillis(stage.a());
    switch (stage.kind()) {
      case UNION -> streams.add(in.union(other));
      case CO_GROUP ->
          one(
              stage,
              in.coGroup(other)
                  .where(key.selector, key.type)
                  .equalTo(key.selector, key.type)
                  .window(TumblingEventTimeWindows.of(millis))
                  .apply(new Functions.SumsOfBoth(stage)),
              streams);
      case JOIN ->
          one(
              stage,
              in.join(other)
                  .where(key.selector, key.type)
                  .equalTo(key.selector, key.type)
                  .window(TumblingEventTimeWindows.of(millis))
                  .apply((JoinFunction<Item, Item, Item>) Functions::pair),
              streams);
      case INTERVAL_JOIN ->
          one(
              stage,
              in.keyBy(key.selector, key.type)
                  .intervalJoin(other.keyBy(key.selector, key.type))
                  .between(millis.negated(), Duration.ofMillis(stage.b()))
                  .process(new Functions.Pairs()),
              streams);
      case CONNECT ->
          one(
              stage,
              in.connect(other)
                  .keyBy(key.selector, key.selector, key.type)
                  .process(new Functions.DifferencesUntilTimers(stage.a())),
              streams);
      case BROADCAST ->
          one(
              stage,
              in.keyBy(key.selector, key.type)
                  .connect(other.broadcast(Functions.RULES))
                  .process(new Functions.SumsUnderRules(stage.a())),
              streams);
      default -> throw new IllegalArgumentException(stage.toString());
    }
  }

  private static void add(Stage stage, List<DataStream<Item>> streams) {
    DataStream<Item> in = streams.get(stage.inputs().get(0));
    int a = stage.a();
    switch (stage.kind()) {
      case REBALANCE -> streams.add(in.rebalance());
      case RESCALE -> streams.add(in.rescale());
      case MAP -> one(stage, in.map(x -> new Item(x.key(), x.value() * 3 + a, x.text())), streams);
      case REKEY ->
          one(stage, in.map(x -> new Item(x.key() * 7 + a, x.value(), x.text())), streams);
      case FILTER -> one(stage, in.filter(x -> (x.value() + a) % 3 != 0), streams);
      case FLAT_MAP -> one(stage, in.flatMap(new Functions.Repeat(a)), streams);
      case WINDOW -> {
        Key key = key(stage);
        two(
            stage,
            stage.window().all()
                ? Windows.all(stage.window(), in)
                : Windows.keyed(stage.window(), in.keyBy(key.selector, key.type)),
            streams);
      }
      case SPLIT -> two(stage, in.process(new Functions.Split()), streams);
      default -> {
        Key key = key(stage);
        keyed(stage, in.keyBy(key.selector, key.type), streams);
      }
    }
  }

  private static void keyed(
      Stage stage, KeyedStream<Item, Object> in, List<DataStream<Item>> streams) {
    switch (stage.kind()) {
      case REDUCE ->
          one(
              stage,
              in.reduce((x, y) -> new Item(x.key(), x.value() + y.value(), y.text())),
              streams);
      case SUM -> one(stage, in.sum("value"), streams);
      case MAX -> one(stage, in.max(1), streams);
      case MAX_BY -> one(stage, in.maxBy("value", stage.a() % 2 == 0), streams);
      case TIMERS -> one(stage, in.process(new Functions.SumsUntilTimers(stage.a())), streams);
      case LIST -> one(stage, in.process(new Functions.LastTexts()), streams);
      case MAP_STATE -> one(stage, in.process(new Functions.TextCounts()), streams);
      case TUMBLING ->
          two(
              stage,
              in.window(TumblingEventTimeWindows.of(Duration.ofMillis(stage.a())))
                  .allowedLateness(Duration.ofMillis(stage.b()))
                  .sideOutputLateData(SIDE)
                  .aggregate(new Functions.Sum(), new Functions.WindowResult()),
              streams);
      case SESSION ->
          two(
              stage,
              in.window(EventTimeSessionWindows.withGap(Duration.ofMillis(stage.a())))
                  .sideOutputLateData(SIDE)
                  .aggregate(new Functions.Sum(), new Functions.WindowResult()),
              streams);
      default -> throw new IllegalArgumentException(stage.toString());
    }
  }

  private static void one(
      Stage stage, SingleOutputStreamOperator<Item> step, List<DataStream<Item>> streams) {
    streams.add(chain(stage, step));
  }

  private static void two(
      Stage stage, SingleOutputStreamOperator<Item> step, List<DataStream<Item>> streams) {
    streams.add(chain(stage, step));
    streams.add(step.getSideOutput(SIDE));
  }

  private static SingleOutputStreamOperator<Item> chain(
      Stage stage, SingleOutputStreamOperator<Item> step) {
    return switch (stage.chain()) {
      case 1 -> step.startNewChain();
      case 2 -> step.disableChaining();
      default -> step;
    };
  }

  /** How records of a stage are keyed. */
  private record Key(KeySelector<Item, Object> selector, TypeInformation<Object> type) {}

  @SuppressWarnings("unchecked")
  private static Key key(Stage stage) {
    int groups = stage.groups();
    return switch (stage.keyType()) {
      case NUMBER ->
          new Key(x -> Math.floorMod(x.key(), groups), (TypeInformation<Object>) any(Types.INT));
      case TEXT ->
          new Key(
              x -> "k" + Math.floorMod(x.key(), groups),
              (TypeInformation<Object>) any(Types.STRING));
      case RECORD ->
          new Key(
              x -> {
                int group = Math.floorMod(x.key(), groups);
                return new Group(group, "g" + group);
              },
              (TypeInformation<Object>) any(TypeInformation.of(Group.class)));
    };
  }

  private static TypeInformation<?> any(TypeInformation<?> type) {
    return type;
  }

  /** The number of a group from the key as the engine knows it. */
  static int groupOf(Object key) {
    if (key instanceof Integer number) {
      return number;
    }
    return key instanceof Group group
        ? group.number()
        : Integer.parseInt(((String) key).substring(1));
  }
}
