package dev.weft.client;

import dev.weft.api.config.PipelineOptions;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.client.target.ClusterConnection;
import dev.weft.client.target.Deployment;
import dev.weft.client.target.DeploymentTarget;
import dev.weft.client.target.Submission;
import dev.weft.client.target.TargetContext;
import dev.weft.engine.plugin.JobClassLoader;
import dev.weft.engine.server.LocalCluster;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A cluster in this process for each job, with as many slots as the job needs. */
public final class LocalTarget implements DeploymentTarget {
  @Override
  public Set<String> names() {
    return Set.of("local");
  }

  @Override
  public Deployment submit(Submission submission) {
    Optional<JobClassLoader> own = loaderOf(submission);
    ClassLoader code = own.isPresent() ? own.get() : Thread.currentThread().getContextClassLoader();
    TargetContext context = submission.context();
    LocalCluster cluster =
        LocalCluster.start(
            new LocalCluster.Settings(
                context.configuration(),
                context.plugins(),
                code,
                1,
                submission.plan().slots(),
                false,
                false));
    ClusterConnection connection = new LocalConnection(cluster, own);
    try {
      String jobId = cluster.submit(submission.plan());
      return new Deployment(jobId, connection, List.of(), true);
    } catch (RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /** The jars' loader; none when the program was started by itself and its classes are loaded. */
  private static Optional<JobClassLoader> loaderOf(Submission submission) {
    if (submission.jars().isEmpty()) {
      return Optional.empty();
    }
    List<URL> urls = new ArrayList<>();
    try {
      for (Path jar : submission.jars()) {
        urls.add(jar.toUri().toURL());
      }
      TargetContext context = submission.context();
      for (String path : context.configuration().get(PipelineOptions.CLASSPATHS)) {
        urls.add(URI.create(path).toURL());
      }
      return Optional.of(context.plugins().jobLoader(submission.plan().jobId(), urls));
    } catch (MalformedURLException | IllegalArgumentException e) {
      throw new WeftException(
          ErrorCode.USER, "An address of " + PipelineOptions.CLASSPATHS + " is none: " + e, e);
    }
  }

  @Override
  public ClusterConnection connect(TargetContext context) {
    throw new WeftException(
        ErrorCode.USER,
        "A local job lives in the process that runs it: end it there with Ctrl-C; name a cluster"
            + " with -m host:port or -t");
  }
}
