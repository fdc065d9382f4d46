package dev.weft.api.config;

import static dev.weft.api.config.ConfigOptions.key;

import dev.weft.api.RuntimeExecutionMode;

/** Options of how a program is executed. */
public final class ExecutionOptions {
  /** Stream or batch. */
  public static final ConfigOption<RuntimeExecutionMode> RUNTIME_MODE =
      key("execution.runtime-mode")
          .enumType(RuntimeExecutionMode.class)
          .defaultValue(RuntimeExecutionMode.STREAMING)
          .withDescription(
              "STREAMING emits results as records come; BATCH, for bounded input, emits the final"
                  + " result of each key, without watermarks and checkpoints on the way; AUTOMATIC"
                  + " is BATCH when every source is bounded and a step keeps state by key, else"
                  + " STREAMING.");

  private ExecutionOptions() {}
}
