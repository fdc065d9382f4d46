package dev.weft.yarn;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.YarnOptions;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.client.target.ClusterConnection;
import dev.weft.client.target.Deployment;
import dev.weft.client.target.DeploymentTarget;
import dev.weft.client.target.Session;
import dev.weft.client.target.Submission;
import dev.weft.client.target.TargetContext;
import dev.weft.connectors.hdfs.HadoopConfiguration;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.yarn.api.records.ApplicationId;
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.apache.hadoop.yarn.api.records.NodeReport;
import org.apache.hadoop.yarn.api.records.NodeState;
import org.apache.hadoop.yarn.api.records.QueueInfo;

/** YARN: an application for each job, or a session that takes jobs. */
public final class YarnTarget implements DeploymentTarget {
  private static final String SESSION = "yarn-session";
  private static final long JOB_KNOWN_NANOS = 60_000_000_000L;
  private static final long POLL_MILLIS = 100;
  private static final float PERCENT = 100;

  @Override
  public Set<String> names() {
    return Set.of("yarn-per-job", "yarn-application", SESSION);
  }

  @Override
  public Deployment submit(Submission submission) throws Exception {
    return HadoopConfiguration.withPluginLoader(
        () ->
            submission.context().target().equals(SESSION)
                ? toSession(submission)
                : asApplication(submission));
  }

  private static Deployment asApplication(Submission submission) throws Exception {
    TargetContext context = submission.context();
    Yarn yarn = Yarn.open(context.configuration());
    ApplicationStart.Started started;
    try {
      started = new ApplicationStart(yarn, context, Optional.of(submission)).run();
    } catch (Exception e) {
      yarn.close();
      throw e;
    }
    YarnConnection connection = new YarnConnection(yarn, started.id(), started.token(), true);
    String jobId = submission.plan().jobId();
    awaitKnown(connection, jobId);
    return new Deployment(jobId, connection, links(started.report(), jobId), false);
  }

  /** An application is there a moment before its job. */
  private static void awaitKnown(YarnConnection connection, String jobId)
      throws InterruptedException {
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < JOB_KNOWN_NANOS) {
      try {
        connection.progress(jobId);
        return;
      } catch (IOException | WeftException e) {
        Thread.sleep(POLL_MILLIS);
      }
    }
  }

  private static Deployment toSession(Submission submission) throws Exception {
    YarnConnection connection = open(submission.context());
    try {
      String jobId = connection.rest().submit(submission.plan(), submission.jars());
      return new Deployment(
          jobId, connection, List.of("Job page: " + page(connection.webInterface(), jobId)), false);
    } catch (IOException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private static List<String> links(ApplicationReport report, String jobId) {
    return List.of(
        "YARN application: " + report.getApplicationId(),
        "Job page: " + page(report.getTrackingUrl(), jobId));
  }

  private static String page(String web, String jobId) {
    return (web.endsWith("/") ? web : web + "/") + "jobs/" + jobId;
  }

  @Override
  public ClusterConnection connect(TargetContext context) throws Exception {
    return HadoopConfiguration.withPluginLoader(() -> open(context));
  }

  private static YarnConnection open(TargetContext context) throws IOException {
    Configuration configuration = context.configuration();
    Yarn yarn = Yarn.open(configuration);
    try {
      ApplicationId id = Yarn.applicationId(named(configuration));
      ApplicationReport report = yarn.report(id);
      if (ApplicationStart.isOver(report.getYarnApplicationState())) {
        throw new WeftException(
            ErrorCode.USER,
            "The application "
                + id
                + " has ended as "
                + report.getFinalApplicationStatus()
                + "; start a session with yarn-session.sh, or name another with -yid");
      }
      return new YarnConnection(yarn, id, ApplicationTokens.read(id, configuration));
    } catch (IOException | RuntimeException e) {
      yarn.close();
      throw e;
    }
  }

  private static String named(Configuration configuration) throws IOException {
    String option = configuration.get(YarnOptions.APPLICATION_ID);
    if (option != null) {
      return option;
    }
    return SessionFile.read(configuration)
        .orElseThrow(
            () ->
                new WeftException(
                    ErrorCode.USER,
                    "No application is named; name one with -yid, or start a session with"
                        + " yarn-session.sh"));
  }

  @Override
  public Session startSession(TargetContext context) throws Exception {
    return HadoopConfiguration.withPluginLoader(() -> started(context));
  }

  private static Session started(TargetContext context) throws Exception {
    Yarn yarn = Yarn.open(context.configuration());
    try {
      ApplicationStart.Started started =
          new ApplicationStart(yarn, context, Optional.empty()).run();
      SessionFile.write(context.configuration(), started.id().toString());
      return new YarnApplicationSession(yarn, started.id(), started.token());
    } catch (Exception e) {
      yarn.close();
      throw e;
    }
  }

  @Override
  public Session joinSession(TargetContext context) throws Exception {
    return HadoopConfiguration.withPluginLoader(() -> joined(context));
  }

  private static Session joined(TargetContext context) throws Exception {
    Yarn yarn = Yarn.open(context.configuration());
    try {
      ApplicationId id = Yarn.applicationId(named(context.configuration()));
      yarn.report(id);
      return new YarnApplicationSession(
          yarn, id, ApplicationTokens.read(id, context.configuration()));
    } catch (IOException | RuntimeException e) {
      yarn.close();
      throw e;
    }
  }

  @Override
  public String describeResources(TargetContext context) throws Exception {
    return HadoopConfiguration.withPluginLoader(() -> described(context));
  }

  private static String described(TargetContext context) throws IOException {
    try (Yarn yarn = Yarn.open(context.configuration())) {
      List<NodeReport> nodes = yarn.call(client -> client.getNodeReports(NodeState.RUNNING));
      StringBuilder text = new StringBuilder();
      long megabytes = 0;
      int cores = 0;
      for (NodeReport node : nodes) {
        long free = node.getCapability().getMemorySize() - node.getUsed().getMemorySize();
        int freeCores = node.getCapability().getVirtualCores() - node.getUsed().getVirtualCores();
        megabytes += free;
        cores += freeCores;
        text.append(
            String.format(
                "Node %-30s %7d of %7d MB free, %4d of %4d cores free, %3d containers%n",
                node.getNodeId(),
                free,
                node.getCapability().getMemorySize(),
                freeCores,
                node.getCapability().getVirtualCores(),
                node.getNumContainers()));
      }
      for (QueueInfo queue : yarn.call(client -> client.getAllQueues())) {
        text.append(
            String.format(
                "Queue %-29s capacity %5.1f %%, used %5.1f %%, at most %5.1f %%%n",
                queue.getQueueName(),
                queue.getCapacity() * PERCENT,
                queue.getCurrentCapacity() * PERCENT,
                queue.getMaximumCapacity() * PERCENT));
      }
      text.append(
          String.format("%d nodes with %d MB and %d cores free", nodes.size(), megabytes, cores));
      return text.toString();
    }
  }
}
