package dev.weft.client;

import dev.weft.api.config.Configuration;
import dev.weft.client.Targets.Chosen;
import dev.weft.client.target.ClusterConnection;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code weft cancel}: ends a job. */
@Command(
    name = "cancel",
    description = "Ends a job of a running cluster.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class CancelCommand implements Callable<Integer> {
  @Mixin private ClusterFlags cluster;

  @Parameters(index = "0", paramLabel = "<job>", description = "The job's id; see 'weft list'.")
  private String jobId;

  private final Installation installation;
  private final PrintStream out;

  CancelCommand(Installation installation, PrintStream out) {
    this.installation = installation;
    this.out = out;
  }

  @Override
  public Integer call() throws Exception {
    if (!jobId.matches("[0-9a-fA-F]{32}")) {
      throw new CommandException(
          CommandException.USAGE,
          "A job's id has 32 hexadecimal digits, not '" + jobId + "'; see 'weft list'");
    }
    Configuration configuration = installation.configuration();
    cluster.applyTo(configuration);
    Chosen chosen = Targets.choose(configuration, installation, System.err::println);
    try (ClusterConnection connection = chosen.target().connect(chosen.context())) {
      connection.cancel(jobId.toLowerCase(java.util.Locale.ROOT));
    }
    out.println("Cancelling job " + jobId + ".");
    return 0;
  }
}
