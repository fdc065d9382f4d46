package dev.weft.engine.server;

import dev.weft.api.error.WeftException;
import dev.weft.engine.server.security.SecurityBundle;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Issues the security file of a TaskManager on another machine from that of the cluster; the
 * TaskManager can not speak for any other process with it.
 */
public final class IssueWorkerMain {
  private static final int ARGUMENTS = 3;

  private IssueWorkerMain() {}

  /** Issues a file: {@code CLUSTER-FILE WORKER-ID NEW-FILE}. */
  public static void main(String[] arguments) {
    if (arguments.length != ARGUMENTS) {
      System.err.println("Usage: issue-worker CLUSTER-FILE WORKER-ID NEW-FILE");
      System.exit(ProcessExit.USAGE.code());
    }
    try {
      if (!(SecurityBundle.read(Path.of(arguments[0])) instanceof SecurityBundle.Leader leader)) {
        System.err.println(arguments[0] + " is the file of a TaskManager; give the cluster's");
        System.exit(ProcessExit.CONFIGURATION.code());
        return;
      }
      leader.issueWorker(arguments[1]).write(Path.of(arguments[2]));
    } catch (WeftException | IllegalStateException | IOException e) {
      System.err.println("No file was issued: " + e.getMessage());
      System.exit(ProcessExit.CONFIGURATION.code());
    }
  }
}
