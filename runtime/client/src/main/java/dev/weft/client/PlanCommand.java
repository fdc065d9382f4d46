package dev.weft.client;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.weft.api.config.Configuration;
import dev.weft.engine.plan.PlanDocument;
import dev.weft.engine.plan.Planner;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code weft info}: shows the plan of a program without running it. */
@Command(
    name = "info",
    description = "Shows the plan of a program as JSON; runs its main up to execute().",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {
  @Mixin private ClusterFlags cluster;
  @Mixin private ProgramFlags flags;

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
    flags.applyTo(configuration);
    PlanCapture capture = new PlanCapture(configuration);
    try (UserProgram program = flags.open(configuration, installation.plugins(configuration))) {
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
      program.run(flags.arguments(), capture);
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
