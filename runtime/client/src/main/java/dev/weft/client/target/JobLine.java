package dev.weft.client.target;

/**
 * A job in a list.
 *
 * @param state as the cluster names it
 * @param startMillis when it was submitted, milliseconds since the epoch
 * @param waiting what keeps it from going on, or why it failed; empty when nothing
 */
public record JobLine(String jobId, String name, String state, long startMillis, String waiting) {}
