package dev.weft.client;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.CoreOptions;
import dev.weft.api.config.HighAvailabilityOptions;
import dev.weft.api.config.JobManagerOptions;
import dev.weft.api.config.TaskManagerOptions;
import dev.weft.api.config.YarnOptions;
import dev.weft.client.Targets.Chosen;
import dev.weft.client.target.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The command {@code yarn-session}: starts a cluster on YARN that takes jobs until it is stopped.
 */
@Command(
    name = "yarn-session",
    description = "Starts a session cluster on YARN, or joins one.",
    sortOptions = false,
    mixinStandardHelpOptions = false,
    versionProvider = Weft.Version.class)
public final class YarnSession implements Callable<Integer> {
  private static final String TARGET = "yarn-session";
  private static final long POLL_MILLIS = 1000;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help.")
  private boolean help;

  @Option(
      names = {"-jm", "--jobManagerMemory"},
      paramLabel = "<size>",
      description = "Memory of the JobManager's container; a bare number is megabytes.")
  private String jobManagerMemory;

  @Option(
      names = {"-tm", "--taskManagerMemory"},
      paramLabel = "<size>",
      description = "Memory of each TaskManager's container; a bare number is megabytes.")
  private String taskManagerMemory;

  @Option(
      names = {"-s", "--slots"},
      paramLabel = "<n>",
      description = "Slots of each TaskManager.")
  private Integer slots;

  @Option(
      names = {"-qu", "--queue"},
      paramLabel = "<queue>",
      description = "YARN queue.")
  private String queue;

  @Option(
      names = {"-q", "--query"},
      description = "Shows the resources of the cluster and ends.")
  private boolean query;

  @Option(
      names = {"-t", "--ship"},
      paramLabel = "<path>",
      description = "Files and directories that every container gets. May be repeated.")
  private List<String> ship = new ArrayList<>();

  @Option(names = "-D", paramLabel = "<key=value>", description = "Sets an option.")
  private List<String> options = new ArrayList<>();

  @Option(
      names = {"-d", "--detached", "-yd", "--yarndetached"},
      description = "Return when the session runs.")
  private boolean detached;

  @Option(
      names = {"-nm", "--name"},
      paramLabel = "<name>",
      description = "Name of the YARN application.")
  private String name;

  @Option(
      names = {"-id", "--applicationId"},
      paramLabel = "<id>",
      description = "Joins this running session.")
  private String applicationId;

  @Option(
      names = {"-at", "--applicationType"},
      paramLabel = "<type>",
      description = "Type of the YARN application.")
  private String type;

  @Option(
      names = {"-z", "--zookeeperNamespace"},
      paramLabel = "<name>",
      description = "Name that keeps this cluster apart in ZooKeeper.")
  private String zookeeperNamespace;

  @Option(
      names = {"-nl", "--nodeLabel"},
      paramLabel = "<label>",
      description = "Label of the nodes to run on.")
  private String nodeLabel;

  private final Installation installation;
  private final PrintStream out;
  private final BufferedReader in;

  YarnSession(Installation installation, PrintStream out, BufferedReader in) {
    this.installation = installation;
    this.out = out;
    this.in = in;
  }

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] args) {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    YarnSession session = new YarnSession(new Installation(System.getenv()), System.out, in);
    System.exit(Weft.execute(new CommandLine(session), args, System.out, System.err));
  }

  @Override
  public Integer call() throws Exception {
    Configuration configuration = installation.configuration();
    applyTo(configuration);
    Chosen chosen = Targets.named(TARGET, configuration, installation, out::println);
    if (query) {
      out.println(chosen.target().describeResources(chosen.context()));
      return 0;
    }
    Session session =
        applicationId == null
            ? chosen.target().startSession(chosen.context())
            : chosen.target().joinSession(chosen.context());
    out.println("Session " + session.id() + " runs: " + session.webInterface());
    out.println("Send jobs with: weft run -t yarn-session -yid " + session.id() + " <jar>");
    if (detached) {
      out.println("Stop it with: yarn application -kill " + session.id());
      return 0;
    }
    return attend(session);
  }

  private void applyTo(Configuration configuration) {
    YarnFlagValues values = new YarnFlagValues(configuration);
    values.memory(JobManagerOptions.PROCESS_MEMORY, "-jm", jobManagerMemory);
    values.memory(TaskManagerOptions.PROCESS_MEMORY, "-tm", taskManagerMemory);
    values.number(TaskManagerOptions.NUM_TASK_SLOTS, "-s", slots);
    values.text(YarnOptions.APPLICATION_QUEUE, queue);
    values.text(YarnOptions.APPLICATION_NAME, name);
    values.text(YarnOptions.APPLICATION_TYPE, type);
    values.text(YarnOptions.APPLICATION_NODE_LABEL, nodeLabel);
    values.text(YarnOptions.APPLICATION_ID, applicationId);
    values.text(HighAvailabilityOptions.CLUSTER_ID, zookeeperNamespace);
    values.list(YarnOptions.SHIP_FILES, ship);
    for (String option : options) {
      ClusterFlags.define(configuration, "-D", option);
    }
    configuration.set(CoreOptions.TARGET, TARGET);
  }

  /** Obeys {@code help} and {@code stop} until the session ends; end of input detaches. */
  private int attend(Session session) throws IOException, InterruptedException {
    out.println("Commands: help, stop");
    boolean attached = true;
    while (session.running()) {
      if (attached && in.ready()) {
        String command = in.readLine();
        attached = command != null;
        switch (command == null ? "" : command.strip().toLowerCase(Locale.ROOT)) {
          case "stop" -> {
            session.stop();
            out.println("Session " + session.id() + " is stopped.");
            return 0;
          }
          case "help" -> out.println("stop: ends the session and its jobs. help: shows this.");
          case "" -> out.flush();
          default -> out.println("Unknown command '" + command + "'; there are help and stop.");
        }
      } else {
        Thread.sleep(POLL_MILLIS);
      }
    }
    out.println("Session " + session.id() + " ended: " + session.state());
    return session.state().contains("FAILED") ? CommandException.JOB_FAILED : 0;
  }
}
