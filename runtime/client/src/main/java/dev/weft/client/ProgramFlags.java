package dev.weft.client;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.CoreOptions;
import dev.weft.api.config.PipelineOptions;
import dev.weft.engine.plugin.Plugins;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The flags that say which program, and how wide it is; for commands that run its main. */
final class ProgramFlags {
  @Option(
      names = {"-c", "--class"},
      paramLabel = "<class>",
      description = "The class with the main method; by default that of the jar's manifest.")
  private String mainClass;

  @Option(
      names = {"-C", "--classpath"},
      paramLabel = "<url>",
      description = "The address of one more jar, which every process can read. May be repeated.")
  private List<String> classPaths = new ArrayList<>();

  @Option(
      names = {"-p", "--parallelism"},
      paramLabel = "<n>",
      description = "Subtasks of steps that set no parallelism.")
  private Integer parallelism;

  @Parameters(index = "0", paramLabel = "<jar>", description = "The jar with the program.")
  private Path jar;

  @Parameters(
      index = "1..*",
      paramLabel = "<arguments>",
      description = "What main gets; flags of weft stand before the jar.")
  private List<String> arguments = new ArrayList<>();

  /**
   * Sets what the flags say.
   *
   * @throws CommandException when the parallelism is not positive
   */
  void applyTo(Configuration configuration) {
    if (parallelism != null) {
      if (parallelism < 1) {
        throw new CommandException(
            CommandException.USAGE, "-p is a number from 1, not " + parallelism);
      }
      configuration.set(CoreOptions.DEFAULT_PARALLELISM, parallelism);
    }
    if (!classPaths.isEmpty()) {
      configuration.set(PipelineOptions.CLASSPATHS, classPaths);
    }
  }

  /** Loads the program, by a configuration to which the flags were applied. */
  UserProgram open(Configuration configuration, Plugins plugins) {
    return UserProgram.open(jar, mainClass, configuration.get(PipelineOptions.CLASSPATHS), plugins);
  }

  /** What main gets. */
  String[] arguments() {
    return arguments.toArray(String[]::new);
  }
}
