package dev.weft.engine.job;

import dev.weft.engine.plan.JobPlan;
import dev.weft.engine.protocol.Artifact;
import java.util.List;

/**
 * A job as it was submitted.
 *
 * @param submittedMillis wall-clock milliseconds
 */
public record Submission(JobPlan plan, List<Artifact> artifacts, long submittedMillis) {}
