package dev.weft.api;

import dev.weft.api.accumulators.Accumulator;
import dev.weft.api.functions.OpenContext;
import dev.weft.api.functions.RichFilterFunction;
import dev.weft.api.state.CheckpointedFunction;
import dev.weft.api.state.FunctionInitializationContext;
import dev.weft.api.state.FunctionSnapshotContext;
import dev.weft.api.state.ListState;
import dev.weft.api.state.ListStateDescriptor;
import dev.weft.api.types.SchemaSerializer;
import dev.weft.api.types.TypeInformation;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.util.ArrayList;
import java.util.TreeMap;

/**
 * Keeps all records for the client, in an accumulator and in its state, so that each is there once
 * also after a restart. Lets none through.
 */
final class CollectFunction<T> extends RichFilterFunction<T> implements CheckpointedFunction {
  private static final long serialVersionUID = 1;

  private final String name;
  private final TypeInformation<T> type;
  private final int limit;
  private transient SchemaSerializer<T> serializer;
  private transient ListState<byte[]> kept;
  private transient ArrayList<byte[]> collected;

  /** Keeps at most so many records in each subtask and forgets the others. */
  CollectFunction(String name, TypeInformation<T> type, int limit) {
    this.name = name;
    this.type = type;
    this.limit = limit;
  }

  /** The records of each subtask. */
  static final class Records implements Accumulator<byte[], TreeMap<Integer, ArrayList<byte[]>>> {
    private static final long serialVersionUID = 1;

    private final TreeMap<Integer, ArrayList<byte[]>> bySubtask = new TreeMap<>();

    Records() {}

    /** The records of one subtask. */
    Records(int subtask) {
      bySubtask.put(subtask, new ArrayList<>());
    }

    @Override
    public void add(byte[] value) {
      bySubtask.firstEntry().getValue().add(value);
    }

    @Override
    public TreeMap<Integer, ArrayList<byte[]>> getLocalValue() {
      return bySubtask;
    }

    @Override
    public void resetLocal() {
      bySubtask.values().forEach(ArrayList::clear);
    }

    @Override
    public void merge(Accumulator<byte[], TreeMap<Integer, ArrayList<byte[]>>> other) {
      bySubtask.putAll(other.getLocalValue());
    }

    @Override
    public Records clone() {
      Records copy = new Records();
      bySubtask.forEach((subtask, values) -> copy.bySubtask.put(subtask, new ArrayList<>(values)));
      return copy;
    }

    @Override
    public String toString() {
      return bySubtask.values().stream().mapToInt(ArrayList::size).sum() + " records";
    }
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    kept =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("collected", byte[].class));
    serializer = new SchemaSerializer<>(type);
    int subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    Records records = new Records(subtask);
    kept.get().forEach(records::add);
    collected = records.getLocalValue().get(subtask);
    getRuntimeContext().addAccumulator(name, records);
  }

  @Override
  public void open(OpenContext context) {}

  @Override
  public boolean filter(T value) throws Exception {
    if (collected.size() >= limit) {
      return false;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    serializer.serialize(value, new DataOutputStream(bytes));
    collected.add(bytes.toByteArray());
    return false;
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    kept.update(collected);
  }
}
