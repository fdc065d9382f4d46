package dev.weft.engine.exchange;

import dev.weft.api.config.TaskManagerOptions.Compression;
import dev.weft.api.error.WeftException;
import dev.weft.engine.batch.BatchCodec;
import java.util.function.Consumer;

/**
 * What a task brings to its end of a channel to another worker.
 *
 * @param codec of the records; used by this end alone
 * @param wake makes the task run; called from any thread
 * @param traffic counts what goes over the network
 * @param onFailure hears on the control thread that the connection broke or carried damaged frames;
 *     called at most once
 */
public record ChannelEnd(
    BatchCodec codec, Runnable wake, Traffic traffic, Consumer<WeftException> onFailure) {
  /** An end whose batches are compressed; the other end's must be so as well. */
  public static ChannelEnd of(
      BatchCodec codec,
      Compression compression,
      Runnable wake,
      Traffic traffic,
      Consumer<WeftException> onFailure) {
    return new ChannelEnd(CompressedBatchCodec.of(codec, compression), wake, traffic, onFailure);
  }
}
