package dev.weft.client.target;

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

  /** Where people look with a browser; empty when there is no such place. */
  String webInterface();

  @Override
  void close();
}
