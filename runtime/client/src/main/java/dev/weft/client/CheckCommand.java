package dev.weft.client;

import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.Configuration;
import dev.weft.engine.checkpoint.CheckpointStore;
import dev.weft.engine.checkpoint.Manifest;
import dev.weft.engine.checkpoint.StateRedistribution;
import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.plan.Planner;
import dev.weft.engine.plugin.Plugins;
import dev.weft.engine.server.ProcessSetup;
import dev.weft.engine.server.host.SystemClock;
import dev.weft.engine.server.saved.DeclaredStates;
import dev.weft.engine.server.saved.SavedSnapshot;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code weft check}: says whether a program could start from a snapshot, while the job that wrote
 * it goes on. Opens the program's functions in this process.
 */
@Command(
    name = "check",
    description =
        "Says whether a program can start from a checkpoint or savepoint; starts nothing. Runs its"
            + " main up to execute(), and open() of functions with state, on this machine.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {
  @Mixin private ClusterFlags cluster;
  @Mixin private ProgramFlags flags;

  @Option(
      names = {"-s", "--fromSavepoint"},
      paramLabel = "<path>",
      required = true,
      description = "The checkpoint or savepoint to start from.")
  private String path;

  @Option(
      names = {"-n", "--allowNonRestoredState"},
      description = "State of the snapshot that the program has no operator for is to be dropped.")
  private boolean allowNonRestored;

  private final Installation installation;
  private final PrintStream out;

  CheckCommand(Installation installation, PrintStream out) {
    this.installation = installation;
    this.out = out;
  }

  @Override
  public Integer call() throws Exception {
    Configuration configuration = installation.configuration();
    cluster.applyTo(configuration);
    flags.applyTo(configuration);
    Plugins plugins = installation.plugins(configuration);
    try (UserProgram program = flags.open(configuration, plugins);
        ProcessSetup setup =
            ProcessSetup.open("check", configuration, plugins, StateCommand.scheme(plugins))) {
      JobPlan plan =
          Planner.plan(
              program.pipeline(flags.arguments(), configuration), SubmittingExecutor.newJobId());
      Configuration ofJob =
          Configuration.of(configuration.toMap()).addAll(Configuration.of(plan.configuration()));
      boolean drop = allowNonRestored || ofJob.get(CheckpointingOptions.IGNORE_UNCLAIMED_STATE);
      Manifest manifest = SavedSnapshot.open(setup.files(), path).manifest();
      StateRedistribution.of(manifest, plan, drop);
      CheckpointStore.checkFiles(setup.files(), manifest);
      List<String> unopened =
          DeclaredStates.checkOpening(
              setup.files(), new SystemClock(), manifest, plan, ofJob, program.code());
      unopened.forEach(out::println);
      out.println(
          unopened.isEmpty()
              ? "The program can start from " + path
              : "Nothing else speaks against a start from " + path);
    }
    return 0;
  }
}
