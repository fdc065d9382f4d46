package dev.weft.engine.operator;

import dev.weft.api.OutputTag;
import dev.weft.api.functions.ProcessFunction;
import dev.weft.api.functions.TimerService;
import dev.weft.api.graph.Operation;
import dev.weft.engine.batch.HiddenCopies;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.protocol.ChainSpec;
import java.lang.invoke.MethodHandles;

/** Runs a process function on a stream without keys. */
final class ProcessOperator extends FunctionOperator {
  final ProcessFunction<Object, Object> function;
  private final RowLoop<ProcessOperator> loop;
  final Call call;
  private long watermark = Long.MIN_VALUE;

  @SuppressWarnings("unchecked")
  ProcessOperator(ChainSpec.OperatorSpec spec, Operation.Process<?, ?> process) {
    super(spec, process.function());
    this.function = (ProcessFunction<Object, Object>) required(process.function(), spec);
    this.loop = HiddenCopies.loop(MethodHandles.lookup(), Loop.class, function.getClass());
    this.call = new Call(this);
  }

  @Override
  protected void processRows(int input, ObjectBatch batch, Output out) throws Exception {
    loop.run(this, batch, out);
  }

  @Override
  public void onWatermark(long newWatermark, Output out) {
    watermark = newWatermark;
  }

  static final class Loop implements RowLoop<ProcessOperator> {
    @Override
    public void run(ProcessOperator owner, ObjectBatch batch, Output out) throws Exception {
      ProcessFunction<Object, Object> function = owner.function;
      EmitCollector collector = owner.collector;
      Call call = owner.call;
      Object[] values = batch.values();
      long[] timestamps = batch.timestamps();
      int size = batch.size();
      for (int row = 0; row < size; row++) {
        long timestamp = timestamps == null ? ObjectBatch.NO_TIMESTAMP : timestamps[row];
        call.timestamp = timestamp;
        collector.timestamp(timestamp);
        try {
          function.processElement(values[row], call, collector);
        } catch (Throwable t) {
          throw collector.failure(t, values[row]);
        }
      }
    }
  }

  /** The context of all calls of one function. */
  static final class Call extends ProcessFunction<Object, Object>.Context implements TimerService {
    private final ProcessOperator owner;
    long timestamp;

    Call(ProcessOperator owner) {
      owner.function.super();
      this.owner = owner;
    }

    @Override
    public Long timestamp() {
      return timestamp == ObjectBatch.NO_TIMESTAMP ? null : timestamp;
    }

    @Override
    public TimerService timerService() {
      return this;
    }

    @Override
    public <X> void output(OutputTag<X> outputTag, X value) {
      owner.collector.collect(outputTag, value);
    }

    @Override
    public long currentProcessingTime() {
      return owner.context.clock().currentTimeMillis();
    }

    @Override
    public long currentWatermark() {
      return owner.watermark;
    }

    @Override
    public void registerProcessingTimeTimer(long time) {
      throw refused();
    }

    @Override
    public void registerEventTimeTimer(long time) {
      throw refused();
    }

    @Override
    public void deleteProcessingTimeTimer(long time) {
      throw refused();
    }

    @Override
    public void deleteEventTimeTimer(long time) {
      throw refused();
    }

    private RuntimeException refused() {
      return owner.site.misuse(
          "uses a timer but its input is not keyed; put keyBy(…) in front of it");
    }
  }
}
