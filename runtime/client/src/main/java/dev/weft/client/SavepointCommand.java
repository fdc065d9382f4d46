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

/** {@code weft savepoint}: takes a savepoint of a running job, or deletes one. */
@Command(
    name = "savepoint",
    description = "Takes a savepoint of a running job, or deletes one with --dispose.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class SavepointCommand implements Callable<Integer> {
  @Mixin private ClusterFlags cluster;

  @Option(
      names = {"-d", "--dispose"},
      paramLabel = "<path>",
      description = "Delete this savepoint.")
  private String disposed;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "<job>",
      description = "The job's id; see 'weft list'.")
  private String jobId;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "<directory>",
      description =
          "Where the savepoint's directory is made; by default execution.checkpointing"
              + ".savepoint-dir.")
  private String directory;

  private final Installation installation;
  private final PrintStream out;

  SavepointCommand(Installation installation, PrintStream out) {
    this.installation = installation;
    this.out = out;
  }

  @Override
  public Integer call() throws Exception {
    if ((disposed == null) == (jobId == null)) {
      throw new CommandException(
          CommandException.USAGE, "Name a job to save, or a savepoint to delete with --dispose");
    }
    Configuration configuration = installation.configuration();
    cluster.applyTo(configuration);
    Chosen chosen = Targets.choose(configuration, installation, System.err::println);
    try (ClusterConnection connection = chosen.target().connect(chosen.context())) {
      if (disposed != null) {
        connection.disposeSavepoint(disposed);
        out.println("Savepoint " + disposed + " is deleted.");
      } else {
        String id = CancelCommand.checkedId(jobId);
        String location =
            new OrderFollower(connection, Thread::sleep)
                .follow(id, SnapshotOrder.Kind.SAVEPOINT, directory)
                .location();
        out.println("Savepoint completed. Path: " + location);
      }
    }
    return 0;
  }
}
