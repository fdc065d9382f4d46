package dev.weft.client;

import dev.weft.api.JobStatus;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.client.target.ClusterConnection;
import dev.weft.client.target.Deployment;
import dev.weft.client.target.DeploymentTarget;
import dev.weft.client.target.JobLine;
import dev.weft.client.target.JobProgress;
import dev.weft.client.target.OrderProgress;
import dev.weft.client.target.Session;
import dev.weft.client.target.Submission;
import dev.weft.client.target.TargetContext;
import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.plan.RescaleRequest;
import dev.weft.engine.protocol.UserMetrics.AccumulatorBytes;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/** A target whose jobs end as the test says; remembers what was submitted. */
public final class FakeTarget implements DeploymentTarget {
  static final List<Submission> SUBMITTED = new ArrayList<>();
  static final List<String> CANCELLED = new ArrayList<>();
  static final Deque<Object> ANSWERS = new ArrayDeque<>();
  static final List<String> ORDERS = new ArrayList<>();
  static OrderProgress fate;
  static String refusal;
  static boolean sessionRuns;

  static void reset() {
    SUBMITTED.clear();
    CANCELLED.clear();
    ANSWERS.clear();
    ORDERS.clear();
    fate = new OrderProgress(true, "file:///savepoints/1", 4, "");
    refusal = null;
    sessionRuns = true;
  }

  static JobProgress progress(JobStatus status, String message) {
    return new JobProgress(status, 10, 3, 2, 4, new JobProgress.Checkpoint(7, 1000), message, 1234);
  }

  @Override
  public Set<String> names() {
    return Set.of("fake", "yarn-session");
  }

  @Override
  public Deployment submit(Submission submission) {
    if (refusal != null) {
      throw new WeftException(ErrorCode.RESOURCE, refusal);
    }
    SUBMITTED.add(submission);
    return new Deployment(
        submission.plan().jobId(), new Connection(), List.of("Look at http://fake/"), false);
  }

  @Override
  public ClusterConnection connect(TargetContext context) {
    return new Connection();
  }

  @Override
  public Session startSession(TargetContext context) {
    return new FakeSession();
  }

  static final class FakeSession implements Session {
    @Override
    public String id() {
      return "application_1_1";
    }

    @Override
    public String webInterface() {
      return "http://fake/";
    }

    @Override
    public boolean running() {
      return sessionRuns;
    }

    @Override
    public String state() {
      return "KILLED";
    }

    @Override
    public void stop() {
      sessionRuns = false;
    }
  }

  /** Gives the prepared answers in turn, the last for ever. */
  static final class Connection implements ClusterConnection {
    @Override
    public List<JobLine> jobs() {
      return List.of(
          new JobLine("aa", "old", "FINISHED", 0, ""),
          new JobLine("cc", "busy", "RUNNING", 2000, ""),
          new JobLine("bb", "new", "CREATED", 1000, "1 of 2 slots"));
    }

    @Override
    public JobProgress progress(String jobId) throws IOException {
      Object answer = ANSWERS.size() > 1 ? ANSWERS.removeFirst() : ANSWERS.getFirst();
      if (answer instanceof IOException e) {
        throw e;
      }
      if (answer instanceof WeftException e) {
        throw e;
      }
      return (JobProgress) answer;
    }

    @Override
    public List<AccumulatorBytes> accumulators(String jobId) {
      return List.of();
    }

    @Override
    public void cancel(String jobId) {
      CANCELLED.add(jobId);
    }

    @Override
    public void order(String jobId, String orderId, SnapshotOrder.Kind kind, String directory) {
      ORDERS.add(kind + " " + jobId + " " + directory);
    }

    @Override
    public OrderProgress orderProgress(String jobId, String orderId) {
      return fate;
    }

    @Override
    public void rescale(String jobId, RescaleRequest request) {
      ORDERS.add("RESCALE " + jobId + " " + request.parallelism() + " " + request.byVertex());
    }

    @Override
    public OrderProgress rescaleProgress(String jobId, String orderId) {
      return fate;
    }

    @Override
    public void disposeSavepoint(String path) {
      ORDERS.add("DISPOSE " + path);
    }

    @Override
    public String webInterface() {
      return "http://fake/";
    }

    @Override
    public void close() {}
  }
}
