package dev.weft.engine.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.config.StateBackendOptions.Backend;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.fs.FileStore;
import dev.weft.api.state.ListState;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.state.MapState;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.state.StateTtlConfig;
import dev.weft.api.state.ValueState;
import dev.weft.api.state.ValueStateDescriptor;
import dev.weft.api.types.Types;
import dev.weft.engine.batch.KeyHasher;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.operator.Operator;
import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.protocol.KeyedSlice;
import dev.weft.engine.protocol.SnapshotHandle;
import dev.weft.engine.server.host.LocalFileStore;
import dev.weft.engine.simulated.SimulatedCluster;
import dev.weft.engine.simulated.SimulatedWorld;
import dev.weft.engine.state.EnvironmentDatabases;
import dev.weft.engine.state.StateBackend;
import dev.weft.engine.state.StateStore;
import dev.weft.engine.state.keyed.KeyedStates;
import dev.weft.engine.worker.snapshot.SavedTaskStates;
import dev.weft.engine.world.Clock;
import dev.weft.engine.world.World;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** State in RocksDB that comes back from files on this machine, whole, damaged or gone. */
class LinkedTablesTest {
  private static final int KEYS = 2_000;
  private static final KeyGroups.Range GROUPS = new KeyGroups.Range(0, 8, 8);
  private static final KeyHasher HASHER = KeyHasher.of(Types.LONG);

  @TempDir private Path directory;

  private final LocalFileStore disk = new LocalFileStore();
  private final AtomicLong now = new AtomicLong(1_000);
  private Path remote;
  private Path local;
  private World world;
  private EnvironmentDatabases databases;

  @BeforeEach
  void begin() throws IOException {
    remote = Files.createDirectories(directory.resolve("remote"));
    local = Files.createDirectories(directory.resolve("local"));
    databases = new EnvironmentDatabases(Files.createDirectories(directory.resolve("scratch")));
    world = withFiles(new SimulatedCluster(1).start("w1"), disk);
  }

  @AfterEach
  void end() {
    databases.close();
  }

  /** A world on a disk that exists. */
  private static World withFiles(SimulatedWorld world, FileStore files) {
    return (World)
        Proxy.newProxyInstance(
            World.class.getClassLoader(),
            new Class<?>[] {World.class},
            (proxy, method, arguments) -> {
              try {
                return method.getName().equals("files") ? files : method.invoke(world, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private LocalCopies copies(String worker) {
    return new LocalCopies(
        world, new WorkerSettings.Copies(local.toString(), path -> true), worker, "j-0");
  }

  /** A store with its states. */
  private final class Subject implements AutoCloseable {
    final StateStore store;
    final ValueState<String> value;
    final ListState<Long> list;
    final MapState<Long, String> map;
    final ValueState<Long> mortal;

    Subject(StateStore store) throws Exception {
      this.store = store;
      KeyedStates states = new KeyedStates(store, clock());
      ValueStateDescriptor<Long> ttl = new ValueStateDescriptor<>("mortal", Types.LONG);
      ttl.enableTimeToLive(StateTtlConfig.newBuilder(Duration.ofMillis(100)).build());
      value = states.getState(new ValueStateDescriptor<>("value", Types.STRING));
      list = states.getListState(new ListStateDescriptor<>("list", Types.LONG));
      map = states.getMapState(new MapStateDescriptor<>("map", Types.LONG, Types.STRING));
      mortal = states.getState(ttl);
    }

    private Clock clock() {
      return new Clock() {
        @Override
        public long currentTimeMillis() {
          return now.get();
        }

        @Override
        public long nanoTime() {
          return now.get() * 1_000_000;
        }
      };
    }

    void select(long key) {
      store.selectKey(key, HASHER.hash(key));
    }

    void fill(long from, long to) throws Exception {
      for (long key = from; key < to; key++) {
        select(key);
        value.update(text(key));
        list.update(List.of(key, -key));
        map.put(key, text(-key));
        map.put(7L, "seven");
        mortal.update(key);
        store.timers().setEvent(key, 0);
      }
    }

    void check(long keys, boolean alive) throws Exception {
      for (long key = 0; key < keys; key++) {
        select(key);
        assertEquals(text(key), value.value());
        assertEquals(List.of(key, -key), list.get());
        assertEquals(key == 7 ? "seven" : text(-key), map.get(key));
        assertEquals("seven", map.get(7L));
        assertEquals(alive ? (Long) key : null, mortal.value());
      }
      AtomicInteger fired = new AtomicInteger();
      store.timers().fireEvent(keys - 1, (time, number) -> fired.incrementAndGet());
      assertEquals(keys, fired.get());
    }

    @Override
    public void close() {
      store.close();
    }
  }

  /** Hardly to be compressed. */
  private static String text(long key) {
    byte[] bytes = new byte[40];
    new Random(key).nextBytes(bytes);
    return java.util.HexFormat.of().formatHex(bytes);
  }

  private Subject open(List<KeyedSlice> slices, long id, LocalCopies copies) throws Exception {
    StateBackend states =
        new StateBackend(
            Backend.ROCKSDB,
            databases,
            MemoryPool.root("test", 1L << 30),
            new StateBackend.Limits(100_000, Long.MAX_VALUE));
    return new Subject(
        SavedTaskStates.open(
            states,
            new StateBackend.Site(
                "op",
                Types.LONG,
                GROUPS,
                databases.next(),
                false,
                () -> {},
                () -> copies.reading().tables().distrust()),
            slices,
            copies.reading(),
            id));
  }

  private List<KeyedSlice> checkpoint(Subject subject, long base, long id, LocalCopies copies)
      throws IOException {
    subject.store.nextFreeze(base, false);
    Operator.Snapshot snapshot =
        new Operator.Snapshot(subject.store.freeze(id), List.of(), List.of(), 0, List.of());
    FrozenTask task =
        new FrozenTask(
            TestJob.task(0, 0),
            id,
            remote.toString(),
            List.of("u"),
            List.of(snapshot),
            0,
            0,
            new AtomicInteger(1));
    return SnapshotFile.write(copies, remote.resolve("state-" + id).toString(), List.of(task))
        .get(0)
        .operators()
        .get(0)
        .keyed();
  }

  /** Fills a store and writes a checkpoint in two steps, so that tables of both are needed. */
  private List<KeyedSlice> written(LocalCopies copies) throws Exception {
    try (Subject subject = open(List.of(), 0, copies)) {
      subject.fill(0, KEYS / 2);
      List<KeyedSlice> first = checkpoint(subject, 0, 1, copies);
      subject.fill(KEYS / 2, KEYS);
      List<KeyedSlice> second = checkpoint(subject, 1, 2, copies);
      List<SnapshotHandle> tables = new ArrayList<>(handles(first));
      tables.retainAll(handles(second));
      assertFalse(tables.isEmpty(), "the second checkpoint continues the first");
      return second;
    }
  }

  private static List<SnapshotHandle> handles(List<KeyedSlice> slices) {
    List<SnapshotHandle> handles = new ArrayList<>();
    for (KeyedSlice slice : slices) {
      handles.add(slice.handle());
      slice.files().forEach(file -> handles.add(file.handle()));
    }
    return handles;
  }

  private List<Path> tables(String worker) throws IOException {
    Path scope = local.resolve(worker).resolve("j-0");
    if (!Files.exists(scope)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(scope)) {
      return files.filter(file -> file.toString().endsWith(".table")).sorted().toList();
    }
  }

  private void hideRemote() throws IOException {
    Files.move(remote, directory.resolve("hidden"));
  }

  private static long links(Path file) throws IOException {
    return ((Number) Files.getAttribute(file, "unix:nlink")).longValue();
  }

  @Test
  void stateComesBackWithoutTheCheckpointAndWithoutCopies() throws Exception {
    List<KeyedSlice> slices = written(copies("w1"));
    hideRemote();
    try (Subject subject = open(slices, 2, copies("w2"))) {
      for (Path table : tables("w1")) {
        assertEquals(2, links(table), table + " is linked");
      }
      subject.check(KEYS, true);
    }
  }

  @Test
  void lifeGoesOnWhereItWas() throws Exception {
    List<KeyedSlice> slices = written(copies("w1"));
    now.addAndGet(99);
    try (Subject subject = open(slices, 2, copies("w1"))) {
      subject.check(KEYS, true);
    }
    now.addAndGet(2);
    try (Subject subject = open(slices, 2, copies("w1"))) {
      subject.check(KEYS, false);
    }
  }

  @Test
  void changesAfterARestoreLeaveTheLinkedFilesAlone() throws Exception {
    LocalCopies copies = copies("w1");
    List<KeyedSlice> slices = written(copies);
    List<KeyedSlice> next;
    try (Subject subject = open(slices, 2, copies)) {
      for (long key = 0; key < KEYS; key++) {
        subject.select(key);
        subject.value.update("changed");
        subject.map.clear();
      }
      next = checkpoint(subject, 2, 3, copies);
    }
    try (Subject subject = open(slices, 2, copies("w1"))) {
      subject.check(KEYS, true);
    }
    try (Subject subject = open(next, 3, copies("w1"))) {
      subject.select(5L);
      assertEquals("changed", subject.value.value());
      assertTrue(subject.map.isEmpty());
    }
  }

  @Test
  void whoRestoredFromAnothersTablesHasThemToo() throws Exception {
    List<KeyedSlice> slices = written(copies("w1"));
    LocalCopies copies = copies("w2");
    List<KeyedSlice> next;
    try (Subject subject = open(slices, 2, copies)) {
      next = checkpoint(subject, 2, 3, copies);
    }
    copies.retain(handles(next));
    new LocalFileStore().delete(local.resolve("w1").toString());
    hideRemote();
    try (Subject subject = open(next, 3, copies("w2"))) {
      subject.check(KEYS, true);
    }
  }

  @Test
  void tablesThatNoCheckpointNeedsGo() throws Exception {
    LocalCopies copies = copies("w1");
    List<KeyedSlice> slices = written(copies);
    int needed = tables("w1").size();
    assertTrue(needed > 0);
    copies.retain(handles(slices));
    assertEquals(needed, tables("w1").size());
    copies.retain(List.of());
    assertEquals(List.of(), tables("w1"));
    try (Subject subject = open(slices, 2, copies("w1"))) {
      subject.check(KEYS, true);
    }
  }

  @Test
  void whatIsCutOffOrGoneComesFromTheCheckpoint() throws Exception {
    List<KeyedSlice> slices = written(copies("w1"));
    List<Path> tables = tables("w1");
    try (RandomAccessFile file = new RandomAccessFile(tables.get(0).toFile(), "rw")) {
      file.setLength(file.length() - 1);
    }
    try (Subject subject = open(slices, 2, copies("w1"))) {
      subject.check(KEYS, true);
    }
    for (Path table : tables) {
      Files.delete(table);
    }
    try (Subject subject = open(slices, 2, copies("w1"))) {
      subject.check(KEYS, true);
    }
  }

  @Test
  void otherBytesUnderTheSameNameAreNoTable() throws Exception {
    LocalCopies copies = copies("w1");
    List<KeyedSlice> slices = written(copies);
    SnapshotHandle handle = slices.get(0).files().get(0).handle();
    for (KeyedSlice.File file : slices.get(0).files()) {
      handle = file.name().endsWith(".sst") ? file.handle() : handle;
    }
    assertNotNull(copies.find(handle));
    assertNull(
        copies.find(
            new SnapshotHandle(
                handle.path(),
                handle.offset(),
                handle.length(),
                handle.crc32c() + 1,
                new byte[0])));
  }

  /** Wherever a bit flips: the value is right, or the attempt fails and the next one is right. */
  @Test
  void aFlippedBitNeverBecomesAWrongValue() throws Exception {
    List<KeyedSlice> slices = written(copies("w1"));
    List<Path> tables = tables("w1");
    List<byte[]> contents = new ArrayList<>();
    for (Path table : tables) {
      contents.add(Files.readAllBytes(table));
    }
    Random random = new Random(11);
    int failed = 0;
    int rounds = 40;
    for (int round = 0; round < rounds; round++) {
      int index = random.nextInt(tables.size());
      byte[] bytes = contents.get(index).clone();
      // the last ones are the footer
      int at = round % 4 == 0 ? bytes.length - 1 - round : random.nextInt(bytes.length);
      bytes[at] ^= (byte) (1 << random.nextInt(8));
      for (int i = 0; i < tables.size(); i++) {
        Files.deleteIfExists(tables.get(i));
        Files.write(tables.get(i), i == index ? bytes : contents.get(i));
      }
      // blocks in memory outlive the database
      databases.close();
      databases = new EnvironmentDatabases(directory.resolve("scratch"));
      boolean right = false;
      for (int attempt = 0; attempt < 2 && !right; attempt++) {
        try (Subject subject = open(slices, 2, copies("w1"))) {
          subject.check(KEYS, true);
          right = true;
        } catch (WeftException e) {
          assertEquals(ErrorCode.RESOURCE, e.code(), e.getMessage());
          assertEquals(0, attempt, "the second attempt fails too: " + e.getMessage());
          assertEquals(List.of(), tables("w1"));
          failed++;
        }
      }
      assertTrue(right);
    }
    assertTrue(failed > rounds / 2, failed + " attempts failed");
  }

  @Test
  void damageThatShowsOnOpeningCostsNoAttempt() throws Exception {
    List<KeyedSlice> slices = written(copies("w1"));
    for (Path table : tables("w1")) {
      byte[] bytes = Files.readAllBytes(table);
      bytes[bytes.length - 1] ^= 1; // the magic number
      Files.delete(table);
      Files.write(table, bytes);
    }
    LocalCopies copies = copies("w1");
    try (Subject subject = open(slices, 2, copies)) {
      assertEquals(List.of(), tables("w1"));
      subject.check(KEYS, true);
      checkpoint(subject, 2, 3, copies);
      assertEquals(List.of(), tables("w1"), "an attempt that saw damage links nothing");
    }
  }

  @Test
  void nothingAtAllIsSaid() throws Exception {
    List<KeyedSlice> slices = written(copies("w1"));
    hideRemote();
    new LocalFileStore().delete(local.resolve("w1").toString());
    WeftException e =
        assertThrows(WeftException.class, () -> open(slices, 2, copies("w1")).close());
    assertEquals(ErrorCode.DATA, e.code());
  }
}
