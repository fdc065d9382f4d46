package dev.weft.engine.operator.pair;

import dev.weft.engine.batch.BatchCodec;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.operator.Operator;
import dev.weft.engine.operator.OperatorContext;
import dev.weft.engine.operator.Output;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.spill.PartitionedFile;
import dev.weft.engine.world.Verify;

/**
 * Shows bounded broadcast input to an operator before its other input, which is kept on disk
 * meanwhile, in the order in which it came.
 */
final class BroadcastFirstOperator implements Operator {
  private final ChainSpec.OperatorSpec spec;
  private final BroadcastProcessOperator operator;
  private final BatchCodec codec;
  private final ByteSink sink = new ByteSink(1024);
  private PartitionedFile kept;
  private int shown;
  private boolean drained;

  BroadcastFirstOperator(ChainSpec.OperatorSpec spec, BroadcastProcessOperator operator) {
    this.spec = spec;
    this.operator = operator;
    this.codec = BatchCodec.of(spec.inputType());
  }

  @Override
  public void open(OperatorContext context) throws Exception {
    MemoryPool memory = context.memory().child("kept input", MemoryPool.UNLIMITED);
    kept = new PartitionedFile(context.files(), context.scratch() + "-kept", 1, memory);
    operator.open(context);
  }

  @Override
  public void process(int input, ObjectBatch batch, Output out) throws Exception {
    if (input > 0) {
      operator.process(input, batch, out);
      return;
    }
    sink.reset();
    codec.encode(batch, sink);
    kept.add(0, sink.array(), sink.position());
  }

  /** Incoming watermarks say nothing: there is none before the end. */
  @Override
  public boolean ownsWatermarks() {
    return true;
  }

  @Override
  public boolean drain(Output out) throws Exception {
    if (drained) {
      return true;
    }
    if (!kept.finished()) {
      kept.finish();
    }
    if (shown < kept.blocks(0)) {
      operator.process(0, codec.decode(kept.read(0, shown++)), out);
      return false;
    }
    drained = true;
    kept.close();
    operator.onWatermark(Long.MAX_VALUE, out);
    out.watermark(Long.MAX_VALUE);
    return true;
  }

  @Override
  public void finish(Output out) throws Exception {
    operator.finish(out);
  }

  /** The only checkpoint is taken at the end, when nothing is kept. */
  @Override
  public Snapshot snapshot(long checkpointId) throws Exception {
    Verify.verify(drained, "operator %s is in the midst of its bounded input", spec.name());
    return operator.snapshot(checkpointId);
  }

  @Override
  public void checkpointCompleted(long checkpointId) throws Exception {
    operator.checkpointCompleted(checkpointId);
  }

  @Override
  public void close() throws Exception {
    try {
      operator.close();
    } finally {
      if (kept != null) {
        kept.close();
      }
    }
  }
}
