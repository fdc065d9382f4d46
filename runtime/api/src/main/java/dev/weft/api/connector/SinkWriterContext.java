package dev.weft.api.connector;

import dev.weft.api.config.Configuration;
import dev.weft.api.fs.FileStore;
import java.time.InstantSource;

/** What a sink writer may use, and who it is. */
public interface SinkWriterContext {
  /** The job, as 32 hexadecimal digits. */
  String jobId();

  /** The identity of this sink within the job, stable over restarts. */
  String sinkUid();

  /** This writer's number, from 0. */
  int subtaskIndex();

  /** How many writers there are. */
  int parallelism();

  /**
   * The number of this start of the job; it grows with every restart and never repeats within a
   * job, so names made from it are never used twice.
   */
  int attempt();

  /** The files of this application. */
  FileStore files();

  /** The job's configuration. */
  Configuration configuration();

  /** Wall-clock time; use no other clock, so that the sink can be simulated. */
  InstantSource clock();
}
