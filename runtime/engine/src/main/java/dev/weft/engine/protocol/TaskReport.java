package dev.weft.engine.protocol;

import java.util.List;

/**
 * What a worker knows of a subtask when it registers with a new leader.
 *
 * @param state READY, RUNNING or DRAINED
 * @param lastAckedCheckpoint the highest checkpoint it acknowledged, or 0
 * @param lastCompletedCheckpoint the highest it heard to be complete, or 0
 * @param splitsSinceCompleted source splits assigned to it after that one: each the version of the
 *     source's split serializer in four bytes, highest first, then what the serializer made
 * @param noMoreSplits whether it was told that no more come
 */
public record TaskReport(
    TaskId task,
    int attempt,
    TaskState state,
    long lastAckedCheckpoint,
    long lastCompletedCheckpoint,
    List<byte[]> splitsSinceCompleted,
    boolean noMoreSplits) {}
