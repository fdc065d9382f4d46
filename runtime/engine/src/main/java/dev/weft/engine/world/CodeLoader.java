package dev.weft.engine.world;

import dev.weft.engine.protocol.Artifact;
import java.io.IOException;
import java.util.List;

/**
 * Makes the class loader of a job: its jars, what plugins export, the API, the JDK. Thread-safe.
 */
public interface CodeLoader {
  /**
   * The loader of a job; may block while jars are fetched and checked. The same for the same jars.
   *
   * @throws dev.weft.api.error.WeftException with code USER when a jar does not match its digest or
   *     carries classes of the API
   */
  ClassLoader open(String jobId, List<Artifact> artifacts) throws IOException;

  /** Gives the loader of a job up; its classes may go once nothing uses them. */
  void close(String jobId);
}
