package dev.weft.api.eventtime;

/** Where a {@link WatermarkGenerator} says how far event time has come. */
public interface WatermarkOutput {
  /**
   * Event time has come so far. The same watermark again does nothing; an earlier one than before
   * fails the job.
   */
  void emitWatermark(Watermark watermark);

  /** No records are to be expected for a while: this output no longer holds others back. */
  void markIdle();

  /** Records are to be expected again; the next watermark says so, too. */
  void markActive();
}
