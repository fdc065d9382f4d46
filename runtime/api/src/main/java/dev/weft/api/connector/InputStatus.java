package dev.weft.api.connector;

/** What a reader says after a call of {@link SourceReader#pollNext}. */
public enum InputStatus {
  /** Call again at once. */
  MORE_AVAILABLE,
  /** Nothing to read now: call again after a wake-up, new splits, or a short while. */
  NOTHING_AVAILABLE,
  /** This reader is done for good. */
  END_OF_INPUT
}
