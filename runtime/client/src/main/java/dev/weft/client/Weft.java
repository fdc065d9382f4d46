package dev.weft.client;

import java.io.PrintStream;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/**
 * The command {@code weft}. Exit codes: 0 done, 2 usage, 3 configuration, 4 submission, 5 job
 * failed, 6 damaged. Failures are one line on standard error; their stack traces go to the log.
 */
@Command(
    name = "weft",
    description = "Runs and controls jobs.",
    synopsisSubcommandLabel = "<command>",
    mixinStandardHelpOptions = true,
    versionProvider = Weft.Version.class)
public final class Weft {
  private static final Logger LOG = LoggerFactory.getLogger(Weft.class);

  private Weft() {}

  /** Says which release this is. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Weft.class.getPackage().getImplementationVersion();
      return new String[] {"Weft " + (version == null ? "(development)" : version)};
    }
  }

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(run(args, System.getenv(), System.out, System.err));
  }

  /** Runs a command and returns its exit code. */
  static int run(String[] args, Map<String, String> environment, PrintStream out, PrintStream err) {
    Installation installation = new Installation(environment);
    CommandLine line =
        new CommandLine(new Weft())
            .addSubcommand(new RunCommand(installation, out))
            .addSubcommand(new PlanCommand(installation, out))
            .addSubcommand(new CheckCommand(installation, out))
            .addSubcommand(new ListCommand(installation, out))
            .addSubcommand(new CancelCommand(installation, out))
            .addSubcommand(new StopCommand(installation, out))
            .addSubcommand(new SavepointCommand(installation, out))
            .addSubcommand(new RescaleCommand(installation, out))
            .addSubcommand(new CheckpointCommand(installation, out))
            .addSubcommand(new StateCommand(installation, out));
    if (args.length == 0) {
      line.usage(err);
      return CommandException.USAGE;
    }
    return execute(line, args, out, err);
  }

  /** Runs a parsed command; also for other mains. */
  static int execute(CommandLine line, String[] args, PrintStream out, PrintStream err) {
    line.setStopAtPositional(true)
        .setOverwrittenOptionsAllowed(false)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new java.io.PrintWriter(out, true))
        .setErr(new java.io.PrintWriter(err, true))
        .setParameterExceptionHandler((e, arguments) -> usage(e, err))
        .setExecutionExceptionHandler((e, command, result) -> failed(e, err));
    CommandLine state = line.getSubcommands().get(StateCommand.NAME);
    if (state != null) {
      state.setStopAtPositional(false); // its options stand behind 'list' and 'dump'
    }
    return line.execute(args);
  }

  private static int usage(ParameterException e, PrintStream err) {
    String message = e.getMessage().lines().findFirst().orElse("wrong arguments");
    err.println("weft: " + message);
    CommandLine.UnmatchedArgumentException.printSuggestions(e, new java.io.PrintWriter(err, true));
    err.println("Try '" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
    return CommandException.USAGE;
  }

  private static int failed(Exception e, PrintStream err) {
    LOG.error("The command failed", e);
    String log = System.getProperty("weft.log.file");
    String line = e instanceof CommandException ? e.getMessage() : CommandException.describe(e);
    err.println("weft: " + line + (log == null ? "" : " [" + log + "]"));
    if (e instanceof CommandException ours) {
      return ours.exitCode();
    }
    return CommandException.SUBMISSION;
  }
}
