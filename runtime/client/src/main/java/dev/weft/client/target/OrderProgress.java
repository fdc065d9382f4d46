package dev.weft.client.target;

/**
 * How far an ordered checkpoint or savepoint is.
 *
 * @param over whether nothing more follows
 * @param location the directory, as soon as it is durable; empty before and for checkpoints
 * @param checkpointId 0 for savepoints and as long as there is none
 * @param failure why there is none, in a line; empty unless it failed
 */
public record OrderProgress(boolean over, String location, long checkpointId, String failure) {}
