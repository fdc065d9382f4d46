package dev.weft.client;

import dev.weft.api.config.CheckpointingOptions;
import dev.weft.api.config.Configuration;
import dev.weft.api.config.CoreOptions;
import dev.weft.client.Targets.Chosen;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weft run}: runs the main of a jar, submits its jobs and follows them. */
@Command(
    name = "run",
    description = "Runs a program: its main makes jobs, which go to the target.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  private static final Duration CANCEL_WAIT = Duration.ofSeconds(10);

  @Mixin private ClusterFlags cluster;
  @Mixin private ProgramFlags flags;

  @Option(
      names = {"-d", "--detached", "-yd", "--yarndetached"},
      description = "Return when the job is submitted.")
  private boolean detached;

  @Option(
      names = {"-s", "--fromSavepoint"},
      paramLabel = "<path>",
      description = "The checkpoint or savepoint to start from.")
  private String restorePath;

  @Option(
      names = {"-n", "--allowNonRestoredState"},
      description = "Drop state of the savepoint that the program has no operator for.")
  private boolean allowNonRestored;

  @Option(
      names = {"-rm", "-cm", "--restoreMode", "--claimMode"},
      paramLabel = "<mode>",
      description =
          "claim: the job owns the savepoint and deletes it later; no_claim (default): it never"
              + " touches it.")
  private CheckpointingOptions.ClaimMode claimMode;

  @Option(
      names = {"-sae", "--shutdownOnAttachedExit"},
      description = "Cancel the job when this command is ended with Ctrl-C.")
  private boolean shutdownOnAttachedExit;

  private final Installation installation;
  private final PrintStream out;

  RunCommand(Installation installation, PrintStream out) {
    this.installation = installation;
    this.out = out;
  }

  @Override
  public Integer call() throws Exception {
    Configuration configuration = installation.configuration();
    cluster.applyTo(configuration);
    applyTo(configuration);
    ProgressDisplay display = ProgressDisplay.ofProcess();
    Chosen chosen = Targets.choose(configuration, installation, display::say);
    try (UserProgram program = flags.open(configuration, chosen.context().plugins())) {
      SubmittingExecutor executor =
          new SubmittingExecutor(
              chosen.target(),
              chosen.context(),
              List.of(program.jar().toAbsolutePath()),
              display,
              out);
      Thread hook = new Thread(() -> onInterrupt(executor, display), "weft-interrupted");
      Runtime.getRuntime().addShutdownHook(hook);
      try {
        return run(program, executor);
      } finally {
        display.end();
        forget(hook);
      }
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // Ctrl-C came first, and the hook runs
    }
  }

  private void applyTo(Configuration configuration) {
    flags.applyTo(configuration);
    if (detached) {
      configuration.set(CoreOptions.ATTACHED, false);
    }
    if (restorePath != null) {
      configuration.set(CheckpointingOptions.RESTORE_PATH, restorePath);
    }
    if (claimMode != null) {
      configuration.set(CheckpointingOptions.CLAIM_MODE, claimMode);
    }
    if (allowNonRestored) {
      configuration.set(CheckpointingOptions.IGNORE_UNCLAIMED_STATE, true);
    }
  }

  private int run(UserProgram program, SubmittingExecutor executor) throws Exception {
    try {
      program.run(flags.arguments(), executor);
      for (SubmittedJob job : executor.submitted()) {
        job.getJobExecutionResult().get();
      }
    } catch (ExecutionException e) {
      throw failure(program, e.getCause());
    } catch (CommandException e) {
      throw e;
    } catch (Exception e) {
      throw failure(program, e);
    }
    if (executor.submitted().isEmpty()) {
      throw new CommandException(
          CommandException.SUBMISSION,
          "The main of "
              + program.mainClass()
              + " ended without a job; end the program with execute()");
    }
    return 0;
  }

  private static CommandException failure(UserProgram program, Throwable cause) {
    for (Throwable t = cause; t != null; t = t.getCause()) {
      if (t instanceof SubmittedJob.Unfinished) {
        return new CommandException(CommandException.JOB_FAILED, t.getMessage(), cause);
      }
      if (t instanceof CommandException ours) {
        return ours;
      }
    }
    for (Throwable t = cause; t != null; t = t.getCause()) {
      if (t instanceof dev.weft.api.error.WeftException) {
        return new CommandException(CommandException.SUBMISSION, t.getMessage(), cause);
      }
    }
    return new CommandException(
        CommandException.SUBMISSION,
        "The main of "
            + program.mainClass()
            + " failed: "
            + CommandException.describe(cause)
            + placeOf(program, cause),
        cause);
  }

  /** The first line of the user's own code on the stack. */
  private static String placeOf(UserProgram program, Throwable cause) {
    String top = program.mainClass();
    String userPackage = top.substring(0, Math.max(0, top.lastIndexOf('.')));
    for (StackTraceElement frame : cause.getStackTrace()) {
      if (frame.getClassName().startsWith(userPackage) && frame.getFileName() != null) {
        return " (" + frame.getFileName() + ":" + frame.getLineNumber() + ")";
      }
    }
    return "";
  }

  private void onInterrupt(SubmittingExecutor executor, ProgressDisplay display) {
    display.end();
    for (SubmittedJob job : executor.submitted()) {
      if (job.ended() || !job.followed()) {
        continue;
      }
      if (!shutdownOnAttachedExit && !job.deployment().diesWithClient()) {
        display.say(
            "Job " + job.getJobID() + " goes on; end it with 'weft cancel " + job.getJobID() + "'");
        continue;
      }
      display.say("Cancelling job " + job.getJobID());
      try {
        if (!job.cancelAndWait(CANCEL_WAIT)) {
          display.say("Job " + job.getJobID() + " has not ended yet; look with 'weft list'");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException e) {
        display.say(CommandException.describe(e));
      }
    }
  }
}
