package dev.weft.api.functions;

/** Which job this is. */
public interface JobInfo {
  /** The job, as 32 hexadecimal digits. */
  String getJobId();

  /** The name that the job was given when it was executed. */
  String getJobName();
}
