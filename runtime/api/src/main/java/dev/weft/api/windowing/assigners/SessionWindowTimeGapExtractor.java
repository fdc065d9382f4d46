package dev.weft.api.windowing.assigners;

import java.io.Serializable;

/** Says after how long a pause a session has ended, record by record. */
@FunctionalInterface
public interface SessionWindowTimeGapExtractor<T> extends Serializable {
  /** The gap in milliseconds that follows a record; positive. */
  long extract(T element);
}
