package dev.weft.api.functions;

/** Which job this is. */
public interface JobInfo {
  /** The job, as 32 hexadecimal digits. */
  String getJobId();
}
