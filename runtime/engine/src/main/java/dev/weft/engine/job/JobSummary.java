package dev.weft.engine.job;

import java.util.Map;

/**
 * A job in a list. Times are wall-clock milliseconds.
 *
 * @param status where it is
 * @param startMillis when it was submitted
 * @param endMillis when it ended; -1 before
 * @param enteredMillis when it last entered each state, in the order of the states
 * @param tasks how many subtasks are in each state
 * @param waiting what keeps the job from going on, or why it failed, in a line; empty when nothing
 */
public record JobSummary(
    String jobId,
    String name,
    JobStatus status,
    long startMillis,
    long endMillis,
    Map<JobStatus, Long> enteredMillis,
    Map<TaskStatus, Integer> tasks,
    String waiting) {}
