package dev.weft.api.functions.windowing;

import java.io.Serializable;

/** Measures how far two records are apart. */
@FunctionalInterface
public interface DeltaFunction<T> extends Serializable {
  /** The distance between an earlier and a later record. */
  double getDelta(T oldDataPoint, T newDataPoint);
}
