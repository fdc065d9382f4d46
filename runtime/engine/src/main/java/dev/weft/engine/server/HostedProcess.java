package dev.weft.engine.server;

import dev.weft.api.config.Configuration;
import dev.weft.engine.plugin.Plugins;
import java.util.concurrent.CompletableFuture;

/** A process whose main lies in a plugin; made with its constructor without arguments. */
public interface HostedProcess {
  /**
   * Runs until the process ends.
   *
   * @param stopping completes when the process is told to end by a signal
   */
  ProcessExit run(Configuration configuration, Plugins plugins, CompletableFuture<Void> stopping)
      throws Exception;
}
