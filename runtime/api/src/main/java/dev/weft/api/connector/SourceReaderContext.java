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

  /** Asks the enumerator for a split. */
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
