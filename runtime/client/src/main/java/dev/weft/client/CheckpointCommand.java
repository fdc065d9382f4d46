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

/** {@code weft checkpoint}: takes a checkpoint of a running job now. */
@Command(
    name = "checkpoint",
    description = "Takes a checkpoint of a running job now.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class CheckpointCommand implements Callable<Integer> {
  @Mixin private ClusterFlags cluster;

  @Option(names = "--full", description = "Write all state anew instead of only what changed.")
  private boolean full;

  @Parameters(index = "0", paramLabel = "<job>", description = "The job's id; see 'weft list'.")
  private String jobId;

  private final Installation installation;
  private final PrintStream out;

  CheckpointCommand(Installation installation, PrintStream out) {
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
      long checkpoint =
          new OrderFollower(connection, Thread::sleep)
              .follow(
                  id,
                  full ? SnapshotOrder.Kind.FULL_CHECKPOINT : SnapshotOrder.Kind.CHECKPOINT,
                  null)
              .checkpointId();
      out.println("Checkpoint " + checkpoint + " of job " + id + " is complete.");
    }
    return 0;
  }
}
