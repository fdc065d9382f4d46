package dev.weft.engine.job;

import dev.weft.engine.protocol.TaskMetrics;

/**
 * A subtask's current attempt.
 *
 * @param workerId where it runs; empty when nowhere
 * @param host of the worker; empty when nowhere
 * @param deployedMillis when it was deployed, wall clock; -1 before
 * @param metrics the newest that its worker sent; null before
 */
public record SubtaskDetails(
    int subtask,
    int attempt,
    TaskStatus status,
    String workerId,
    String host,
    long deployedMillis,
    TaskMetrics metrics) {}
