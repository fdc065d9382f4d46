package dev.weft.api;

import dev.weft.api.config.Configuration;

/**
 * Takes a finished program and runs it somewhere. Service interface: a launcher such as {@code weft
 * run} installs one for the program's thread with {@link StreamExecutionEnvironment#withExecutor};
 * a program started by itself finds one with {@code ServiceLoader}.
 */
public interface PipelineExecutor {
  /** The options that environments of the program start with: files, flags, {@code -D}. */
  Configuration configuration();

  /**
   * Submits a program.
   *
   * @throws dev.weft.api.error.WeftException when the program is refused
   */
  JobClient execute(Pipeline pipeline) throws Exception;
}
