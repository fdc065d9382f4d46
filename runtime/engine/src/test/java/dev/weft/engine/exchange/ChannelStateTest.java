package dev.weft.engine.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.types.TypeInformation;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.protocol.OperatorSlice;
import dev.weft.engine.protocol.SnapshotHandle;
import dev.weft.engine.protocol.VertexSpec;
import dev.weft.engine.state.unkeyed.FrozenElements;
import dev.weft.engine.state.unkeyed.UnkeyedStates;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelStateTest {
  private static final int MAX_PARALLELISM = 128;
  private static final ChainSpec SPEC =
      new ChainSpec(
          List.of(
              new ChainSpec.Input(0, 0, TypeInformation.of(String.class)),
              new ChainSpec.Input(1, 1, TypeInformation.of(Long.class))),
          List.of(new ChainSpec.OperatorSpec("uid", "join", "Job.java:1", null, null, null, null)),
          List.of());

  private final ChannelState state = new ChannelState(SPEC);

  private static VertexSpec vertex(int parallelism) {
    return new VertexSpec(
        0, "id", "join", parallelism, MAX_PARALLELISM, List.of("uid"), new byte[0]);
  }

  private static ObjectBatch batch(Object... values) {
    int[] hashes = new int[values.length];
    for (int row = 0; row < values.length; row++) {
      hashes[row] = values[row].hashCode() * 0x9E3779B9;
    }
    return new ObjectBatch(values, null, hashes, values.length);
  }

  private static UnkeyedStates read(List<FrozenElements> frozen) {
    UnkeyedStates states = new UnkeyedStates("join");
    for (FrozenElements some : frozen) {
      assertTrue(ChannelState.holds(some.name()));
      SnapshotHandle handle = new SnapshotHandle("", 0, some.bytes().length, 0, some.bytes());
      states.restore(
          new OperatorSlice(some.name(), some.distribution(), 0, some.count(), handle),
          ByteBuffer.wrap(some.bytes()));
    }
    return states;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void keyedRecordsGoToTheOwnerOfTheirKeyWhateverTheParallelism(int parallelism) throws Exception {
    Object[] words = new Object[500];
    for (int i = 0; i < words.length; i++) {
      words[i] = "word-" + i;
    }
    List<FrozenElements> frozen =
        state.freeze(List.of(new InputGate.Overtaken(0, true, batch(words))));
    List<Object> restored = new ArrayList<>();
    for (int subtask = 0; subtask < parallelism; subtask++) {
      List<Object> own = new ArrayList<>();
      for (InputGate.Overtaken some : state.restored(read(frozen), vertex(parallelism), subtask)) {
        assertEquals(0, some.input());
        assertTrue(some.keyed());
        for (int row = 0; row < some.batch().size(); row++) {
          own.add(some.batch().value(row));
        }
      }
      assertTrue(own.size() > words.length / parallelism / 3, "each subtask owns some");
      restored.addAll(own);
    }
    assertEquals(words.length, restored.size());
    assertEquals(new TreeSet<>(List.of(words)), new TreeSet<>(restored));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void inputsKeepTheirTypesAndTheirOrder(boolean keyed) throws Exception {
    List<FrozenElements> frozen =
        state.freeze(
            List.of(
                new InputGate.Overtaken(1, keyed, batch(1L, 2L)),
                new InputGate.Overtaken(0, keyed, batch("a")),
                new InputGate.Overtaken(1, keyed, batch(3L))));
    StringBuilder text = new StringBuilder();
    for (InputGate.Overtaken some : state.restored(read(frozen), vertex(1), 0)) {
      for (int row = 0; row < some.batch().size(); row++) {
        text.append(some.input()).append(some.batch().value(row)).append(' ');
      }
    }
    assertEquals("0a 11 12 13 ", text.toString());
  }
}
