package dev.weft.engine.checkpoint;

import dev.weft.engine.protocol.FailureReport;
import java.util.List;

/**
 * A failure of a job and what followed it.
 *
 * @param atMillis wall-clock milliseconds
 * @param attempt the job's attempt that it ended
 * @param cause the root cause
 * @param task the subtask's name such as {@code Map (2/4)}; empty when it was none
 * @param workerId where; empty when nowhere
 * @param consequence what was done, in a line: restarted after a delay, or failed
 * @param concurrent more failures of the same attempt, bounded
 */
public record FailureEntry(
    long atMillis,
    int attempt,
    FailureReport cause,
    String task,
    String workerId,
    String consequence,
    List<FailureReport> concurrent) {}
