package dev.weft.connectors.hdfs.sink;

import java.io.Serializable;

/**
 * Chooses the directory of a record.
 *
 * @param <T> the records
 */
@FunctionalInterface
public interface BucketAssigner<T> extends Serializable {
  /** A directory relative to the sink's path, such as {@code day=2024-01-01}; empty for none. */
  String bucket(T record);

  /** The same for an assigner that looks at the time, too. */
  default String bucket(T record, Context context) {
    return bucket(record);
  }

  /** When a record is written. */
  interface Context {
    /** The wall clock in milliseconds. */
    long currentProcessingTime();

    /** The record's event time in milliseconds, or null without one. */
    Long timestamp();
  }
}
