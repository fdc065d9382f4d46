package dev.weft.yarn;

import dev.weft.api.error.ErrorCode;
import dev.weft.engine.protocol.FailureReport;
import org.apache.hadoop.yarn.api.records.ContainerExitStatus;

/**
 * A container that ended.
 *
 * @param containerId the worker
 * @param exitStatus the process's exit code, or YARN's negative reason
 * @param diagnostics what YARN says; may be empty
 */
record ContainerEnd(String containerId, int exitStatus, String diagnostics) {
  private static final int OUT_OF_MEMORY = 3;
  private static final int UNCAUGHT = 70;
  private static final int STUCK = 71;
  private static final int KILLED = 137;
  private static final int TERMINATED = 143;
  private static final int DIAGNOSTICS_MAX = 300;
  private static final String MORE_MEMORY =
      "; give it more with taskmanager.memory.process.size, or each less to do with fewer slots";

  /** Whether the node, rather than the process or the platform's policy, is to blame. */
  boolean blamesNode() {
    return exitStatus == ContainerExitStatus.DISKS_FAILED
        || exitStatus == ContainerExitStatus.INVALID;
  }

  /** Who must act and what happened. */
  FailureReport report(String host) {
    String reason = reason();
    String detail = firstLine();
    return new FailureReport(
        code(),
        "Container "
            + containerId
            + " on "
            + host
            + " ended: "
            + reason
            + (detail.isEmpty() ? "" : " (YARN: " + detail + ")"),
        diagnostics,
        "worker " + containerId);
  }

  private ErrorCode code() {
    return switch (exitStatus) {
      case ContainerExitStatus.KILLED_EXCEEDED_PMEM,
          ContainerExitStatus.KILLED_EXCEEDED_VMEM,
          ContainerExitStatus.KILLED_FOR_EXCESS_LOGS,
          ContainerExitStatus.PREEMPTED,
          OUT_OF_MEMORY,
          KILLED,
          TERMINATED ->
          ErrorCode.RESOURCE;
      case UNCAUGHT, STUCK -> ErrorCode.ENGINE;
      default -> ErrorCode.DEPENDENCY;
    };
  }

  private String reason() {
    return switch (exitStatus) {
      case ContainerExitStatus.SUCCESS -> "its process ended by itself";
      case ContainerExitStatus.KILLED_EXCEEDED_PMEM ->
          "YARN killed it for using more memory than it was granted" + MORE_MEMORY;
      case ContainerExitStatus.KILLED_EXCEEDED_VMEM ->
          "YARN killed it for using too much virtual memory; switch"
              + " yarn.nodemanager.vmem-check-enabled off";
      case ContainerExitStatus.KILLED_FOR_EXCESS_LOGS -> "YARN killed it for too large log files";
      case ContainerExitStatus.PREEMPTED ->
          "YARN gave its place to another queue; raise the queue's guaranteed capacity";
      case ContainerExitStatus.ABORTED -> "its node was lost, or YARN took it back";
      case ContainerExitStatus.DISKS_FAILED -> "the disks of its node failed";
      case ContainerExitStatus.KILLED_BY_APPMASTER -> "it was given back";
      case ContainerExitStatus.KILLED_BY_RESOURCEMANAGER -> "the ResourceManager ended it";
      case ContainerExitStatus.INVALID -> "it could not be started";
      case OUT_OF_MEMORY -> "exit code 3: its JVM ran out of memory" + MORE_MEMORY;
      case UNCAUGHT -> "exit code 70: an error that nobody handled; its log has it";
      case STUCK -> "exit code 71: a task did not end when it was cancelled";
      case KILLED ->
          "exit code 137: it was killed (SIGKILL), by hand or by a machine short of memory; if by"
              + " the machine, ask for more with taskmanager.memory.process.size";
      case TERMINATED ->
          "exit code 143: it was told to end (SIGTERM), by hand or by its NodeManager; the"
              + " NodeManager's log says why";
      default -> "exit code " + exitStatus + "; its log says why";
    };
  }

  private String firstLine() {
    String line = diagnostics.lines().filter(l -> !l.isBlank()).findFirst().orElse("").strip();
    return line.length() > DIAGNOSTICS_MAX ? line.substring(0, DIAGNOSTICS_MAX) + "..." : line;
  }
}
