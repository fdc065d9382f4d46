package dev.weft.client;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.weft.api.Pipeline;
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
    try (UserProgram program = flags.open(configuration, installation.plugins(configuration))) {
      Pipeline pipeline = program.pipeline(flags.arguments(), configuration);
      out.println(
          new ObjectMapper()
              .enable(SerializationFeature.INDENT_OUTPUT)
              .writeValueAsString(
                  PlanDocument.of(Planner.plan(pipeline, SubmittingExecutor.newJobId()))));
    }
    return 0;
  }
}
