package dev.weft.client;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.CoreOptions;
import dev.weft.engine.plan.PlanDocument;
import dev.weft.engine.plan.Planner;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft info}: shows the plan of a program without running it. */
@Command(
    name = "info",
    description = "Shows the plan of a program as JSON; runs its main up to execute().",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {
  @Mixin private ClusterFlags cluster;

  @Option(
      names = {"-c", "--class"},
      paramLabel = "<class>",
      description = "The class with the main method; by default that of the jar's manifest.")
  private String mainClass;

  @Option(
      names = {"-p", "--parallelism"},
      paramLabel = "<n>",
      description = "Subtasks of steps that set no parallelism.")
  private Integer parallelism;

  @Parameters(index = "0", paramLabel = "<jar>", description = "The jar with the program.")
  private Path jar;

  @Parameters(index = "1..*", paramLabel = "<arguments>", description = "What main gets.")
  private List<String> arguments = new ArrayList<>();

  private final Installation installation;
  private final PrintStream out;

  PlanCommand(Installation installation, PrintStream out) {
    this.installation = installation;
    this.out = out;
  }

  @Override
  public Integer call() throws Exception {
    Configuration configuration = installation.configuration();
    cluster.applyTo(configuration);
    if (parallelism != null) {
      configuration.set(CoreOptions.DEFAULT_PARALLELISM, parallelism);
    }
    PlanCapture capture = new PlanCapture(configuration);
    List<String> paths = configuration.get(CoreOptions.PIPELINE_CLASSPATHS);
    try (UserProgram program =
        UserProgram.open(jar, mainClass, paths, installation.plugins(configuration))) {
      runUpToExecute(program, capture);
      if (capture.pipeline() == null) {
        throw new CommandException(
            CommandException.SUBMISSION,
            "The main of " + program.mainClass() + " ended without execute()");
      }
      out.println(
          new ObjectMapper()
              .enable(SerializationFeature.INDENT_OUTPUT)
              .writeValueAsString(
                  PlanDocument.of(
                      Planner.plan(capture.pipeline(), SubmittingExecutor.newJobId()))));
    }
    return 0;
  }

  private void runUpToExecute(UserProgram program, PlanCapture capture) {
    try {
      program.run(arguments.toArray(String[]::new), capture);
    } catch (PlanCapture.Captured e) {
      // main came to its execute(), which is all that is wanted
    } catch (Exception e) {
      if (capture.pipeline() == null) {
        throw new CommandException(
            CommandException.SUBMISSION,
            "The main of " + program.mainClass() + " failed: " + CommandException.describe(e),
            e);
      }
    }
  }
}
