package dev.weft.api.connector;

import dev.weft.api.config.Configuration;
import dev.weft.api.fs.FileStore;
import java.time.InstantSource;

/** What a reader may use. */
public interface SourceReaderContext {
  /** This reader's number, from 0. */
  int subtaskIndex();

  /** How many readers there are. */
  int parallelism();

  /**
   * Asks the enumerator for a split. The engine never asks by itself: a reader asks when it starts
   * without splits and whenever it has nothing left to read, at the latest before it answers {@link
   * InputStatus#NOTHING_AVAILABLE} for want of a split. Asking again before the answer came does no
   * harm; the engine sends one request, and sends it again after a while when no answer comes. To
   * be called from the reader's own methods only.
   */
  void sendSplitRequest();

  /** Makes the engine call {@code pollNext} soon; callable from any thread. */
  void wakeUp();

  /** The files of this application. */
  FileStore files();

  /** The job's configuration. */
  Configuration configuration();

  /** Wall-clock time; use no other clock, so that the source can be simulated. */
  InstantSource clock();
}
