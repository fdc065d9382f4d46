package dev.weft.client;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.CoreOptions;
import dev.weft.api.config.RestOptions;
import dev.weft.client.target.DeploymentTarget;
import dev.weft.client.target.TargetContext;
import dev.weft.engine.plugin.Plugins;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Chooses the target that the options name. */
final class Targets {
  private static final String LOCAL = "local";
  private static final String REMOTE = "remote";

  private Targets() {}

  /** A target with what it needs. */
  record Chosen(DeploymentTarget target, TargetContext context) {}

  /** The target of {@code execution.target}; otherwise remote where an address is set, or local. */
  static Chosen choose(
      Configuration configuration, Installation installation, Consumer<String> notices) {
    String name = configuration.get(CoreOptions.TARGET);
    if (name == null) {
      name = configuration.contains(RestOptions.ADDRESS) ? REMOTE : LOCAL;
    }
    return named(name, configuration, installation, notices);
  }

  /** The target of a name. */
  static Chosen named(
      String name,
      Configuration configuration,
      Installation installation,
      Consumer<String> notices) {
    Plugins plugins = installation.plugins(configuration);
    Set<String> known = new TreeSet<>();
    for (DeploymentTarget target : plugins.services(DeploymentTarget.class)) {
      if (target.names().contains(name)) {
        return new Chosen(
            target, new TargetContext(name, configuration, plugins, installation.home(), notices));
      }
      known.addAll(target.names());
    }
    throw new CommandException(
        CommandException.CONFIGURATION,
        "There is no target '"
            + name
            + "'; this installation has "
            + String.join(", ", known)
            + (name.startsWith("yarn") ? "; the plugin 'yarn' brings the YARN targets" : ""));
  }
}
