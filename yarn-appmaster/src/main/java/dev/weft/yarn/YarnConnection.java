package dev.weft.yarn;

import dev.weft.api.JobStatus;
import dev.weft.api.error.WeftException;
import dev.weft.client.target.ClusterConnection;
import dev.weft.client.target.JobLine;
import dev.weft.client.target.JobProgress;
import dev.weft.client.target.OrderProgress;
import dev.weft.client.target.RestCluster;
import dev.weft.client.target.RestEndpoint;
import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.plan.RescaleRequest;
import dev.weft.engine.protocol.UserMetrics.AccumulatorBytes;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.apache.hadoop.yarn.api.records.ApplicationId;
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.apache.hadoop.yarn.api.records.FinalApplicationStatus;
import org.apache.hadoop.yarn.api.records.YarnApplicationState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An application through its REST interface, wherever its present attempt runs; after its end, what
 * YARN says of it.
 */
final class YarnConnection implements ClusterConnection {
  private static final Logger LOG = LoggerFactory.getLogger(YarnConnection.class);

  private final Yarn yarn;
  private final ApplicationId id;
  private final RestCluster rest;

  /** The application lives for one job, whose end was read: nobody needs it any more. */
  private volatile boolean served;

  private final boolean single;

  /** A connection to a session, or to an application of another client. */
  YarnConnection(Yarn yarn, ApplicationId id, String token) {
    this(yarn, id, token, false);
  }

  /**
   * A connection that owns the one to the ResourceManager.
   *
   * @param single whether the application lives for one job that this client submitted; it ends
   *     when the connection is closed after the job's end
   */
  YarnConnection(Yarn yarn, ApplicationId id, String token, boolean single) {
    this.yarn = yarn;
    this.id = id;
    this.single = single;
    this.rest = new RestCluster(() -> endpoint(yarn.report(id), token));
  }

  private static RestEndpoint endpoint(ApplicationReport report, String token) throws IOException {
    boolean served =
        report.getYarnApplicationState() == YarnApplicationState.RUNNING
            && report.getRpcPort() > 0
            && report.getHost() != null
            && !report.getHost().equals("N/A");
    if (!served) {
      throw new IOException(
          "the application "
              + report.getApplicationId()
              + " is "
              + report.getYarnApplicationState()
              + ", no ApplicationMaster runs");
    }
    return new RestEndpoint(
        URI.create("http://" + report.getHost() + ":" + report.getRpcPort()), token, null);
  }

  RestCluster rest() {
    return rest;
  }

  @Override
  public List<JobLine> jobs() throws IOException {
    return rest.jobs();
  }

  @Override
  public JobProgress progress(String jobId) throws IOException {
    try {
      JobProgress progress = rest.progress(jobId);
      served = progress.status().isTerminal();
      return progress;
    } catch (IOException e) {
      ApplicationReport report = yarn.report(id);
      if (ApplicationStart.isOver(report.getYarnApplicationState())) {
        return ended(report);
      }
      throw e;
    }
  }

  /** The end of the one job of an application, or of all of a session. */
  static JobProgress ended(ApplicationReport report) {
    long millis = Math.max(0, report.getFinishTime() - report.getStartTime());
    String why = ApplicationStart.reason(report);
    if (report.getYarnApplicationState() == YarnApplicationState.FINISHED
        && report.getFinalApplicationStatus() == FinalApplicationStatus.SUCCEEDED) {
      return JobProgress.ended(JobStatus.FINISHED, "", millis);
    }
    boolean killed =
        report.getYarnApplicationState() == YarnApplicationState.KILLED
            || report.getFinalApplicationStatus() == FinalApplicationStatus.KILLED;
    return JobProgress.ended(killed ? JobStatus.CANCELED : JobStatus.FAILED, why, millis);
  }

  @Override
  public List<AccumulatorBytes> accumulators(String jobId) throws IOException {
    return rest.accumulators(jobId);
  }

  @Override
  public void cancel(String jobId) throws IOException {
    rest.cancel(jobId);
  }

  @Override
  public void order(String jobId, String orderId, SnapshotOrder.Kind kind, String directory)
      throws IOException {
    rest.order(jobId, orderId, kind, directory);
  }

  @Override
  public OrderProgress orderProgress(String jobId, String orderId) throws IOException {
    return rest.orderProgress(jobId, orderId);
  }

  @Override
  public void rescale(String jobId, RescaleRequest request) throws IOException {
    rest.rescale(jobId, request);
  }

  @Override
  public OrderProgress rescaleProgress(String jobId, String orderId) throws IOException {
    return rest.rescaleProgress(jobId, orderId);
  }

  @Override
  public void disposeSavepoint(String path) throws IOException {
    rest.disposeSavepoint(path);
  }

  @Override
  public String webInterface() {
    try {
      String link = yarn.report(id).getTrackingUrl();
      return link == null || link.equals("N/A") ? rest.webInterface() : link;
    } catch (IOException e) {
      return rest.webInterface();
    }
  }

  @Override
  public void close() {
    if (single && served) {
      try {
        rest.shutDown();
      } catch (IOException | WeftException e) {
        LOG.debug("{} ends by itself", id, e);
      }
    }
    rest.close();
    yarn.close();
  }
}
