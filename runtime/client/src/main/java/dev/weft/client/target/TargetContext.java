package dev.weft.client.target;

import dev.weft.api.config.Configuration;
import dev.weft.engine.plugin.Plugins;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * What a target may use.
 *
 * @param target the name by which the target was chosen
 * @param configuration file, flags and {@code -D} together
 * @param plugins of this process
 * @param installation the directory with {@code lib} and {@code plugins}; null when the client does
 *     not run from an installation
 * @param notices takes lines for people while something takes its time
 */
public record TargetContext(
    String target,
    Configuration configuration,
    Plugins plugins,
    Path installation,
    Consumer<String> notices) {
  /** The same with other options, such as those that a program set. */
  public TargetContext with(Configuration other) {
    return new TargetContext(target, other, plugins, installation, notices);
  }
}
