package dev.weft.client;

import dev.weft.api.JobStatus;
import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.client.target.ClusterConnection;
import dev.weft.client.target.OrderProgress;
import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.plan.RescaleRequest;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;

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
    String id = newId();
    cluster.order(jobId, id, kind, directory == null ? "" : directory);
    OrderProgress last =
        await(
            () -> cluster.orderProgress(jobId, id),
            // the cluster may have ended with its only job
            before -> !before.location().isEmpty() && kind.stops() && finished(jobId));
    if (!last.failure().isEmpty()) {
      throw new WeftException(
          ErrorCode.DEPENDENCY,
          last.failure()
              + (last.location().isEmpty() ? "" : "; the savepoint is at " + last.location()));
    }
    return last;
  }

  /**
   * Changes the parallelism of a job and waits until it runs with it.
   *
   * @param parallelism of all vertices that set none of their own; 0 for as it is
   * @param byVertex of single vertices
   * @throws WeftException when the job does not run with it
   */
  void rescale(String jobId, int parallelism, Map<String, Integer> byVertex)
      throws IOException, InterruptedException {
    String id = newId();
    cluster.rescale(jobId, new RescaleRequest(id, parallelism, byVertex));
    OrderProgress last = await(() -> cluster.rescaleProgress(jobId, id), before -> false);
    if (!last.failure().isEmpty()) {
      throw new WeftException(ErrorCode.DEPENDENCY, last.failure());
    }
  }

  private static String newId() {
    return UUID.randomUUID().toString().replace("-", "");
  }

  private interface Look {
    OrderProgress progress() throws IOException;
  }

  /** Waits until nothing more follows; while nobody answers, a leader may be on its way. */
  private OrderProgress await(Look look, Predicate<OrderProgress> enough)
      throws IOException, InterruptedException {
    OrderProgress last = new OrderProgress(false, "", 0, "");
    int unreachable = 0;
    while (!last.over()) {
      pause.millis(POLL_MILLIS);
      try {
        last = look.progress();
        unreachable = 0;
      } catch (IOException e) {
        if (enough.test(last)) {
          return last;
        }
        if (++unreachable > UNREACHABLE_MAX) {
          throw e;
        }
      }
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
