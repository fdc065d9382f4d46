package dev.weft.api.connector;

/**
 * Staged output of one writer, covered by a durable checkpoint.
 *
 * @param checkpointId the checkpoint whose barrier closed it
 * @param subtask the writer
 * @param attempt the start of the job that wrote it
 * @param value what the writer named
 * @param <CommT> the type of the name
 */
public record Committable<CommT>(long checkpointId, int subtask, int attempt, CommT value) {}
