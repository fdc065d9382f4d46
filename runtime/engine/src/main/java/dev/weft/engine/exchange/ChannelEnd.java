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
 * @param announcements hear of barriers under way; for the consuming end
 * @param traffic counts what goes over the network
 * @param check measures what is sent; for the producing end
 * @param onFailure hears on the control thread that the connection broke or carried damaged frames;
 *     called at most once
 */
public record ChannelEnd(
    BatchCodec codec,
    Runnable wake,
    Announcements announcements,
    Traffic traffic,
    RecordCheck check,
    Consumer<WeftException> onFailure) {
  /** The same with batches compressed; the other end's must be so as well. */
  public ChannelEnd with(Compression compression) {
    return new ChannelEnd(
        CompressedBatchCodec.of(codec, compression),
        wake,
        announcements,
        traffic,
        check,
        onFailure);
  }
}
