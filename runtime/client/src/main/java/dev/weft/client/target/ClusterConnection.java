package dev.weft.client.target;

import dev.weft.engine.checkpoint.SnapshotOrder;
import dev.weft.engine.plan.RescaleRequest;
import dev.weft.engine.protocol.UserMetrics.AccumulatorBytes;
import java.io.IOException;
import java.util.List;

/**
 * Access to a running cluster. An {@code IOException} means that it cannot be reached now and may
 * be later, for example under the next leader; a {@link dev.weft.api.error.WeftException} that the
 * cluster refused. Thread-safe.
 */
public interface ClusterConnection extends AutoCloseable {
  /** All jobs the cluster knows. */
  List<JobLine> jobs() throws IOException;

  /**
   * How a job stands, also after its end and after the end of a cluster that ran it alone.
   *
   * @throws dev.weft.api.error.WeftException with code USER when the job is not known
   */
  JobProgress progress(String jobId) throws IOException;

  /** The accumulators of all subtasks of a job, as far as the cluster knows them. */
  List<AccumulatorBytes> accumulators(String jobId) throws IOException;

  /** Asks a job to end; returns when the wish is taken. */
  void cancel(String jobId) throws IOException;

  /**
   * Orders a checkpoint or savepoint, or a job's end with one; returns when the order is taken.
   *
   * @param directory where a savepoint goes; empty for the configured one
   * @param orderId 32 hexadecimal digits; the same again orders nothing new
   */
  void order(String jobId, String orderId, SnapshotOrder.Kind kind, String directory)
      throws IOException;

  /** How far an order is. */
  OrderProgress orderProgress(String jobId, String orderId) throws IOException;

  /** Orders another parallelism of a job; returns when the order is taken. */
  void rescale(String jobId, RescaleRequest request) throws IOException;

  /** How far an order for another parallelism is. */
  OrderProgress rescaleProgress(String jobId, String orderId) throws IOException;

  /** Deletes a savepoint. */
  void disposeSavepoint(String path) throws IOException;

  /** Where people look with a browser; empty when there is no such place. */
  String webInterface();

  @Override
  void close();
}
