package dev.weft.engine.operator.source;

import dev.weft.api.eventtime.WatermarkAlignmentParams;
import dev.weft.engine.operator.OperatorContext;
import dev.weft.engine.world.Clock;

/**
 * Holds a reader that is too far ahead of the other readers of its group. The reader tells where it
 * is at the start, from time to time, and when it has to stop; each time it hears how far it may
 * go.
 */
final class SourceAlignment {
  private final WatermarkAlignmentParams parameters;
  private final OperatorContext context;
  private final Clock clock;
  private long allowed = Long.MIN_VALUE;
  private boolean holding;
  private long nextReportMillis = Long.MAX_VALUE;

  /**
   * Of a reader.
   *
   * @param parameters null when the reader waits for nobody
   */
  SourceAlignment(WatermarkAlignmentParams parameters, OperatorContext context) {
    this.parameters = parameters;
    this.context = context;
    this.clock = context.clock();
    if (parameters != null) {
      nextReportMillis = clock.currentTimeMillis();
    }
  }

  /** Whether a reader with this watermark has to wait. */
  boolean holds(long watermark) {
    if (parameters == null || watermark <= allowed || watermark == Long.MAX_VALUE) {
      holding = false;
      return false;
    }
    if (!holding) {
      holding = true;
      report(watermark);
    }
    return true;
  }

  /** How far the reader may go. */
  void allow(long watermark) {
    allowed = watermark;
  }

  /** The watermark beyond which readers, and splits of readers that have several, wait. */
  long allowed() {
    return allowed;
  }

  /** Wall-clock milliseconds at which to call {@link #timePasses}. */
  long nextCallMillis() {
    return nextReportMillis;
  }

  /** Tells the watermark when it is time. */
  void timePasses(long watermark) {
    if (clock.currentTimeMillis() >= nextReportMillis) {
      report(watermark);
    }
  }

  private void report(long watermark) {
    nextReportMillis = clock.currentTimeMillis() + parameters.updateInterval();
    context.watermarkReached(parameters, watermark);
  }

  /** Nobody waits for this reader any more. */
  void ended() {
    if (parameters != null) {
      report(Long.MAX_VALUE);
      nextReportMillis = Long.MAX_VALUE;
    }
  }
}
