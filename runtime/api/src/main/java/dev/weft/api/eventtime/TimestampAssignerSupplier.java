package dev.weft.api.eventtime;

import java.io.Serializable;

/**
 * Makes the timestamp assigner of a subtask, where that cannot travel with the job.
 *
 * @param <T> the records
 */
@FunctionalInterface
public interface TimestampAssignerSupplier<T> extends Serializable {
  /** A new assigner. */
  TimestampAssigner<T> createTimestampAssigner(Context context);

  /** What the assigner may use. */
  interface Context {}
}
