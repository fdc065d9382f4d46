package dev.weft.client;

import dev.weft.api.JobStatus;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.client.target.ClusterConnection;
import dev.weft.client.target.OrderProgress;
import dev.weft.engine.checkpoint.SnapshotOrder;
import java.io.IOException;
import java.util.UUID;

/** Places an order for a checkpoint or savepoint and waits for what becomes of it. */
final class OrderFollower {
  private static final long POLL_MILLIS = 200;
  private static final int UNREACHABLE_MAX = 150;

  private final ClusterConnection cluster;
  private final Pause pause;

  /** Lets time pass. */
  interface Pause {
    void millis(long millis) throws InterruptedException;
  }

  OrderFollower(ClusterConnection cluster, Pause pause) {
    this.cluster = cluster;
    this.pause = pause;
  }

  /**
   * Waits until the order is carried out.
   *
   * @throws WeftException when it can not be
   */
  OrderProgress follow(String jobId, SnapshotOrder.Kind kind, String directory)
      throws IOException, InterruptedException {
    String id = UUID.randomUUID().toString().replace("-", "");
    cluster.order(jobId, id, kind, directory == null ? "" : directory);
    OrderProgress last = new OrderProgress(false, "", 0, "");
    int unreachable = 0;
    while (!last.over()) {
      pause.millis(POLL_MILLIS);
      try {
        last = cluster.orderProgress(jobId, id);
        unreachable = 0;
      } catch (IOException e) {
        // a leader may be on its way, or the cluster ended with its only job
        if (!last.location().isEmpty() && kind.stops() && finished(jobId)) {
          return last;
        }
        if (++unreachable > UNREACHABLE_MAX) {
          throw e;
        }
      }
    }
    if (!last.failure().isEmpty()) {
      throw new WeftException(
          ErrorCode.DEPENDENCY,
          last.failure()
              + (last.location().isEmpty() ? "" : "; the savepoint is at " + last.location()));
    }
    return last;
  }

  private boolean finished(String jobId) {
    try {
      return cluster.progress(jobId).status() == JobStatus.FINISHED;
    } catch (IOException | WeftException e) {
      return false;
    }
  }
}
