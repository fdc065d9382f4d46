package dev.weft.engine.operator;

import dev.weft.api.functions.KeySelector;
import dev.weft.api.graph.Partitioning;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.KeyHasher;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.batch.stored.StoredBytes;
import dev.weft.engine.checkpoint.Manifest;
import dev.weft.engine.checkpoint.StateRedistribution;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.protocol.KeyGroups;
import dev.weft.engine.protocol.KeyedSlice;
import dev.weft.engine.protocol.OperatorSlice;
import dev.weft.engine.protocol.OperatorSnapshot;
import dev.weft.engine.protocol.SnapshotHandle;
import dev.weft.engine.protocol.VertexSpec;
import dev.weft.engine.state.unkeyed.FrozenElements;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One subtask of an operator under test, made as a worker makes it: from serialised functions. */
final class Instance implements AutoCloseable {
  /** The id that restored instances are told. */
  static final long CHECKPOINT = 5;

  final FakeContext context;
  final Operator operator;

  /** What is left of an instance in a checkpoint. */
  record Saved(OperatorSnapshot state, List<byte[]> committables) {}

  private Instance(FakeContext context) {
    this.context = context;
    this.operator = Operators.create(context.spec);
  }

  /** A new subtask without any state. */
  static Instance fresh(ChainSpec.OperatorSpec spec, ManualClock clock) throws Exception {
    Instance instance = new Instance(new FakeContext(copy(spec), 0, 1, clock));
    instance.operator.open(instance.context);
    return instance;
  }

  /** A subtask of so many that takes over what earlier ones left. */
  static Instance restored(
      ChainSpec.OperatorSpec spec,
      int subtask,
      int parallelism,
      ManualClock clock,
      List<Saved> saved)
      throws Exception {
    FakeContext context = new FakeContext(copy(spec), subtask, parallelism, clock);
    context.restored = CHECKPOINT;
    context.attempt = 2;
    for (OperatorSnapshot part : redistributed(spec, subtask, parallelism, saved)) {
      for (KeyedSlice slice : part.keyed()) {
        context.store.restore(slice, StoredBytes.of(ByteBuffer.wrap(slice.handle().inline())));
      }
      context.items.addAll(part.items());
      for (OperatorSlice slice : part.unkeyed()) {
        context.unkeyed.restore(slice, ByteBuffer.wrap(slice.handle().inline()));
      }
    }
    Instance instance = new Instance(context);
    instance.operator.open(context);
    return instance;
  }

  /** What the leader would give to the subtask. */
  private static List<OperatorSnapshot> redistributed(
      ChainSpec.OperatorSpec spec, int subtask, int parallelism, List<Saved> saved) {
    List<OperatorSnapshot> before = saved.stream().map(Saved::state).toList();
    int groups = FakeContext.MAX_PARALLELISM;
    VertexSpec vertex =
        new VertexSpec(0, "v", "v", parallelism, groups, List.of(spec.uid()), new byte[0]);
    Manifest manifest =
        new Manifest(
            FakeContext.JOB,
            1,
            CHECKPOINT,
            1,
            false,
            0,
            List.of(new Manifest.OperatorState(spec.uid(), groups, before)),
            List.of(),
            List.of(),
            null);
    JobPlan plan =
        new JobPlan(
            FakeContext.JOB,
            "j",
            List.of(vertex),
            List.of(),
            Map.of(),
            Map.of(),
            true,
            List.of(JobPlan.DEFAULT_GROUP),
            Map.of(),
            Set.of());
    return StateRedistribution.of(manifest, plan, false).forSubtask(vertex, subtask);
  }

  /** Takes a checkpoint. */
  Saved snapshot(long checkpointId) throws Exception {
    Operator.Snapshot snapshot = operator.snapshot(checkpointId);
    List<KeyedSlice> slices = List.of();
    if (snapshot.keyed() != null) {
      ByteSink bytes = new ByteSink(64);
      long[] offsets = snapshot.keyed().write(bytes);
      slices =
          List.of(
              new KeyedSlice(
                  snapshot.keyed().firstKeyGroup(),
                  offsets,
                  snapshot.keyed().formatVersion(),
                  inline(bytes.toBytes())));
      snapshot.keyed().release();
    }
    List<OperatorSlice> unkeyed = new ArrayList<>();
    for (FrozenElements state : snapshot.unkeyed()) {
      unkeyed.add(
          new OperatorSlice(
              state.name(), state.distribution(), 0, state.count(), inline(state.bytes())));
    }
    return new Saved(
        new OperatorSnapshot(context.spec.uid(), slices, snapshot.items(), unkeyed),
        snapshot.committables());
  }

  private static SnapshotHandle inline(byte[] bytes) {
    return new SnapshotHandle("", 0, bytes.length, 0, bytes);
  }

  /** Feeds those rows that belong to this subtask, with or without their key hashes. */
  void feed(List<Event.Row> rows, boolean withHashes, Output out) throws Exception {
    feed(0, rows, withHashes, out);
  }

  /** Feeds those rows of an input that belong to this subtask; all of a broadcast one do. */
  void feed(int input, List<Event.Row> rows, boolean withHashes, Output out) throws Exception {
    Partitioning.Hash<?, ?> key =
        context.spec.inputs().isEmpty() ? null : context.spec.inputs().get(input).key();
    boolean broadcast = input > 0 && key == null;
    List<Event.Row> own = new ArrayList<>();
    List<Integer> hashes = new ArrayList<>();
    boolean keyed = key != null && (withHashes || context.parallelism > 1);
    for (Event.Row row : rows) {
      int hash = keyed ? hash(key, row.value()) : 0;
      if (broadcast
          || KeyGroups.subtaskOf(
                  KeyGroups.ofHash(hash, FakeContext.MAX_PARALLELISM),
                  context.parallelism,
                  FakeContext.MAX_PARALLELISM)
              == context.subtask) {
        own.add(row);
        hashes.add(hash);
      }
    }
    if (!own.isEmpty()) {
      ObjectBatch batch =
          batch(own, keyed ? hashes.stream().mapToInt(Integer::intValue).toArray() : null);
      operator.process(input, batch, out);
      useAnew(batch);
    }
  }

  /** As whoever lends a batch may do after the call. */
  private static void useAnew(ObjectBatch batch) {
    Arrays.fill(batch.values(), "used anew");
    if (batch.hasTimestamps()) {
      Arrays.fill(batch.timestamps(), 815);
    }
    if (batch.hasHashes()) {
      Arrays.fill(batch.hashes(), 4711);
    }
  }

  @SuppressWarnings("unchecked")
  private static int hash(Partitioning.Hash<?, ?> by, Object value) throws Exception {
    Object key = ((KeySelector<Object, Object>) by.selector()).getKey(value);
    return key == null ? 0 : KeyHasher.of(by.keyType()).hash(key);
  }

  /** A batch of rows; without timestamps where no row has one. */
  static ObjectBatch batch(List<Event.Row> rows, int[] hashes) {
    Object[] values = rows.stream().map(Event.Row::value).toArray();
    long[] timestamps = rows.stream().mapToLong(Event.Row::timestamp).toArray();
    boolean timed = rows.stream().anyMatch(row -> row.timestamp() != ObjectBatch.NO_TIMESTAMP);
    return new ObjectBatch(values, timed ? timestamps : null, hashes, rows.size());
  }

  /** The spec as it arrives at a worker. */
  static ChainSpec.OperatorSpec copy(ChainSpec.OperatorSpec spec)
      throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(spec);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (ChainSpec.OperatorSpec) in.readObject();
    }
  }

  @Override
  public void close() throws Exception {
    operator.close();
    if (context.store != null) {
      context.store.close();
    }
  }
}
