package dev.weft.client;

import dev.weft.api.config.Configuration;
import dev.weft.client.Targets.Chosen;
import dev.weft.client.target.ClusterConnection;
import dev.weft.engine.checkpoint.SnapshotOrder;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft stop}: ends a job with a savepoint. */
@Command(
    name = "stop",
    description = "Ends a job with a savepoint: all its output is committed, and it can go on.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class StopCommand implements Callable<Integer> {
  @Mixin private ClusterFlags cluster;

  @Option(
      names = {"-d", "--drain"},
      description =
          "End the input before: windows fire and event-time timers run. Only for jobs that are"
              + " not to go on.")
  private boolean drain;

  @Option(
      names = {"-p", "--savepointPath"},
      paramLabel = "<directory>",
      description =
          "Where the savepoint's directory is made; by default execution.checkpointing"
              + ".savepoint-dir.")
  private String directory;

  @Parameters(index = "0", paramLabel = "<job>", description = "The job's id; see 'weft list'.")
  private String jobId;

  private final Installation installation;
  private final PrintStream out;

  StopCommand(Installation installation, PrintStream out) {
    this.installation = installation;
    this.out = out;
  }

  @Override
  public Integer call() throws Exception {
    String id = CancelCommand.checkedId(jobId);
    Configuration configuration = installation.configuration();
    cluster.applyTo(configuration);
    Chosen chosen = Targets.choose(configuration, installation, System.err::println);
    try (ClusterConnection connection = chosen.target().connect(chosen.context())) {
      String location =
          new OrderFollower(connection, Thread::sleep)
              .follow(id, drain ? SnapshotOrder.Kind.DRAIN : SnapshotOrder.Kind.STOP, directory)
              .location();
      out.println("Job " + id + " is stopped. Savepoint completed. Path: " + location);
    }
    return 0;
  }
}
