package dev.weft.testing;

import dev.weft.api.DataStream;
import dev.weft.api.StreamExecutionEnvironment;
import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.types.TypeInformation;
import java.util.ArrayList;
import java.util.List;

/** Where the inputs and outputs of a {@link TestProgram} are named. */
public final class TestStreams {
  private final StreamExecutionEnvironment environment;
  private final List<String> inputs = new ArrayList<>();
  private final List<String> outputs = new ArrayList<>();

  TestStreams(StreamExecutionEnvironment environment) {
    this.environment = environment;
  }

  /** An input whose records are of a class with a derivable type. */
  public <T> DataStream<T> input(String name, Class<T> type) {
    return input(name, TypeInformation.of(type));
  }

  /** An input whose records are of the given type. */
  public <T> DataStream<T> input(String name, TypeInformation<T> type) {
    checkNew(inputs, name, "input");
    return environment
        .fromSource(new PlayedSource<>(name, type), WatermarkStrategy.<T>noWatermarks(), name, type)
        .uid("input-" + name)
        .setParallelism(1)
        .disableChaining();
  }

  /** Lets the test see the records of a stream. */
  public void output(String name, DataStream<?> stream) {
    checkNew(outputs, name, "output");
    stream
        .sinkTo(new PlayedSink(name))
        .name("output-" + name)
        .uid("output-" + name)
        .setParallelism(1)
        .disableChaining();
  }

  /** The environment, for options such as the number of key groups. */
  public StreamExecutionEnvironment environment() {
    return environment;
  }

  List<String> inputs() {
    return inputs;
  }

  List<String> outputs() {
    return outputs;
  }

  private static void checkNew(List<String> names, String name, String what) {
    if (names.contains(name)) {
      throw new IllegalArgumentException("there are two " + what + "s named '" + name + "'");
    }
    names.add(name);
  }
}
