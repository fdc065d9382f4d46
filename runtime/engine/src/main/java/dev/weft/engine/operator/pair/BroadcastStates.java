package dev.weft.engine.operator.pair;

import dev.weft.api.state.BroadcastState;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.state.OperatorStateStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The broadcast states of one operator, by name. */
final class BroadcastStates {
  private final PairOperator<?> owner;
  private final List<String> names;
  private final Map<String, BroadcastState<?, ?>> opened = new HashMap<>();
  private OperatorStateStore store;

  BroadcastStates(PairOperator<?> owner, List<String> names) {
    this.owner = owner;
    this.names = names;
  }

  void open(OperatorStateStore states) {
    store = states;
  }

  /** The state of a descriptor that the stream was broadcast with. */
  @SuppressWarnings("unchecked")
  <K, V> BroadcastState<K, V> get(MapStateDescriptor<K, V> descriptor) {
    BroadcastState<?, ?> state = opened.get(descriptor.getName());
    if (state == null) {
      if (!names.contains(descriptor.getName())) {
        throw owner
            .site()
            .misuse(
                "asks for the broadcast state '"
                    + descriptor.getName()
                    + "', but its stream was broadcast with "
                    + names
                    + "; pass the descriptor to broadcast(…)");
      }
      state = store.getBroadcastState(descriptor);
      opened.put(descriptor.getName(), state);
    }
    return (BroadcastState<K, V>) state;
  }
}
