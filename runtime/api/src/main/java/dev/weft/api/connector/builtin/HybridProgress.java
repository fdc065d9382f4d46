package dev.weft.api.connector.builtin;

import dev.weft.api.connector.Source;

/**
 * Where a {@link HybridSource} stands.
 *
 * @param source the number of the source that is read
 * @param state of its enumerator
 * @param made the source when it was made at the switch, else null
 */
public record HybridProgress(int source, Object state, Source<?, ?, ?> made) {}
