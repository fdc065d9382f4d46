package dev.weft.client;

import dev.weft.api.config.Configuration;
import dev.weft.api.config.JobManagerOptions;
import dev.weft.api.config.RestOptions;
import dev.weft.client.target.ClusterConnection;
import dev.weft.client.target.Deployment;
import dev.weft.client.target.DeploymentTarget;
import dev.weft.client.target.RestCluster;
import dev.weft.client.target.RestEndpoint;
import dev.weft.client.target.Submission;
import dev.weft.client.target.TargetContext;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** A cluster that runs already and is reached through its REST address. */
public final class RemoteTarget implements DeploymentTarget {
  @Override
  public Set<String> names() {
    return Set.of("remote");
  }

  @Override
  public Deployment submit(Submission submission) throws IOException {
    RestEndpoint endpoint = endpointOf(submission.context());
    RestCluster cluster = new RestCluster(() -> endpointOf(submission.context()));
    try {
      String jobId = cluster.submit(submission.plan(), submission.jars());
      return new Deployment(
          jobId, cluster, List.of("Job page: " + endpoint.base() + "/jobs/" + jobId), false);
    } catch (IOException e) {
      throw unreachable(endpoint, e);
    }
  }

  @Override
  public ClusterConnection connect(TargetContext context) throws IOException {
    RestEndpoint endpoint = endpointOf(context);
    RestCluster cluster = new RestCluster(() -> endpointOf(context));
    try {
      cluster.get("/overview");
    } catch (IOException e) {
      throw unreachable(endpoint, e);
    }
    return cluster;
  }

  private static CommandException unreachable(RestEndpoint endpoint, IOException e) {
    return new CommandException(
        CommandException.SUBMISSION,
        "No JobManager answers at "
            + endpoint
            + " ("
            + CommandException.describe(e)
            + "); start one with start-cluster.sh, or name another with -m host:port",
        e);
  }

  private static RestEndpoint endpointOf(TargetContext context) {
    Configuration configuration = context.configuration();
    String host =
        configuration
            .getOptional(RestOptions.ADDRESS)
            .orElseGet(() -> configuration.get(JobManagerOptions.ADDRESS));
    return RestTokenFile.endpoint(
        configuration, context.installation(), host, configuration.get(RestOptions.PORT));
  }
}
