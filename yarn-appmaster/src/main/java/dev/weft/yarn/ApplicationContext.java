package dev.weft.yarn;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.CoreOptions;
import dev.weft.api.config.HighAvailabilityOptions;
import dev.weft.api.config.JobManagerOptions;
import dev.weft.api.config.RestOptions;
import dev.weft.api.config.TaskManagerOptions;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.yarn.api.ApplicationConstants.Environment;
import org.apache.hadoop.yarn.api.records.ApplicationAttemptId;
import org.apache.hadoop.yarn.api.records.ContainerId;

/**
 * What a process in a container learns from its environment.
 *
 * @param container its own
 * @param host its node
 * @param staging directory of the application's files
 * @param distribution where the installation lies
 * @param owner the user who submitted
 */
record ApplicationContext(
    ContainerId container, String host, String staging, String distribution, String owner) {

  /**
   * Reads the environment.
   *
   * @throws WeftException with code ENGINE when this process was not started by YARN for Weft
   */
  static ApplicationContext of(Map<String, String> environment) {
    return new ApplicationContext(
        ContainerId.fromString(required(environment, Environment.CONTAINER_ID.name())),
        required(environment, Environment.NM_HOST.name()),
        required(environment, ContainerLayout.STAGING_VARIABLE),
        required(environment, ContainerLayout.DISTRIBUTION_VARIABLE),
        required(environment, ContainerLayout.OWNER_VARIABLE));
  }

  private static String required(Map<String, String> environment, String name) {
    String value = environment.get(name);
    if (value == null || value.isBlank()) {
      throw new WeftException(
          ErrorCode.ENGINE,
          "The environment variable " + name + " is missing; this process is started by YARN only");
    }
    return value;
  }

  ApplicationAttemptId attempt() {
    return container.getApplicationAttemptId();
  }

  /** The application's options with what holds for this process. */
  Configuration effective(Configuration configuration) {
    Configuration effective = new Configuration().addAll(configuration);
    effective.set(CoreOptions.TMP_DIRS, List.of(Path.of("tmp").toAbsolutePath().toString()));
    effective.set(JobManagerOptions.ADDRESS, host);
    effective.set(JobManagerOptions.PORT, 0);
    effective.set(RestOptions.ADDRESS, host);
    effective.set(TaskManagerOptions.HOST, host);
    effective.set(HighAvailabilityOptions.ATTEMPT, attempt().getAttemptId());
    if (!configuration.contains(RestOptions.BIND_PORT)) {
      effective.setString(RestOptions.BIND_PORT.key(), "0");
    }
    return effective;
  }
}
