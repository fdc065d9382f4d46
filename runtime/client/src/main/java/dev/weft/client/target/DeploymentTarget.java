package dev.weft.client.target;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import java.util.Set;

/**
 * A kind of place where jobs run. Service interface, found with {@code ServiceLoader} on the class
 * path and in plugins. Failures are {@link WeftException}s with one line for the terminal; whatever
 * a failed call began is undone before it throws.
 */
public interface DeploymentTarget {
  /** The values of {@code execution.target} that select this target. */
  Set<String> names();

  /**
   * Submits a job and returns when the cluster has taken it; it need not run yet. Starts a cluster
   * for the job where the target says so.
   */
  Deployment submit(Submission submission) throws Exception;

  /**
   * Finds the cluster that the configuration names: by REST address, by {@code
   * yarn.application.id}.
   *
   * @throws WeftException with code USER when the configuration names none
   */
  ClusterConnection connect(TargetContext context) throws Exception;

  /** Starts a cluster that takes jobs until it is stopped. */
  default Session startSession(TargetContext context) throws Exception {
    throw unsupported(context, "has no sessions; use -t yarn-session");
  }

  /** Joins a session that runs. */
  default Session joinSession(TargetContext context) throws Exception {
    throw unsupported(context, "has no sessions; use -t yarn-session");
  }

  /** What the place has to offer now, in lines for people. */
  default String describeResources(TargetContext context) throws Exception {
    throw unsupported(context, "has no resources to show");
  }

  private static WeftException unsupported(TargetContext context, String what) {
    return new WeftException(ErrorCode.USER, "The target '" + context.target() + "' " + what);
  }
}
