package dev.weft.engine.operator.pair;

import dev.weft.engine.batch.BatchCodec;
import dev.weft.engine.batch.ByteSink;
import dev.weft.engine.batch.ObjectBatch;
import dev.weft.engine.memory.MemoryPool;
import dev.weft.engine.operator.GatheringOperator;
import dev.weft.engine.operator.OperatorContext;
import dev.weft.engine.operator.Output;
import dev.weft.engine.protocol.ChainSpec;
import dev.weft.engine.spill.PartitionedFile;

/**
 * Shows bounded broadcast input to an operator before its other input, which is kept on disk
 * meanwhile, in the order in which it came.
 */
final class BroadcastFirstOperator extends GatheringOperator<BroadcastProcessOperator> {
  private final BatchCodec codec;
  private final ByteSink sink = new ByteSink(1024);
  private PartitionedFile kept;
  private int shown;

  BroadcastFirstOperator(ChainSpec.OperatorSpec spec, BroadcastProcessOperator operator) {
    super(spec, operator);
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

  @Override
  protected boolean show(Output out) throws Exception {
    if (!kept.finished()) {
      kept.finish();
    }
    if (shown < kept.blocks(0)) {
      operator.process(0, codec.decode(kept.read(0, shown++)), out);
      return false;
    }
    operator.onWatermark(Long.MAX_VALUE, out);
    return true;
  }

  @Override
  protected void release() {
    if (kept != null) {
      kept.close();
    }
  }
}
