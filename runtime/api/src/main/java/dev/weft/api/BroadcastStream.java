package dev.weft.api;

import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.types.TypeInformation;
import java.util.List;

/**
 * A stream whose records go to every subtask of the step it is connected to, and the broadcast
 * states that they may change there.
 *
 * @param <T> the records
 */
public class BroadcastStream<T> {
  private final DataStream<T> input;
  private final List<String> states;

  BroadcastStream(DataStream<T> input, MapStateDescriptor<?, ?>... states) {
    this.input = input;
    this.states = java.util.Arrays.stream(states).map(MapStateDescriptor::getName).toList();
  }

  /** The type of the records. */
  public TypeInformation<T> getType() {
    return input.getType();
  }

  /** Where the program began. */
  public StreamExecutionEnvironment getEnvironment() {
    return input.environment;
  }

  DataStream<T> input() {
    return input;
  }

  /** The names of the states. */
  List<String> states() {
    return states;
  }
}
