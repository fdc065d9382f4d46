package dev.weft.engine.operator;

import dev.weft.api.OutputTag;
import dev.weft.api.functions.KeyedProcessFunction;
import dev.weft.api.functions.TimeDomain;
import dev.weft.api.functions.TimerService;
import dev.weft.api.graph.Operation;
import dev.weft.engine.batch.HiddenCopies;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.state.StateStore;
import java.lang.invoke.MethodHandles;

/** Runs a process function with keyed state and timers. */
final class KeyedProcessOperator extends KeyedOperator {
  final KeyedProcessFunction<Object, Object, Object> function;
  private final RowLoop<KeyedProcessOperator> loop;
  final Call call;

  @SuppressWarnings("unchecked")
  KeyedProcessOperator(ChainSpec.OperatorSpec spec, Operation.KeyedProcess<?, ?, ?> process) {
    super(spec, process.function());
    this.function =
        (KeyedProcessFunction<Object, Object, Object>) required(process.function(), spec);
    this.loop = HiddenCopies.loop(MethodHandles.lookup(), Loop.class, function.getClass());
    this.call = new Call(this);
  }

  @Override
  protected void processKeyed(int input, ObjectBatch batch, Output out) throws Exception {
    call.domain = null;
    loop.run(this, batch, out);
  }

  @Override
  protected void eventTimeReached(long newWatermark, Output out) throws Exception {
    call.domain = TimeDomain.EVENT_TIME;
    timers.fireEvent(newWatermark, this::onTimer);
  }

  @Override
  public void onProcessingTime(long now, Output out) throws Exception {
    collector.begin(out);
    call.domain = TimeDomain.PROCESSING_TIME;
    try {
      timers.fireProcessing(now, this::onTimer);
      collector.check();
    } finally {
      collector.end();
    }
  }

  @Override
  public long nextProcessingTime() {
    return timers.nextProcessing();
  }

  private void onTimer(long time, long discriminator) throws Exception {
    boolean eventTime = call.domain == TimeDomain.EVENT_TIME;
    call.timestamp = time;
    collector.timestamp(eventTime ? time : ObjectBatch.NO_TIMESTAMP);
    try {
      function.onTimer(time, call, collector);
    } catch (Throwable t) {
      collector.check();
      throw site.inCall(
          "onTimer of the "
              + (eventTime ? "event" : "processing")
              + "-time timer "
              + time
              + " of key "
              + store.currentKey(),
          t);
    }
  }

  static final class Loop implements RowLoop<KeyedProcessOperator> {
    @Override
    public void run(KeyedProcessOperator owner, ObjectBatch batch, Output out) throws Exception {
      KeyedProcessFunction<Object, Object, Object> function = owner.function;
      Object[] keys = owner.keys;
      StateStore store = owner.store;
      EmitCollector collector = owner.collector;
      Call call = owner.call;
      Object[] values = batch.values();
      long[] timestamps = batch.timestamps();
      int[] hashes = owner.hashes;
      int size = batch.size();
      for (int row = 0; row < size; row++) {
        long timestamp = timestamps == null ? ObjectBatch.NO_TIMESTAMP : timestamps[row];
        Object value = values[row];
        store.selectKey(keys[row], hashes[row]);
        call.timestamp = timestamp;
        collector.timestamp(timestamp);
        try {
          function.processElement(value, call, collector);
        } catch (Throwable t) {
          throw collector.failure(t, value);
        }
      }
    }
  }

  /** The context of all calls of one function, of records and of timers. */
  static final class Call extends KeyedProcessFunction<Object, Object, Object>.OnTimerContext {
    private final KeyedProcessOperator owner;
    private final KeyTimers timers;
    private TimeDomain domain;
    long timestamp;

    Call(KeyedProcessOperator owner) {
      owner.function.super();
      this.owner = owner;
      this.timers = new KeyTimers(owner);
    }

    @Override
    public Long timestamp() {
      return timestamp == ObjectBatch.NO_TIMESTAMP ? null : timestamp;
    }

    @Override
    public TimerService timerService() {
      return timers;
    }

    @Override
    public <X> void output(OutputTag<X> outputTag, X value) {
      owner.collector.collect(outputTag, value);
    }

    @Override
    public Object getCurrentKey() {
      return owner.store.currentKey();
    }

    @Override
    public TimeDomain timeDomain() {
      return domain;
    }
  }
}
