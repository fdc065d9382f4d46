package dev.weft.benchmarks;

import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** Marks a measured run in a recording of the JVM, so that {@link Profile} leaves out the rest. */
@Name("dev.weft.benchmarks.MeasuredRun")
@Label("Measured run")
@StackTrace(false)
final class MeasuredRun extends Event {
  @Label("Records")
  long records;

  @Label("CPU of the process, s")
  double cpuSeconds;
}
