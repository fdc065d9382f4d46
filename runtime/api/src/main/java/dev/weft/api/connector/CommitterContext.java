package dev.weft.api.connector;

import dev.weft.api.config.Configuration;
import dev.weft.api.fs.FileStore;

/** What a committer may use, and for whom it works. */
public interface CommitterContext {
  /** The job, as 32 hexadecimal digits. */
  String jobId();

  /** The identity of the sink within the job. */
  String sinkUid();

  /** The files of this application. */
  FileStore files();

  /** The job's configuration. */
  Configuration configuration();
}
