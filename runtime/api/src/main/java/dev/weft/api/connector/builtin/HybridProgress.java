package dev.weft.api.connector.builtin;

/**
 * Where a {@link HybridSource} stands.
 *
 * @param source the number of the source that is read
 * @param state of its enumerator
 */
public record HybridProgress(int source, Object state) {}
