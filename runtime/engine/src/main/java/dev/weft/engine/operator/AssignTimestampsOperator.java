package dev.weft.engine.operator;

import dev.weft.api.eventtime.WatermarkStrategy;
import dev.weft.api.graph.Operation;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.protocol.ChainSpec;

/** Gives records timestamps and watermarks in mid-stream; incoming watermarks stop here. */
final class AssignTimestampsOperator implements Operator {
  private final ChainSpec.OperatorSpec spec;
  private final WatermarkStrategy<?> strategy;
  private EventTimeStamper stamper;

  AssignTimestampsOperator(
      ChainSpec.OperatorSpec spec, Operation.AssignTimestamps<?> assignTimestamps) {
    this.spec = spec;
    this.strategy = FunctionOperator.required(assignTimestamps.watermarks(), spec);
  }

  @Override
  public void open(OperatorContext context) {
    OperatorSite site = new OperatorSite(spec.name(), spec.createdAt(), context.task().subtask());
    stamper = new EventTimeStamper(site, strategy, context);
  }

  @Override
  public void process(int input, ObjectBatch batch, Output out) throws Exception {
    stamper.emit(batch, out);
  }

  @Override
  public boolean ownsWatermarks() {
    return true;
  }

  /** Only the end of event time goes on: then the input has ended. */
  @Override
  public void onWatermark(long watermark, Output out) {
    if (watermark == Long.MAX_VALUE) {
      stamper.end(out);
    }
  }

  @Override
  public void onProcessingTime(long now, Output out) {
    stamper.timePasses(out);
  }

  @Override
  public long nextProcessingTime() {
    return stamper.nextCallMillis();
  }

  @Override
  public void close() {}
}
