package dev.weft.engine.protocol;

import java.util.List;

/**
 * A subtask to run.
 *
 * @param task which
 * @param slot in which slot of the worker
 * @param restore what to restore, already cut to this subtask's key groups and items; empty on a
 *     fresh start. Slices may reach beyond the subtask's key groups; the worker reads only its own
 * @param restoredCheckpointId the checkpoint, or 0
 */
public record TaskDeployment(
    TaskId task, int slot, List<OperatorSnapshot> restore, long restoredCheckpointId) {}
