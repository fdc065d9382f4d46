package dev.weft.engine.server;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.ConfigurationFile;
import dev.weft.api.config.OptionCatalogue;
import dev.weft.api.config.SecurityOptions;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the mains of all processes have in common: arguments, the last words, the exit code. */
final class ProcessMain {
  private static final String CONFIG_FILE = "config.yaml";
  private static final String BUNDLE_FILE = "run/cluster.security";
  private static final long HOOK_SECONDS_MAX = 30;
  private static final Logger LOG = LoggerFactory.getLogger(ProcessMain.class);

  private ProcessMain() {}

  /** What a process does. */
  interface Body {
    /**
     * Runs until the process ends.
     *
     * @param stopping completes when the process is told to end by a signal
     */
    ProcessExit run(Configuration configuration, CompletableFuture<Void> stopping) throws Exception;
  }

  /** Runs a process and exits the JVM. */
  static void run(String name, String[] arguments, Body body) {
    CompletableFuture<Void> stopping = new CompletableFuture<>();
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  stopping.complete(null);
                  await(stopped);
                },
                "shutdown"));
    ProcessExit exit;
    try {
      Thread.setDefaultUncaughtExceptionHandler(
          (thread, failure) -> LOG.error("The thread {} failed", thread.getName(), failure));
      exit = body.run(configuration(arguments), stopping);
    } catch (WeftException e) {
      LOG.error("{} ends: {}", name, e.getMessage(), e);
      System.err.println(name + ": " + e.getMessage());
      exit = e.code() == ErrorCode.USER ? ProcessExit.CONFIGURATION : ProcessExit.FAILED;
    } catch (Exception | LinkageError e) {
      LOG.error("{} ends", name, e);
      System.err.println(name + ": " + e);
      exit = ProcessExit.UNCAUGHT;
    }
    LOG.info("{} ends as {}", name, exit);
    stopped.countDown();
    if (exit == ProcessExit.STUCK || exit == ProcessExit.UNCAUGHT) {
      Runtime.getRuntime().halt(exit.code());
    }
    // Within the hook of a signal the JVM exits by itself, and with its own code.
    if (!stopping.isDone()) {
      System.exit(exit.code());
    }
  }

  /**
   * Waits until the process is told to end or has a reason of its own.
   *
   * @return the reason, or empty when it is told to
   */
  static Optional<ProcessExit> await(
      CompletableFuture<ProcessExit> reason, CompletableFuture<Void> stopping) throws Exception {
    try {
      CompletableFuture.anyOf(reason, stopping).get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof WeftException cause ? cause : e;
    }
    return Optional.ofNullable(reason.getNow(null));
  }

  private static void await(CountDownLatch stopped) {
    try {
      if (!stopped.await(HOOK_SECONDS_MAX, TimeUnit.SECONDS)) {
        LOG.warn("The process does not end by itself");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The options of {@code --config-dir DIRECTORY} and {@code -Dkey=value}. */
  static Configuration configuration(String[] arguments) {
    Configuration flags = new Configuration();
    String directory = System.getenv("WEFT_CONF_DIR");
    for (int i = 0; i < arguments.length; i++) {
      String argument = arguments[i];
      if (argument.equals("--config-dir") && i + 1 < arguments.length) {
        i++;
        directory = arguments[i];
      } else if (argument.startsWith("-D") && argument.indexOf('=') > 2) {
        String key = argument.substring(2, argument.indexOf('='));
        String value = argument.substring(argument.indexOf('=') + 1);
        OptionCatalogue.problemOf(key, value)
            .ifPresent(
                problem -> {
                  throw new WeftException(ErrorCode.USER, argument + ": " + problem);
                });
        flags.setString(key, value);
      } else {
        throw new WeftException(
            ErrorCode.USER,
            "'" + argument + "' is not understood; use --config-dir DIRECTORY and -Dkey=value");
      }
    }
    Path file = directory == null ? null : Path.of(directory, CONFIG_FILE);
    Configuration configuration = new Configuration();
    if (file != null && Files.exists(file)) {
      configuration.addAll(ConfigurationFile.load(file));
    }
    return configuration.addAll(flags);
  }

  /** Where the secrets of a standalone cluster lie. */
  static Path bundleFile(Configuration configuration) {
    return Optional.ofNullable(configuration.get(SecurityOptions.BUNDLE_FILE))
        .map(Path::of)
        .or(() -> Optional.ofNullable(System.getenv("WEFT_HOME")).map(h -> Path.of(h, BUNDLE_FILE)))
        .orElseThrow(
            () ->
                new WeftException(
                    ErrorCode.USER,
                    "Nobody says where the cluster's secrets lie; set "
                        + SecurityOptions.BUNDLE_FILE.key()));
  }
}
