package dev.weft.engine.operator.pair;

import dev.weft.api.OutputTag;
import dev.weft.api.functions.co.ProcessJoinFunction;
import dev.weft.api.graph.TwoInputOperation;
import dev.weft.api.state.MapState;
import dev.weft.api.state.MapStateDescriptor;
import dev.weft.api.types.TypeInformation;
import dev.weft.api.types.Types;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.operator.EmitCollector;
import dev.weft.engine.operator.Output;
import dev.weft.engine.operator.RowLoop;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.state.StateStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Joins records of one key whose timestamps are near. Each record meets those of the other input
 * that are kept, then is kept itself until event time says that nothing near can come any more.
 */
final class IntervalJoinOperator extends PairOperator<ProcessJoinFunction<Object, Object, Object>> {
  private final long lower;
  private final long upper;
  private final List<OutputTag<?>> lateOutputs;
  private final List<MapState<Long, List<Object>>> kept = new ArrayList<>();
  final Call call;

  /** The timestamps of the records that are near, in order, and those records. */
  private long[] nearTimestamps = new long[8];

  private MapState<Long, List<Object>> nearRecords;

  IntervalJoinOperator(
      ChainSpec.OperatorSpec spec, TwoInputOperation.IntervalJoin<?, ?, ?> operation) {
    super(spec, operation, First.class, Second.class);
    lower = operation.lowerMillis();
    upper = operation.upperMillis();
    lateOutputs = Arrays.asList(operation.leftLate(), operation.rightLate());
    call = new Call(this);
  }

  @Override
  protected void declareState() {
    kept.add(buffer("left", 0));
    kept.add(buffer("right", 1));
  }

  @SuppressWarnings("unchecked")
  private MapState<Long, List<Object>> buffer(String name, int input) {
    TypeInformation<Object> type = (TypeInformation<Object>) spec.inputs().get(input).type();
    return store()
        .map(
            new MapStateDescriptor<>(
                OWN_STATE + name, Types.LONG, new TypeInformation.ListType<>(type)));
  }

  /** Whether a record takes part; one without a timestamp fails, a late one goes aside. */
  boolean takes(int input, Object record, long timestamp) {
    if (timestamp == ObjectBatch.NO_TIMESTAMP) {
      throw site()
          .misuseAt(
              record,
              timestamp,
              "got a record without a timestamp; put assignTimestampsAndWatermarks(…) in front of"
                  + " the interval join");
    }
    if (timestamp >= watermark()) {
      return true;
    }
    if (lateOutputs.get(input) == null) {
      context.countLateRecord();
    } else {
      collector().timestamp(timestamp);
      collector().collect(lateOutputs.get(input), record);
    }
    return false;
  }

  /** Finds what the other input keeps near a timestamp and returns how many timestamps it has. */
  int findNear(int input, long timestamp) throws Exception {
    nearRecords = kept.get(1 - input);
    long from = input == 0 ? timestamp + lower : timestamp - upper;
    long to = input == 0 ? timestamp + upper : timestamp - lower;
    int count = 0;
    for (long candidate : nearRecords.keys()) {
      if (candidate >= from && candidate <= to) {
        if (count == nearTimestamps.length) {
          nearTimestamps = Arrays.copyOf(nearTimestamps, 2 * count);
        }
        nearTimestamps[count] = candidate;
        count++;
      }
    }
    Arrays.sort(nearTimestamps, 0, count);
    return count;
  }

  long nearTimestamp(int index) {
    return nearTimestamps[index];
  }

  List<Object> near(int index) throws Exception {
    return nearRecords.get(nearTimestamps[index]);
  }

  /** Keeps a record until nothing of the other input can be near it. */
  void keep(int input, Object record, long timestamp) throws Exception {
    MapState<Long, List<Object>> own = kept.get(input);
    List<Object> before = own.get(timestamp);
    // a copy: a checkpoint may still be writing the list
    List<Object> records = before == null ? new ArrayList<>(1) : new ArrayList<>(before);
    records.add(record);
    own.put(timestamp, records);
    timers().setEvent(input == 0 ? leftEnd(timestamp) : rightEnd(timestamp), 0);
  }

  private long leftEnd(long timestamp) {
    return upper > 0 ? timestamp + upper : timestamp;
  }

  private long rightEnd(long timestamp) {
    return lower < 0 ? timestamp - lower : timestamp;
  }

  /** What is too far from all that follows need not be kept until the key ends. */
  @Override
  protected void timeOfKey(long timestamp, Output out) throws Exception {
    if (timestamp != ObjectBatch.NO_TIMESTAMP) {
      onWatermark(timestamp - 1, out);
    }
  }

  /** Drops the records of either input that end now. */
  @Override
  void onTimer(long time) throws Exception {
    kept.get(0).remove(upper > 0 ? time - upper : time);
    kept.get(1).remove(lower < 0 ? time + lower : time);
  }

  static final class First
      implements RowLoop<PairOperator<ProcessJoinFunction<Object, Object, Object>>> {
    @Override
    public void run(
        PairOperator<ProcessJoinFunction<Object, Object, Object>> owner,
        ObjectBatch batch,
        Output out)
        throws Exception {
      IntervalJoinOperator join = (IntervalJoinOperator) owner;
      ProcessJoinFunction<Object, Object, Object> function = owner.function;
      StateStore store = owner.store();
      EmitCollector collector = owner.collector();
      Call call = join.call;
      Object[] keys = owner.keys();
      int[] hashes = owner.hashes();
      Object[] values = batch.values();
      int size = batch.size();
      for (int row = 0; row < size; row++) {
        long timestamp = batch.timestamp(row);
        store.selectKey(keys[row], hashes[row]);
        if (!join.takes(0, values[row], timestamp)) {
          continue;
        }
        int count = join.findNear(0, timestamp);
        for (int i = 0; i < count; i++) {
          for (Object other : join.near(i)) {
            call.pair(timestamp, join.nearTimestamp(i));
            try {
              function.processElement(values[row], other, call, collector);
            } catch (Throwable t) {
              throw collector.failure(t, values[row]);
            }
          }
        }
        join.keep(0, values[row], timestamp);
      }
    }
  }

  static final class Second
      implements RowLoop<PairOperator<ProcessJoinFunction<Object, Object, Object>>> {
    @Override
    public void run(
        PairOperator<ProcessJoinFunction<Object, Object, Object>> owner,
        ObjectBatch batch,
        Output out)
        throws Exception {
      IntervalJoinOperator join = (IntervalJoinOperator) owner;
      ProcessJoinFunction<Object, Object, Object> function = owner.function;
      StateStore store = owner.store();
      EmitCollector collector = owner.collector();
      Call call = join.call;
      Object[] keys = owner.keys();
      int[] hashes = owner.hashes();
      Object[] values = batch.values();
      int size = batch.size();
      for (int row = 0; row < size; row++) {
        long timestamp = batch.timestamp(row);
        store.selectKey(keys[row], hashes[row]);
        if (!join.takes(1, values[row], timestamp)) {
          continue;
        }
        int count = join.findNear(1, timestamp);
        for (int i = 0; i < count; i++) {
          for (Object other : join.near(i)) {
            call.pair(join.nearTimestamp(i), timestamp);
            try {
              function.processElement(other, values[row], call, collector);
            } catch (Throwable t) {
              throw collector.failure(t, values[row]);
            }
          }
        }
        join.keep(1, values[row], timestamp);
      }
    }
  }

  /** The context of all calls of one function. */
  static final class Call extends ProcessJoinFunction<Object, Object, Object>.Context {
    private final IntervalJoinOperator owner;
    private long left;
    private long right;

    Call(IntervalJoinOperator owner) {
      owner.function.super();
      this.owner = owner;
    }

    void pair(long leftTimestamp, long rightTimestamp) {
      left = leftTimestamp;
      right = rightTimestamp;
      owner.collector().timestamp(Math.max(left, right));
    }

    @Override
    public long getLeftTimestamp() {
      return left;
    }

    @Override
    public long getRightTimestamp() {
      return right;
    }

    @Override
    public long getTimestamp() {
      return Math.max(left, right);
    }

    @Override
    public <X> void output(OutputTag<X> outputTag, X value) {
      owner.collector().collect(outputTag, value);
    }
  }
}
