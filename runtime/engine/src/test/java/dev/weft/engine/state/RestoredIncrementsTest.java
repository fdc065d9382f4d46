package dev.weft.engine.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.config.StateBackendOptions;
import dev.weft.api.types.Types;
import dev.weft.engine.batch.stored.StoredBytes;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.protocol.KeyedSlice;
import dev.weft.engine.state.PagedRowsTest.Checkpoints;
import dev.weft.engine.state.PagedRowsTest.Row;
import dev.weft.engine.state.PagedRowsTest.Subject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store that was restored continues the checkpoint that it was restored from. */
class RestoredIncrementsTest {
  private static final KeyGroups.Range ALL = Subject.whole().groups;

  private final Checkpoints checkpoints = new Checkpoints();

  /** A store that was opened with slices of a checkpoint, as a task opens it. */
  private Subject open(
      KeyGroups.Range groups, long checkpointId, List<KeyedSlice> slices, long objectRowsMax)
      throws IOException {
    StateBackend heap =
        new StateBackend(
            StateBackendOptions.Backend.HASHMAP,
            null,
            MemoryPool.root("test", MemoryPool.UNLIMITED),
            new StateBackend.Limits(0, objectRowsMax));
    StateBackend.Site site =
        new StateBackend.Site("op", Types.STRING, groups, "", false, () -> {}, () -> {});
    List<StateBackend.Part> parts = new ArrayList<>();
    for (KeyedSlice slice : slices) {
      byte[] bytes = checkpoints.files.get(slice.handle().path());
      parts.add(
          new StateBackend.Part(
              checkpointId, slice, () -> StoredBytes.of(ByteBuffer.wrap(bytes)), null));
    }
    return new Subject(groups, heap.open(site, parts));
  }

  @ParameterizedTest
  @ValueSource(ints = {60, 2000})
  void aStoreThatIsRestoredAgainAndAgainHoldsWhatItHeld(int keys) throws Exception {
    for (int seed = 0; seed < 8; seed++) {
      Random random = new Random(seed);
      Subject subject = Subject.whole();
      Map<Integer, Row> model = new TreeMap<>();
      int continued = 0;
      for (int id = 1; id <= 60; id++) {
        for (int i = random.nextInt(keys) / 8; i >= 0; i--) {
          PagedRowsTest.change(subject, model, random.nextInt(keys), random);
        }
        Map<Integer, Row> then = new TreeMap<>(model);
        FrozenState frozen = subject.freeze(id);
        PagedRowsTest.change(subject, model, random.nextInt(keys), random);
        List<KeyedSlice> slices = checkpoints.write(frozen);
        frozen.release();
        continued += id % 3 == 1 && slices.size() > 1 ? 1 : 0;
        if (id % 3 == 0) {
          model = then;
          subject = open(ALL, id, slices, random.nextInt(4) == 0 ? keys / 4 : 0);
        }
        subject.completed = id;
        PagedRowsTest.check(subject, model, keys);
      }
      assertTrue(continued > 5, "first checkpoints after a restore that continued: " + continued);
    }
  }

  @Test
  void onlyTheWholeOfTheNamedCheckpointIsContinued() throws Exception {
    Subject subject = Subject.whole();
    for (int key = 0; key < 100; key++) {
      subject.select(key);
      subject.sum.update(1L);
    }
    FrozenState frozen = subject.freeze(7);
    List<KeyedSlice> slices = checkpoints.write(frozen);
    KeyGroups.Range half = new KeyGroups.Range(0, ALL.end() / 2, ALL.maxParallelism());
    for (long named : new long[] {0, 6, 7}) {
      Subject whole = open(ALL, 7, slices, 0);
      whole.completed = named;
      assertEquals(named == 7 ? slices : List.of(), whole.freeze(8).before());
      Subject part = open(half, 7, slices, 0);
      part.completed = named;
      assertEquals(List.of(), part.freeze(8).before());
    }
  }
}
