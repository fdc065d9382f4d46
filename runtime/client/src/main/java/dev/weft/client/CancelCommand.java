package dev.weft.client;

import dev.weft.api.config.Configuration;
import dev.weft.client.Targets.Chosen;
import dev.weft.client.target.ClusterConnection;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft cancel}: ends a job. */
@Command(
    name = "cancel",
    description = "Ends a job of a running cluster.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class CancelCommand implements Callable<Integer> {
  @Mixin private ClusterFlags cluster;

  @Option(
      names = {"-s", "--withSavepoint"},
      arity = "0..1",
      fallbackValue = "",
      hidden = true)
  private String savepoint;

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
    if (savepoint != null) {
      throw new CommandException(
          CommandException.USAGE,
          "A job is not cancelled with a savepoint, since output could be lost or repeated; use"
              + " 'weft stop [--drain] [--savepointPath <directory>] <job>'");
    }
    String id = checkedId(jobId);
    Configuration configuration = installation.configuration();
    cluster.applyTo(configuration);
    Chosen chosen = Targets.choose(configuration, installation, System.err::println);
    try (ClusterConnection connection = chosen.target().connect(chosen.context())) {
      connection.cancel(id);
    }
    out.println("Cancelling job " + id + ".");
    return 0;
  }

  /** The id of a job, as the user wrote it. */
  static String checkedId(String text) {
    if (!text.matches("[0-9a-fA-F]{32}")) {
      throw new CommandException(
          CommandException.USAGE,
          "A job's id has 32 hexadecimal digits, not '" + text + "'; see 'weft list'");
    }
    return text.toLowerCase(Locale.ROOT);
  }
}
