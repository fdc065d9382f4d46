package dev.weft.yarn;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.HighAvailabilityOptions;
import dev.weft.api.config.JobManagerOptions;
import dev.weft.api.config.YarnOptions;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.client.target.Submission;
import dev.weft.client.target.TargetContext;
import dev.weft.engine.server.security.SecurityBundle;
import java.io.IOException;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.Credentials;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.hadoop.yarn.api.records.ApplicationAccessType;
import org.apache.hadoop.yarn.api.records.ApplicationId;
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.apache.hadoop.yarn.api.records.ApplicationSubmissionContext;
import org.apache.hadoop.yarn.api.records.ContainerLaunchContext;
import org.apache.hadoop.yarn.api.records.FinalApplicationStatus;
import org.apache.hadoop.yarn.api.records.Priority;
import org.apache.hadoop.yarn.api.records.Resource;
import org.apache.hadoop.yarn.api.records.YarnApplicationState;
import org.apache.hadoop.yarn.client.api.YarnClientApplication;
import org.apache.hadoop.yarn.client.util.YarnClientUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts one application: checks, puts files up, submits, waits until it runs. What it began is
 * undone when it fails or when the client is interrupted meanwhile.
 */
final class ApplicationStart {
  private static final long POLL_MILLIS = 200;
  private static final int NAME_MAX = 200;
  private static final Logger LOG = LoggerFactory.getLogger(ApplicationStart.class);

  private final Yarn yarn;
  private final TargetContext context;
  private final Configuration configuration;
  private final Optional<Submission> job;

  /**
   * A start.
   *
   * @param job what runs; empty for a session
   */
  ApplicationStart(Yarn yarn, TargetContext context, Optional<Submission> job) {
    this.yarn = yarn;
    this.context = context;
    this.configuration = context.configuration();
    this.job = job;
  }

  /** What was started. */
  record Started(ApplicationReport report, String token) {
    ApplicationId id() {
      return report.getApplicationId();
    }
  }

  /** Starts; returns when the ApplicationMaster runs, or has ended already with its job. */
  Started run() throws IOException, InterruptedException {
    SubmissionChecks.checkQueue(yarn, configuration);
    YarnClientApplication application = yarn.call(client -> client.createApplication());
    SubmissionChecks.checkSizes(
        configuration, application.getNewApplicationResponse().getMaximumResourceCapability());
    ApplicationId id = application.getApplicationSubmissionContext().getApplicationId();
    SecurityBundle.Leader security = SecurityBundle.Leader.create(id.toString());
    try (Staging staging = Staging.open(yarn.hadoop(), configuration)) {
      Path directory = staging.directory(id.toString());
      Undo undo = new Undo(staging, directory, id);
      Thread hook = new Thread(undo::run, "weft-undo");
      Runtime.getRuntime().addShutdownHook(hook);
      boolean done = false;
      try {
        String distribution = staging.distribution(context);
        String storage =
            Optional.ofNullable(configuration.get(HighAvailabilityOptions.STORAGE_DIR))
                .orElse(staging.storage());
        Configuration options = ConfigurationArchive.options(configuration, storage);
        staging.prepare(
            directory, ConfigurationArchive.bytes(configuration, options, context.installation()));
        if (job.isPresent()) {
          staging.putJob(directory, job.get());
        }
        fill(
            application.getApplicationSubmissionContext(),
            launch(staging, directory, distribution, security));
        ApplicationTokens.write(id, security.applicationSecret());
        undo.submitted = true;
        yarn.call(
            client -> client.submitApplication(application.getApplicationSubmissionContext()));
        context.notices().accept("Submitted " + id + "; waiting for it to run");
        ApplicationReport report = awaitRunning(id);
        done = true;
        return new Started(report, security.applicationSecret().restAdminToken());
      } finally {
        try {
          Runtime.getRuntime().removeShutdownHook(hook);
          if (!done) {
            undo.run();
          }
        } catch (IllegalStateException e) {
          LOG.debug("The process ends; the hook runs");
        }
      }
    }
  }

  /** Leaves nothing of a start that failed. */
  private final class Undo {
    private final Staging staging;
    private final Path directory;
    private final ApplicationId id;
    private volatile boolean submitted;

    Undo(Staging staging, Path directory, ApplicationId id) {
      this.staging = staging;
      this.directory = directory;
      this.id = id;
    }

    void run() {
      try {
        if (submitted) {
          yarn.kill(id, "The client gave up the submission");
        }
      } catch (IOException | WeftException e) {
        context.notices().accept("End it with: yarn application -kill " + id);
        LOG.warn("{} can not be killed", id, e);
      }
      try {
        staging.remove(directory);
        ApplicationTokens.delete(id);
      } catch (IOException e) {
        LOG.warn("{} can not be removed", directory, e);
      }
    }
  }

  private ContainerLaunchContext launch(
      Staging staging, Path directory, String distribution, SecurityBundle.Leader security)
      throws IOException {
    String owner = UserGroupInformation.getCurrentUser().getShortUserName();
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put(ContainerLayout.STAGING_VARIABLE, directory.toString());
    environment.put(ContainerLayout.DISTRIBUTION_VARIABLE, distribution);
    environment.put(ContainerLayout.OWNER_VARIABLE, owner);
    Credentials credentials = new Credentials();
    if (UserGroupInformation.isSecurityEnabled()) {
      credentials.addAll(UserGroupInformation.getCurrentUser().getCredentials());
      staging
          .fileSystem()
          .addDelegationTokens(YarnClientUtils.getRmPrincipal(yarn.hadoop()), credentials);
    } else {
      environment.put("HADOOP_USER_NAME", owner);
    }
    ProcessMemory memory =
        ProcessMemory.of(
            configuration.get(JobManagerOptions.PROCESS_MEMORY),
            JobManagerOptions.PROCESS_MEMORY.key());
    return ContainerLaunchContext.newInstance(
        ContainerFiles.of(yarn.hadoop(), distribution, directory),
        environment,
        List.of(ContainerCommand.applicationMaster(configuration, memory)),
        null,
        ContainerSecrets.credentials(credentials, security),
        accessLists(owner));
  }

  private Map<ApplicationAccessType, String> accessLists(String owner) {
    Map<ApplicationAccessType, String> lists = new EnumMap<>(ApplicationAccessType.class);
    lists.put(
        ApplicationAccessType.VIEW_APP,
        configuration.getOptional(YarnOptions.VIEW_ACLS).orElse(owner));
    lists.put(
        ApplicationAccessType.MODIFY_APP,
        configuration.getOptional(YarnOptions.MODIFY_ACLS).orElse(owner));
    return lists;
  }

  private void fill(ApplicationSubmissionContext submission, ContainerLaunchContext launch) {
    submission.setAMContainerSpec(launch);
    submission.setResource(
        Resource.newInstance(
            configuration.get(JobManagerOptions.PROCESS_MEMORY).mebiBytes(),
            Math.max(1, configuration.get(YarnOptions.APPMASTER_VCORES))));
    submission.setApplicationType(configuration.get(YarnOptions.APPLICATION_TYPE));
    submission.setApplicationName(name());
    submission.setKeepContainersAcrossApplicationAttempts(true);
    submission.setMaxAppAttempts(configuration.get(YarnOptions.APPLICATION_ATTEMPTS));
    submission.setAttemptFailuresValidityInterval(
        configuration.get(YarnOptions.ATTEMPT_FAILURES_VALIDITY).toMillis());
    String queue = configuration.get(YarnOptions.APPLICATION_QUEUE);
    submission.setQueue(queue == null ? "default" : queue);
    int priority = configuration.get(YarnOptions.APPLICATION_PRIORITY);
    if (priority >= 0) {
      submission.setPriority(Priority.newInstance(priority));
    }
    List<String> tags = configuration.get(YarnOptions.APPLICATION_TAGS);
    if (!tags.isEmpty()) {
      submission.setApplicationTags(new LinkedHashSet<>(tags));
    }
    String label = configuration.get(YarnOptions.APPLICATION_NODE_LABEL);
    if (label != null) {
      submission.setNodeLabelExpression(label);
    }
  }

  private String name() {
    String name =
        configuration
            .getOptional(YarnOptions.APPLICATION_NAME)
            .or(() -> job.map(submission -> submission.plan().name()))
            .orElse("Weft session");
    return name.length() > NAME_MAX ? name.substring(0, NAME_MAX) : name;
  }

  private ApplicationReport awaitRunning(ApplicationId id)
      throws IOException, InterruptedException {
    long timeoutNanos = configuration.get(YarnOptions.START_TIMEOUT).toNanos();
    long begin = System.nanoTime();
    String told = "";
    while (true) {
      ApplicationReport report = yarn.report(id);
      YarnApplicationState state = report.getYarnApplicationState();
      boolean endedWithJob =
          state == YarnApplicationState.FINISHED
              && (job.isPresent()
                  || report.getFinalApplicationStatus() == FinalApplicationStatus.SUCCEEDED);
      if (state == YarnApplicationState.RUNNING || endedWithJob) {
        return report;
      }
      String why = reason(report);
      if (isOver(state)) {
        throw new WeftException(
            ErrorCode.DEPENDENCY,
            "The application "
                + id
                + " ended as "
                + state
                + " before it ran"
                + (why.isEmpty() ? "" : ": " + why)
                + "; look with: yarn logs -applicationId "
                + id);
      }
      if (System.nanoTime() - begin > timeoutNanos) {
        throw new WeftException(
            ErrorCode.RESOURCE,
            "The application "
                + id
                + " did not run within "
                + configuration.get(YarnOptions.START_TIMEOUT).toSeconds()
                + " s and is killed; YARN left it "
                + state
                + (why.isEmpty() ? "" : ": " + why)
                + ". Free resources of the queue, ask for less, or raise "
                + YarnOptions.START_TIMEOUT.key());
      }
      String line = state + (why.isEmpty() ? "" : ": " + why);
      if (!Objects.equals(line, told) && state == YarnApplicationState.ACCEPTED) {
        context.notices().accept(line);
        told = line;
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  static boolean isOver(YarnApplicationState state) {
    return state == YarnApplicationState.FINISHED
        || state == YarnApplicationState.FAILED
        || state == YarnApplicationState.KILLED;
  }

  /** What YARN says, without the time in front and in one line. */
  static String reason(ApplicationReport report) {
    String text = report.getDiagnostics();
    if (text == null) {
      return "";
    }
    return text.replaceAll("^\\[[^\\]]*\\]\\s*", "")
        .replaceAll("\\s+", " ")
        .replaceFirst("For more detailed output.*", "")
        .replaceFirst(" Details : .*", "")
        .strip();
  }
}
