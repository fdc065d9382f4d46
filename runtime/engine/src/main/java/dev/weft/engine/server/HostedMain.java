package dev.weft.engine.server;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.plugin.Plugins;
import java.util.Arrays;

/**
 * The main of processes that a platform starts: {@code <plugin> <class of a HostedProcess>
 * [--config-dir DIRECTORY] [-Dkey=value]...}.
 */
public final class HostedMain {
  private static final int OWN_ARGUMENTS = 2;

  private HostedMain() {}

  /** Runs a process out of a plugin. */
  public static void main(String[] arguments) {
    if (arguments.length < OWN_ARGUMENTS) {
      System.err.println("The plugin and the class of the process are missing");
      System.exit(ProcessExit.USAGE.code());
    }
    String name = arguments[1].substring(arguments[1].lastIndexOf('.') + 1);
    ProcessMain.run(
        name,
        Arrays.copyOfRange(arguments, OWN_ARGUMENTS, arguments.length),
        (configuration, stopping) -> {
          Plugins plugins = ProcessSetup.plugins(configuration, HostedMain.class.getClassLoader());
          return process(plugins, arguments[0], arguments[1]).run(configuration, plugins, stopping);
        });
  }

  private static HostedProcess process(Plugins plugins, String plugin, String className) {
    try {
      return (HostedProcess)
          plugins.loadClass(plugin, className).getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException | ClassCastException e) {
      throw new WeftException(
          ErrorCode.ENGINE, "The plugin " + plugin + " has no process " + className + ": " + e, e);
    }
  }
}
