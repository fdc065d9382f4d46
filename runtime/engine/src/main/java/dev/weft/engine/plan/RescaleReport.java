package dev.weft.engine.plan;

import dev.weft.engine.protocol.FailureReport;
import java.util.List;

/**
 * What became of an order to rescale a job.
 *
 * @param before the parallelisms that the job had, by vertex
 * @param failure why it has them still; null unless it failed
 */
public record RescaleReport(
    RescaleOrder order, List<Integer> before, Status status, FailureReport failure) {
  /** How far it is. */
  public enum Status {
    /** The job has the former parallelisms, or is on its way to the new ones. */
    IN_PROGRESS,
    /** The job has the new parallelisms, whatever happens next. */
    COMPLETED,
    /** The job has the former parallelisms, or has ended. */
    FAILED
  }
}
