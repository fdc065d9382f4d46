package dev.weft.engine.server.saved;

import dev.weft.api.config.StateBackendOptions;
import dev.weft.api.config.StateBackendOptions.Backend;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.state.StateDescriptor;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.stored.StoredBytes;
import dev.weft.engine.batch.stored.StoredRows;
import dev.weft.engine.checkpoint.Manifest;
import dev.weft.engine.exchange.ChannelState;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.operator.Operator;
import dev.weft.engine.operator.Operators;
import dev.weft.engine.operator.measure.OperatorMeasures;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.protocol.KeyedSlice;
import dev.weft.engine.protocol.OperatorSlice;
import dev.weft.engine.protocol.OperatorSnapshot;
import dev.weft.engine.protocol.SnapshotHandle;
import dev.weft.engine.protocol.TaskId;
import dev.weft.engine.protocol.VertexSpec;
import dev.weft.engine.state.FrozenState;
import dev.weft.engine.state.StateStore;
import dev.weft.engine.state.StateStores;
import dev.weft.engine.state.keyed.KeyedStates;
import dev.weft.engine.state.unkeyed.UnkeyedStates;
import dev.weft.engine.worker.snapshot.SnapshotReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares the states of one operator: those of a snapshot with those that it declares now. */
final class OperatorComparison {
  private static final Logger LOG = LoggerFactory.getLogger(OperatorComparison.class);

  /** What describes an unkeyed state is at the beginning and never longer. */
  private static final long DESCRIPTION_BYTES_MAX = 1 << 20;

  private static final long MEMORY_BYTES = 64 << 20;

  private final DeclaringContext.Job job;
  private final String where;
  private final TaskId task;
  private final VertexSpec vertex;
  private final ChainSpec.OperatorSpec spec;
  private final List<KeyedSlice> keyed = new ArrayList<>();
  private final Map<String, OperatorSlice> unkeyed = new HashMap<>();

  OperatorComparison(
      DeclaringContext.Job job,
      String jobId,
      VertexSpec vertex,
      ChainSpec.OperatorSpec spec,
      Manifest.OperatorState state) {
    this.job = job;
    this.vertex = vertex;
    this.spec = spec;
    this.where = "'" + spec.name() + "' (" + spec.createdAt() + ")";
    this.task = new TaskId(jobId, vertex.index(), 0);
    for (OperatorSnapshot subtask : state.subtasks()) {
      if (!subtask.keyed().isEmpty()) {
        // the newest: what it continues has no other states
        keyed.add(subtask.keyed().get(subtask.keyed().size() - 1));
      }
      subtask.unkeyed().stream()
          .filter(slice -> !ChannelState.holds(slice.name()))
          .forEach(slice -> unkeyed.putIfAbsent(slice.name(), slice));
    }
  }

  /** Compares what is known without the user's functions. */
  List<String> declare() {
    try (StateStore store = described()) {
      UnkeyedStates states = describedUnkeyed();
      try (Operator operator = Operators.create(spec)) {
        operator.declare(context(store, states));
      }
      declareHeld(store, states);
      checkFiles(store);
    } catch (WeftException e) {
      throw explained(e);
    } catch (Exception e) {
      LOG.warn("The states of {} are compared when the operator opens, not before", where, e);
    }
    return List.of();
  }

  /**
   * Compares with what the functions declare in {@code open}.
   *
   * @return what could not be compared
   */
  List<String> open() {
    try (StateStore store = described()) {
      List<String> unopened = new ArrayList<>();
      try (Operator operator = Operators.create(spec)) {
        operator.open(context(store, describedUnkeyed()));
      } catch (WeftException e) {
        if (!isRefusal(e)) {
          unopened.add(where + " was not compared whole: " + e.getMessage());
        } else {
          throw e;
        }
      }
      checkFiles(store);
      return unopened;
    } catch (WeftException e) {
      throw explained(e);
    } catch (Exception e) {
      return List.of(where + " was not compared whole: " + e);
    }
  }

  /** Whether it is a state that does not fit, rather than a function that can not be opened. */
  private static boolean isRefusal(WeftException e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t.getCause() == null) {
        return t instanceof WeftException;
      }
    }
    return false;
  }

  /** A store without key groups that knows the states of the snapshot; null without keys. */
  private StateStore described() {
    if (spec.key() == null) {
      if (!keyed.isEmpty()) {
        throw new WeftException(
            ErrorCode.USER,
            "There is keyed state of operator "
                + where
                + ", whose input is not keyed any more; give the operator another uid");
      }
      return null;
    }
    StateStore store = StateStores.heap(where, spec.key().keyType(), 0, 0, vertex.maxParallelism());
    for (KeyedSlice slice : keyed) {
      ByteBuffer header = SnapshotReader.readFirst(job.files(), slice.handle(), slice.offsets()[0]);
      KeyedSlice described =
          new KeyedSlice(0, new long[] {slice.offsets()[0]}, slice.formatVersion(), slice.handle());
      store.restore(described, StoredBytes.of(header));
    }
    return store;
  }

  private UnkeyedStates describedUnkeyed() {
    UnkeyedStates states = new UnkeyedStates(where);
    for (OperatorSlice slice : unkeyed.values()) {
      states.restore(
          new OperatorSlice(slice.name(), slice.distribution(), 0, 0, slice.handle()),
          SnapshotReader.readFirst(job.files(), slice.handle(), DESCRIPTION_BYTES_MAX));
    }
    return states;
  }

  private DeclaringContext context(StateStore store, UnkeyedStates states) {
    return new DeclaringContext(
        job,
        task,
        spec,
        vertex.parallelism(),
        vertex.maxParallelism(),
        store,
        states,
        new OperatorMeasures(spec.name()),
        MemoryPool.root(where, MEMORY_BYTES));
  }

  /** Declares what the functions hold descriptors of, where the snapshot has such a state. */
  private void declareHeld(StateStore store, UnkeyedStates states) {
    Set<String> inKeys = store == null ? Set.of() : new HashSet<>(store.stateNames());
    KeyedStates declaring = store == null ? null : new KeyedStates(store, job.clock());
    for (StateDescriptor<?, ?> descriptor : HeldDescriptors.of(spec.operation())) {
      OperatorSlice slice = unkeyed.get(descriptor.getName());
      if (inKeys.contains(descriptor.getName()) && slice == null) {
        declaring.get(descriptor);
      } else if (slice != null && !inKeys.contains(descriptor.getName())) {
        declareUnkeyed(states, slice, descriptor);
      }
    }
  }

  private static void declareUnkeyed(
      UnkeyedStates states, OperatorSlice slice, StateDescriptor<?, ?> descriptor) {
    if (descriptor instanceof ListStateDescriptor<?> list) {
      if (slice.distribution() == OperatorSlice.Distribution.UNION) {
        states.getUnionListState(list);
      } else {
        states.getListState(list);
      }
    } else if (descriptor instanceof MapStateDescriptor<?, ?> map) {
      states.getBroadcastState(map);
    }
  }

  /** Rows in a database are not converted, and go nowhere else. */
  private void checkFiles(StateStore store) {
    KeyedSlice inFiles =
        keyed.stream().filter(slice -> !slice.files().isEmpty()).findFirst().orElse(null);
    if (inFiles == null) {
      return;
    }
    if (job.configuration().get(StateBackendOptions.STATE_BACKEND) == Backend.HASHMAP) {
      throw new WeftException(
          ErrorCode.USER,
          "The state of "
              + where
              + " lies in files of RocksDB, but state.backend.type is hashmap; take a savepoint"
              + " and start from that, which works with any place for state");
    }
    Map<String, String> before = new HashMap<>();
    for (StoredRows.State state :
        new StoredRows(
                headerOnly(inFiles.offsets()[0]),
                StoredBytes.of(
                    SnapshotReader.readFirst(job.files(), inFiles.handle(), inFiles.offsets()[0])),
                where)
            .states()) {
      before.put(state.name(), state.type().toString());
    }
    FrozenState declared = store.freeze(job.checkpointId());
    ByteSink sink = new ByteSink(256);
    long[] offsets = declared.write(sink);
    declared.release();
    for (StoredRows.State state :
        new StoredRows(headerOnly(offsets[0]), StoredBytes.of(sink.asBuffer()), where).states()) {
      String former = before.get(state.name());
      if (former != null && !former.equals(state.type().toString())) {
        throw new WeftException(
            ErrorCode.USER,
            "State '"
                + state.name()
                + "' of "
                + where
                + " is declared as "
                + state.type()
                + " but lies in RocksDB as "
                + former
                + ", and rows there are not converted; take a savepoint and start from that");
      }
    }
  }

  private static KeyedSlice headerOnly(long length) {
    return new KeyedSlice(
        0, new long[] {length}, 0, new SnapshotHandle("", 0, length, 0, new byte[0]));
  }

  /** Damaged bytes may say anything: then that is what is wrong. */
  private WeftException explained(WeftException refusal) {
    keyed.forEach(slice -> SnapshotReader.check(job.files(), slice.handle()));
    unkeyed.values().forEach(slice -> SnapshotReader.check(job.files(), slice.handle()));
    return refusal;
  }
}
