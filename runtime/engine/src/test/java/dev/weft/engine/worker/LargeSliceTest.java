package dev.weft.engine.worker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.state.ListState;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.types.Types;
import dev.weft.engine.batch.KeyHasher;
import dev.weft.engine.batch.stored.StoredBytes;
import dev.weft.engine.batch.stored.StoredRows;
import dev.weft.engine.operator.Operator;
import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.protocol.KeyedSlice;
import dev.weft.engine.protocol.SnapshotHandle;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.state.FrozenState;
import dev.weft.engine.state.StateStore;
import dev.weft.engine.state.StateStores;
import dev.weft.engine.worker.snapshot.DamagedStateException;
import dev.weft.engine.worker.snapshot.SnapshotReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * The state of one operator in one subtask that no array holds. Its lists refer to a few values
 * again and again, so that only what is written is large.
 */
class LargeSliceTest {
  private static final int GROUPS = 128;
  private static final int VALUE_BYTES = 1 << 20;
  private static final int VALUES = 16;
  private static final String PATH = "/chk/1/worker";
  private static final KeyHasher HASHER = KeyHasher.of(Types.LONG);

  private final SparseFiles files = new SparseFiles();

  private record Subject(StateStore store, ListState<byte[]> values) {
    static Subject of(int firstGroup, int endGroup) {
      StateStore store = StateStores.heap("op", Types.LONG, firstGroup, endGroup, GROUPS);
      return new Subject(store, store.list(new ListStateDescriptor<>("values", Types.BYTES)));
    }

    void select(long key) {
      store.selectKey(key, HASHER.hash(key));
    }
  }

  private static byte[][] values() {
    byte[][] values = new byte[VALUES][VALUE_BYTES];
    for (int i = 0; i < VALUES; i++) {
      values[i][i * 1000] = (byte) (i + 1);
    }
    return values;
  }

  private KeyedSlice write(int keys, int valuesOfKey) throws Exception {
    byte[][] values = values();
    Subject subject = Subject.of(0, GROUPS);
    for (long key = 0; key < keys; key++) {
      subject.select(key);
      for (int i = 0; i < valuesOfKey; i++) {
        subject.values.add(values[(int) (key + i) % VALUES]);
      }
    }
    FrozenState frozen = subject.store.freeze(1);
    FrozenTask task =
        new FrozenTask(
            new TaskId("0123456789abcdef0123456789abcdef", 0, 0),
            1,
            "/chk/1",
            List.of("op"),
            List.of(new Operator.Snapshot(frozen, List.of(), List.of(), 0)),
            0,
            0,
            new AtomicInteger(1));
    return SnapshotFile.write(SnapshotFile.plain(files), PATH, List.of(task))
        .get(0)
        .operators()
        .get(0)
        .keyed()
        .get(0);
  }

  private Subject restore(KeyedSlice slice, int firstGroup, int endGroup) {
    Subject subject = Subject.of(firstGroup, endGroup);
    try (StoredBytes bytes = SnapshotReader.open(files, slice.handle())) {
      subject.store.restore(slice, bytes);
    }
    return subject;
  }

  /** Checks the keys of some groups and returns how many there are. */
  private static int check(Subject subject, int firstGroup, int endGroup, int keys, int valuesOfKey)
      throws Exception {
    byte[][] values = values();
    int found = 0;
    for (long key = 0; key < keys; key++) {
      int group = KeyGroups.ofHash(HASHER.hash(key), GROUPS);
      if (group < firstGroup || group >= endGroup) {
        continue;
      }
      subject.select(key);
      List<byte[]> read = new ArrayList<>();
      subject.values.get().forEach(read::add);
      assertEquals(valuesOfKey, read.size(), "values of key " + key);
      for (int i = 0; i < valuesOfKey; i++) {
        assertArrayEquals(values[(int) (key + i) % VALUES], read.get(i));
      }
      found++;
    }
    assertEquals(found, subject.store.keyCount());
    return found;
  }

  @Test
  void moreThanAnArrayHoldsIsWrittenAndReadByRangesOfKeyGroups() throws Exception {
    int keys = 288;
    int valuesOfKey = 8;
    KeyedSlice slice = write(keys, valuesOfKey);
    long length = slice.handle().length();
    assertTrue(length > 1L << 31, "only " + length + " bytes");
    assertEquals(length, slice.offsets()[GROUPS]);
    int found = 0;
    int subtasks = 16;
    for (int subtask = 0; subtask < subtasks; subtask++) {
      int first = KeyGroups.first(subtask, subtasks, GROUPS);
      int end = KeyGroups.first(subtask + 1, subtasks, GROUPS);
      found += check(restore(slice, first, end), first, end, keys, valuesOfKey);
    }
    assertEquals(keys, found);
    long partBytes = slice.handle().parts().bytes();
    assertTrue(
        files.readBytes() <= length + 3 * subtasks * partBytes,
        "each subtask reads its own part: " + files.readBytes() + " of " + length);
  }

  @Test
  void moreThanAnArrayHoldsIsReadWithoutTheUsersClasses() throws Exception {
    int keys = 288;
    KeyedSlice slice = write(keys, 8);
    AtomicInteger rows = new AtomicInteger();
    try (StoredBytes bytes = SnapshotReader.open(files, slice.handle())) {
      new StoredRows(slice, bytes, "op")
          .forEach(
              row -> {
                assertEquals(8, ((List<?>) row.values().get("values")).size());
                rows.incrementAndGet();
              });
    }
    assertEquals(keys, rows.get());
  }

  @Test
  void damageIsNoticedBeforeItsPartIsUsedAndElsewhereDoesNotMatter() throws Exception {
    KeyedSlice slice = write(20, 2);
    int group = 0;
    while (slice.offsets()[group] < slice.handle().length() / 2) {
      group++;
    }
    files.damage(PATH, slice.handle().offset() + slice.offsets()[group] - 1);
    DamagedStateException damaged =
        assertThrows(DamagedStateException.class, () -> restore(slice, 0, GROUPS));
    assertTrue(damaged.getMessage().contains(PATH), damaged.getMessage());
    assertTrue(damaged.getMessage().contains("does not match"), damaged.getMessage());
    int last = GROUPS - 8;
    assertTrue(check(restore(slice, last, GROUPS), last, GROUPS, 20, 2) > 0);
    assertThrows(DamagedStateException.class, () -> SnapshotReader.check(files, slice.handle()));
  }

  /** What earlier versions wrote is one part. */
  @Test
  void bytesWithoutPartsAreReadAndCheckedAsAWhole() throws Exception {
    KeyedSlice slice = write(20, 2);
    SnapshotHandle handle = slice.handle();
    KeyedSlice former =
        new KeyedSlice(
            slice.firstKeyGroup(),
            slice.offsets(),
            slice.formatVersion(),
            new SnapshotHandle(
                handle.path(), handle.offset(), handle.length(), handle.crc32c(), handle.inline()));
    assertEquals(20, check(restore(former, 0, GROUPS), 0, GROUPS, 20, 2));
    files.damage(PATH, handle.offset() + handle.length() - 1);
    assertThrows(DamagedStateException.class, () -> restore(former, 0, 1));
  }

  @Test
  void partsThatDoNotFitTheLengthAreRefused() throws IOException {
    SnapshotHandle.Parts two = new SnapshotHandle.Parts(1000, new long[] {1, 2});
    for (long length : new long[] {-1, 0, 1000, 2001, Long.MAX_VALUE}) {
      SnapshotHandle handle = new SnapshotHandle(PATH, 0, length, 0, new byte[0], two);
      assertThrows(DamagedStateException.class, () -> SnapshotReader.open(files, handle));
    }
    SnapshotHandle.Parts empty = new SnapshotHandle.Parts(0, new long[0]);
    SnapshotHandle handle = new SnapshotHandle(PATH, 0, 0, 0, new byte[0], empty);
    assertThrows(DamagedStateException.class, () -> SnapshotReader.open(files, handle));
    SnapshotHandle whole = new SnapshotHandle(PATH, 0, 1L << 31, 0, new byte[0]);
    assertThrows(DamagedStateException.class, () -> SnapshotReader.open(files, whole));
    assertNull(whole.parts());
  }
}
