package dev.weft.engine.job;

import dev.weft.engine.checkpoint.CheckpointStatistics;
import dev.weft.engine.plan.JobPlan;
import java.util.List;

/**
 * Everything about a job for people and REST, as of one moment.
 *
 * @param plan vertices and edges for drawing the graph, and the configuration
 * @param vertices in the order of the plan
 * @param failures the newest first, bounded
 * @param waiting what the job waits for, in a line; empty when it waits for nothing
 */
public record JobDetails(
    JobSummary summary,
    JobPlan plan,
    int attempt,
    List<VertexDetails> vertices,
    CheckpointStatistics checkpoints,
    List<FailureEntry> failures,
    String waiting) {}
