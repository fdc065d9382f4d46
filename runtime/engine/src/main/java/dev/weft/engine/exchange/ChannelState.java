package dev.weft.engine.exchange;

import dev.weft.api.state.ListState;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.engine.batch.BatchCodec;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.protocol.VertexSpec;
import dev.weft.engine.state.unkeyed.FrozenElements;
import dev.weft.engine.state.unkeyed.UnkeyedStates;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Records that barriers overtook, as unkeyed state of the first operator of a chain: batches of
 * keyed inputs go to all subtasks, of which each takes the rows of its key groups; batches of other
 * inputs stay where they were or are dealt out in turn. Used by the task's thread.
 */
public final class ChannelState {
  /** How the names of these states begin. */
  private static final String PREFIX = "weft.channel-state.";

  private final String operator;
  private final List<ChainSpec.Input> inputs;

  /** The state of the inputs of a chain. */
  public ChannelState(ChainSpec spec) {
    this.operator = spec.operators().get(0).name();
    this.inputs = spec.inputs();
  }

  /** The records as states of the first operator. */
  public List<FrozenElements> freeze(List<InputGate.Overtaken> overtaken) throws Exception {
    if (overtaken.isEmpty()) {
      return List.of();
    }
    UnkeyedStates states = new UnkeyedStates(operator);
    ByteSink sink = new ByteSink(1024);
    for (InputGate.Overtaken some : overtaken) {
      sink.reset();
      codec(some.input()).encode(some.batch(), sink);
      list(states, some.input(), some.keyed()).add(sink.toBytes());
    }
    return states.freeze();
  }

  /** Whether a state is one of these. */
  public static boolean holds(String state) {
    return state.startsWith(PREFIX);
  }

  /** The restored records that belong to a subtask. */
  public List<InputGate.Overtaken> restored(UnkeyedStates states, VertexSpec vertex, int subtask)
      throws Exception {
    KeyGroups.Range own =
        KeyGroups.Range.of(subtask, vertex.parallelism(), vertex.maxParallelism());
    List<InputGate.Overtaken> restored = new ArrayList<>();
    for (int input : inputs.stream().mapToInt(ChainSpec.Input::input).distinct().toArray()) {
      for (boolean keyed : new boolean[] {false, true}) {
        for (byte[] bytes : list(states, input, keyed).get()) {
          ObjectBatch batch = codec(input).decode(ByteBuffer.wrap(bytes));
          ObjectBatch mine = keyed ? within(batch, own, vertex.maxParallelism()) : batch;
          if (mine.size() > 0) {
            restored.add(new InputGate.Overtaken(input, keyed, mine));
          }
        }
      }
    }
    return restored;
  }

  private static ObjectBatch within(ObjectBatch batch, KeyGroups.Range own, int maxParallelism) {
    BatchBuilder mine = new BatchBuilder();
    for (int row = 0; row < batch.size(); row++) {
      int group = KeyGroups.ofHash(batch.hash(row), maxParallelism);
      if (own.first() <= group && group < own.end()) {
        mine.add(batch.value(row), batch.timestamp(row), batch.hash(row));
      }
    }
    return mine.build();
  }

  private static ListState<byte[]> list(UnkeyedStates states, int input, boolean keyed) {
    ListStateDescriptor<byte[]> descriptor =
        new ListStateDescriptor<>(PREFIX + (keyed ? "keyed." : "") + input, byte[].class);
    return keyed ? states.getUnionListState(descriptor) : states.getListState(descriptor);
  }

  private BatchCodec codec(int input) {
    ChainSpec.Input first =
        inputs.stream().filter(one -> one.input() == input).findFirst().orElseThrow();
    return BatchCodec.of(first.type());
  }
}
