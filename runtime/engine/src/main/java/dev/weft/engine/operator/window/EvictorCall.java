package dev.weft.engine.operator.window;

import dev.weft.api.windowing.evictors.Evictor.EvictorContext;
import dev.weft.engine.operator.KeyedOperator;

/** The context of all calls of an evictor. */
record EvictorCall(KeyedOperator owner) implements EvictorContext {
  @Override
  public long getCurrentProcessingTime() {
    return owner.context.clock().currentTimeMillis();
  }

  @Override
  public long getCurrentWatermark() {
    return owner.watermark;
  }
}
