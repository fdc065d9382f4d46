package dev.weft.engine.checkpoint;

import dev.weft.engine.protocol.CheckpointKind;

/**
 * What the sources are told when a checkpoint begins.
 *
 * @param directory where workers create their files; it exists
 * @param baseCheckpointId the newest registered checkpoint, which state may continue because its
 *     files stay until the next one is registered; 0 for none
 */
public record CheckpointTrigger(
    long checkpointId, CheckpointKind kind, String directory, long baseCheckpointId) {}
