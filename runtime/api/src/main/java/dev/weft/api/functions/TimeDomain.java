package dev.weft.api.functions;

/** Which clock a timer follows. */
public enum TimeDomain {
  /** The watermark. */
  EVENT_TIME,
  /** The wall clock. */
  PROCESSING_TIME
}
