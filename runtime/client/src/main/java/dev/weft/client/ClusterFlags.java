package dev.weft.client;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.CoreOptions;
import dev.weft.api.config.HighAvailabilityOptions;
import dev.weft.api.config.JobManagerOptions;
import dev.weft.api.config.OptionCatalogue;
import dev.weft.api.config.RestOptions;
import dev.weft.api.config.TaskManagerOptions;
import dev.weft.api.config.YarnOptions;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The flags that say where: a target, options, and the {@code -y} flags that YARN users know. */
final class ClusterFlags {
  private static final String YARN_CLUSTER = "yarn-cluster";

  @Option(
      names = {"-t", "--target"},
      paramLabel = "<target>",
      description = "Where jobs run: local, remote, yarn-session, yarn-per-job, yarn-application.")
  private String target;

  @Option(
      names = "-D",
      paramLabel = "<key=value>",
      description = "Sets an option; wins over config.yaml. May be repeated.")
  private List<String> options = new ArrayList<>();

  @Option(
      names = {"-m", "--jobmanager"},
      paramLabel = "<host:port>",
      description = "The REST address of a running cluster, or yarn-cluster.")
  private String jobManager;

  @Option(
      names = {"-yid", "--yarnapplicationId"},
      paramLabel = "<id>",
      description = "The running YARN session.")
  private String yarnApplicationId;

  @Option(
      names = {"-yjm", "--yarnjobManagerMemory"},
      paramLabel = "<size>",
      description = "Memory of the JobManager's container; a bare number is megabytes.")
  private String yarnJobManagerMemory;

  @Option(
      names = {"-ytm", "--yarntaskManagerMemory"},
      paramLabel = "<size>",
      description = "Memory of each TaskManager's container; a bare number is megabytes.")
  private String yarnTaskManagerMemory;

  @Option(
      names = {"-ys", "--yarnslots"},
      paramLabel = "<n>",
      description = "Slots of each TaskManager.")
  private Integer yarnSlots;

  @Option(
      names = {"-yqu", "--yarnqueue"},
      paramLabel = "<queue>",
      description = "YARN queue.")
  private String yarnQueue;

  @Option(
      names = {"-ynm", "--yarnname"},
      paramLabel = "<name>",
      description = "Name of the YARN application.")
  private String yarnName;

  @Option(
      names = {"-yat", "--yarnapplicationType"},
      paramLabel = "<type>",
      description = "Type of the YARN application.")
  private String yarnType;

  @Option(
      names = {"-ynl", "--yarnnodeLabel"},
      paramLabel = "<label>",
      description = "Label of the nodes to run on.")
  private String yarnNodeLabel;

  @Option(
      names = {"-yt", "--yarnship"},
      paramLabel = "<path>",
      description = "Files and directories that every container gets. May be repeated.")
  private List<String> yarnShip = new ArrayList<>();

  @Option(
      names = {"-yz", "--yarnzookeeperNamespace"},
      paramLabel = "<name>",
      description = "Name that keeps this cluster apart in ZooKeeper.")
  private String yarnZookeeperNamespace;

  @Option(names = "-yD", paramLabel = "<key=value>", description = "Sets an option, as -D does.")
  private List<String> yarnOptions = new ArrayList<>();

  /** Puts what the flags say over the options of the file. */
  void applyTo(Configuration configuration) {
    applyYarn(configuration);
    for (String option : yarnOptions) {
      define(configuration, "-yD", option);
    }
    for (String option : options) {
      define(configuration, "-D", option);
    }
    if (jobManager != null) {
      applyJobManager(configuration);
    }
    if (target != null) {
      configuration.set(CoreOptions.TARGET, target);
    } else if (yarnApplicationId != null) {
      configuration.set(CoreOptions.TARGET, "yarn-session");
    }
  }

  private void applyYarn(Configuration configuration) {
    YarnFlagValues values = new YarnFlagValues(configuration);
    values.text(YarnOptions.APPLICATION_ID, yarnApplicationId);
    values.memory(JobManagerOptions.PROCESS_MEMORY, "-yjm", yarnJobManagerMemory);
    values.memory(TaskManagerOptions.PROCESS_MEMORY, "-ytm", yarnTaskManagerMemory);
    values.number(TaskManagerOptions.NUM_TASK_SLOTS, "-ys", yarnSlots);
    values.text(YarnOptions.APPLICATION_QUEUE, yarnQueue);
    values.text(YarnOptions.APPLICATION_NAME, yarnName);
    values.text(YarnOptions.APPLICATION_TYPE, yarnType);
    values.text(YarnOptions.APPLICATION_NODE_LABEL, yarnNodeLabel);
    values.text(HighAvailabilityOptions.CLUSTER_ID, yarnZookeeperNamespace);
    values.list(YarnOptions.SHIP_FILES, yarnShip);
  }

  private void applyJobManager(Configuration configuration) {
    if (jobManager.equals(YARN_CLUSTER)) {
      configuration.set(CoreOptions.TARGET, "yarn-per-job");
      return;
    }
    int colon = jobManager.lastIndexOf(':');
    int port = 0;
    try {
      port = colon <= 0 ? 0 : Integer.parseInt(jobManager.substring(colon + 1));
    } catch (NumberFormatException e) {
      // stays 0 and is refused below
    }
    if (port <= 0 || port > 65535) {
      throw new CommandException(
          CommandException.USAGE,
          "-m is host:port, such as jobs.example.org:8081, or yarn-cluster, not '"
              + jobManager
              + "'");
    }
    configuration.set(RestOptions.ADDRESS, jobManager.substring(0, colon));
    configuration.set(RestOptions.PORT, port);
    configuration.set(CoreOptions.TARGET, "remote");
  }

  /** Sets one {@code key=value}, which must be an option with a fitting value. */
  static void define(Configuration configuration, String flag, String keyAndValue) {
    int equals = keyAndValue.indexOf('=');
    if (equals <= 0) {
      throw new CommandException(
          CommandException.USAGE, flag + " is key=value, not '" + keyAndValue + "'");
    }
    String key = keyAndValue.substring(0, equals).strip();
    String value = keyAndValue.substring(equals + 1).strip();
    OptionCatalogue.problemOf(key, value)
        .ifPresent(
            problem -> {
              throw new CommandException(
                  CommandException.CONFIGURATION, flag + " " + keyAndValue + ": " + problem);
            });
    configuration.setString(key, value);
  }
}
