package dev.weft.client;

import dev.weft.api.config.Configuration;
import dev.weft.client.Targets.Chosen;
import dev.weft.client.target.ClusterConnection;
import java.io.PrintStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft rescale}: changes the parallelism of a running job. */
@Command(
    name = "rescale",
    description =
        "Changes the parallelism of a running job. Only what changes starts again, from a"
            + " checkpoint that is taken for it.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class RescaleCommand implements Callable<Integer> {
  @Mixin private ClusterFlags cluster;

  @Option(
      names = {"-p", "--parallelism"},
      paramLabel = "<n>",
      description = "Of all vertices without a step that sets its own.")
  private Integer parallelism;

  @Option(
      names = "--vertex",
      paramLabel = "<vertex>=<n>",
      description =
          "Of one vertex, named by its id, its name or the uid of one of its steps; may be given"
              + " several times.")
  private Map<String, Integer> byVertex = new TreeMap<>();

  @Parameters(index = "0", paramLabel = "<job>", description = "The job's id; see 'weft list'.")
  private String jobId;

  private final Installation installation;
  private final PrintStream out;

  RescaleCommand(Installation installation, PrintStream out) {
    this.installation = installation;
    this.out = out;
  }

  @Override
  public Integer call() throws Exception {
    if (parallelism == null && byVertex.isEmpty()) {
      throw new CommandException(
          CommandException.USAGE, "Give the new parallelism with -p, or --vertex <vertex>=<n>");
    }
    if (parallelism != null && parallelism < 1) {
      throw new CommandException(
          CommandException.USAGE, "The parallelism " + parallelism + " is less than 1");
    }
    String id = CancelCommand.checkedId(jobId);
    Configuration configuration = installation.configuration();
    cluster.applyTo(configuration);
    Chosen chosen = Targets.choose(configuration, installation, System.err::println);
    try (ClusterConnection connection = chosen.target().connect(chosen.context())) {
      new OrderFollower(connection, Thread::sleep)
          .rescale(id, parallelism == null ? 0 : parallelism, byVertex);
      out.println("Job " + id + " runs with the new parallelism.");
    }
    return 0;
  }
}
