package dev.weft.yarn;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.CoreOptions;
import dev.weft.api.config.YarnOptions;
import dev.weft.engine.server.HostedMain;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.hadoop.yarn.api.ApplicationConstants;

/** The command line of a process in a container. It carries no secret: everyone sees it. */
final class ContainerCommand {
  private static final String PLUGIN = "yarn";

  /** What the JVM would choose depends on the size of the container; see docs/benchmarks.md. */
  private static final String COLLECTOR = "-XX:+UseParallelGC";

  private static final Pattern COLLECTOR_CHOICE = Pattern.compile("-XX:\\+Use\\w+GC\\b");

  private ContainerCommand() {}

  /** The ApplicationMaster's. */
  static String applicationMaster(Configuration configuration, ProcessMemory memory) {
    return of(
        configuration,
        memory,
        configuration.get(CoreOptions.JAVA_OPTS_JOBMANAGER),
        "jobmanager",
        ApplicationMaster.class);
  }

  /** A worker's. */
  static String worker(Configuration configuration, ProcessMemory memory) {
    return of(
        configuration,
        memory,
        configuration.get(CoreOptions.JAVA_OPTS_TASKMANAGER),
        "taskmanager",
        ContainerTaskManager.class);
  }

  private static String of(
      Configuration configuration,
      ProcessMemory memory,
      String moreOptions,
      String name,
      Class<?> process) {
    String logs = ApplicationConstants.LOG_DIR_EXPANSION_VAR;
    String home = configuration.get(YarnOptions.CONTAINER_JAVA_HOME);
    List<String> words = new ArrayList<>();
    words.add(
        (home == null ? ApplicationConstants.Environment.JAVA_HOME.$$() : home) + "/bin/java");
    words.addAll(memory.jvmOptions());
    String allOptions = configuration.get(CoreOptions.JAVA_OPTS_ALL);
    if (!COLLECTOR_CHOICE.matcher(allOptions + " " + moreOptions).find()) {
      words.add(COLLECTOR);
    }
    words.add("-XX:+IgnoreUnrecognizedVMOptions");
    words.add("--enable-native-access=ALL-UNNAMED");
    words.add("--sun-misc-unsafe-memory-access=allow");
    words.add("-XX:+ExitOnOutOfMemoryError");
    words.add("-XX:ErrorFile=" + logs + "/hs_err_%p.log");
    words.add("-Djava.net.preferIPv4Stack=true");
    words.add("-Dlog4j2.disableJmx=true");
    words.add("-Dweft.log.file=" + logs + "/" + name + ".log");
    words.add(
        "-Dlog4j2.configurationFile="
            + ContainerLayout.CONFIGURATION
            + "/"
            + ContainerLayout.LOGGING_FILE);
    addOptions(words, allOptions);
    addOptions(words, moreOptions);
    words.add("-cp '" + ContainerLayout.DISTRIBUTION + "/lib/*'");
    words.add(HostedMain.class.getName());
    words.add(PLUGIN);
    words.add(process.getName());
    words.add("--config-dir");
    words.add(ContainerLayout.CONFIGURATION);
    words.add("1>" + logs + "/" + name + ".out");
    words.add("2>" + logs + "/" + name + ".err");
    return String.join(" ", words);
  }

  private static void addOptions(List<String> words, String options) {
    if (!options.isBlank()) {
      words.add(options.strip());
    }
  }
}
