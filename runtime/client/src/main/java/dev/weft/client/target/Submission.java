package dev.weft.client.target;

import dev.weft.engine.plan.JobPlan;
import java.nio.file.Path;
import java.util.List;

/**
 * A job to be run.
 *
 * @param context with the job's own options put in
 * @param plan what runs
 * @param jars local files with the job's classes, checked; empty when they are on the class path
 */
public record Submission(TargetContext context, JobPlan plan, List<Path> jars) {
  /** Copies the list. */
  public Submission {
    jars = List.copyOf(jars);
  }
}
