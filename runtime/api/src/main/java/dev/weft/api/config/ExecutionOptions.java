package dev.weft.api.config;

import static dev.weft.api.config.ConfigOptions.key;

import dev.weft.api.BatchShuffleMode;
import dev.weft.api.RuntimeExecutionMode;

/** Options of how a program is executed. */
public final class ExecutionOptions {
  /** Stream or batch. */
  public static final ConfigOption<RuntimeExecutionMode> RUNTIME_MODE =
      key("execution.runtime-mode")
          .enumType(RuntimeExecutionMode.class)
          .defaultValue(RuntimeExecutionMode.AUTOMATIC)
          .withDescription(
              "STREAMING emits results as records come; BATCH, for bounded input, emits the final"
                  + " result of each key, without watermarks and checkpoints on the way; AUTOMATIC"
                  + " is BATCH when every source is bounded, a step keeps state by key and the job"
                  + " starts from no savepoint or checkpoint, else STREAMING.");

  /** How records of a batch change subtasks. */
  public static final ConfigOption<BatchShuffleMode> BATCH_SHUFFLE_MODE =
      key("execution.batch-shuffle-mode")
          .enumType(BatchShuffleMode.class)
          .defaultValue(BatchShuffleMode.ALL_EXCHANGES_PIPELINED)
          .withDescription(
              "ALL_EXCHANGES_PIPELINED lets all steps of a batch run at the same time;"
                  + " ALL_EXCHANGES_BLOCKING keeps what is sent by key, in turn or to all on the"
                  + " workers' local disks until the steps that read it begin, so that a failure"
                  + " does not repeat the steps before.");

  private ExecutionOptions() {}
}
