package dev.weft.engine.worker;

import dev.weft.api.error.WeftException;
import dev.weft.engine.exchange.Frame;
import dev.weft.engine.exchange.OutputChannel;
import java.util.List;

/** What the control thread tells a task; the task takes it at the beginning of a call. */
sealed interface TaskCommand {
  /** Process from now on. */
  record Start() implements TaskCommand {}

  /** Source tasks only: let a barrier out. */
  record Trigger(Frame.Barrier barrier) implements TaskCommand {}

  /** Source tasks only: the input ends here. */
  record Drain() implements TaskCommand {}

  /** A consumer of a materialized edge takes its records. */
  record HandOver(int edge, int consumer, OutputChannel channel) implements TaskCommand {}

  /** The barrier of a checkpoint is under way in a channel of the gate. */
  record Announced(int channel, long checkpointId, boolean urgent) implements TaskCommand {}

  /** Source tasks only: more splits. */
  record Splits(int version, List<byte[]> splits) implements TaskCommand {}

  /** Source tasks only: no more splits. */
  record NoMoreSplits() implements TaskCommand {}

  /** Source tasks only: read on up to this watermark. */
  record Allowed(long watermark) implements TaskCommand {}

  /** The checkpoint is durable. */
  record Completed(long checkpointId) implements TaskCommand {}

  /** Checkpoints up to this one are given up. */
  record Aborted(long checkpointId) implements TaskCommand {}

  /** The leader is gone: give up the checkpoint whose barriers are being waited for. */
  record Abandon() implements TaskCommand {}

  /** End. */
  record Cancel() implements TaskCommand {}

  /** End because of a failure elsewhere in this process, such as a broken connection. */
  record Fail(WeftException cause) implements TaskCommand {}
}
